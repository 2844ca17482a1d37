package net.facteur.auth.dns;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/// The border between dnsjava's records and ours.
final class DnsjavaRecords {
  private DnsjavaRecords() {}

  /// What is wrong in a master file, with its line.
  static String inLine(Exception e) {
    return String.valueOf(e.getMessage()).replaceFirst("^<none>:([0-9]+): ", "in line $1: ");
  }

  /// Our form of a record's data.
  ///
  /// @return empty for types that nothing here asks for, and for data that names a host no
  ///   [DomainName] can hold
  static Optional<Object> data(Record record) {
    return switch (record) {
      // the octets, since an IPv4-mapped AAAA must stay IPv6
      case ARecord a -> Optional.of(IpLiteral.address(a.getAddress().getAddress()));
      case AAAARecord a -> Optional.of(IpLiteral.address(a.rdataToWireCanonical()));
      case NSRecord ns -> name(ns.getTarget()).map(n -> n);
      case CNAMERecord cname -> name(cname.getTarget()).map(n -> n);
      case PTRRecord ptr -> name(ptr.getTarget()).map(n -> n);
      case MXRecord mx -> name(mx.getTarget()).map(n -> new MxRecord(mx.getPriority(), n));
      case SRVRecord srv ->
          name(srv.getTarget())
              .map(n -> new SrvRecord(srv.getPriority(), srv.getWeight(), srv.getPort(), n));
      case TXTRecord txt -> Optional.of(new TxtRecord(strings(txt)));
      case TLSARecord tlsa ->
          Optional.of(
              new TlsaRecord(
                  tlsa.getCertificateUsage(),
                  tlsa.getSelector(),
                  tlsa.getMatchingType(),
                  tlsa.getCertificateAssociationData()));
      case SOARecord soa ->
          name(soa.getHost())
              .map(n -> new SoaRecord(n, soa.getSerial(), Duration.ofSeconds(soa.getMinimum())));
      default -> Optional.empty();
    };
  }

  private static List<String> strings(TXTRecord txt) {
    var strings = new ArrayList<String>();
    for (byte[] octets : txt.getStringsAsByteArrays()) {
      strings.add(new String(octets, StandardCharsets.ISO_8859_1));
    }
    return strings;
  }

  /// Our form of a name; empty where a label holds a dot or octets that are not printable ASCII.
  static Optional<DomainName> name(Name name) {
    var text = new StringBuilder();
    for (int i = 0; i < name.labels(); i++) {
      byte[] label = name.getLabel(i);
      for (int at = 1; at < label.length; at++) {
        if (label[at] == '.') {
          return Optional.empty();
        }
        text.append((char) (label[at] & 0xff));
      }
      if (label.length > 1) {
        text.append('.');
      }
    }
    return text.isEmpty()
        ? Optional.of(DomainName.ROOT)
        : DomainName.parseExpanded(text.toString()).toOptional();
  }

  /// dnsjava's form of a name.
  static Name name(DomainName name) {
    var text = new StringBuilder();
    for (String label : name.labels()) {
      for (int i = 0; i < label.length(); i++) {
        // escaped one and all: "@", "\", quotes and parentheses mean something to dnsjava
        int c = label.charAt(i);
        text.append('\\').append((char) ('0' + c / 100));
        text.append((char) ('0' + c / 10 % 10)).append((char) ('0' + c % 10));
      }
      text.append('.');
    }
    try {
      return text.isEmpty() ? Name.root : Name.fromString(text.toString());
    } catch (TextParseException e) {
      throw new IllegalStateException("a DomainName is always a DNS name: " + name, e);
    }
  }
}
