package net.facteur.server.demo;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.SrvRecord;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
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

/// Between our records and those of dnsjava, which knows the wire format.
final class WireRecords {
  private static final long SOA_TTL = 60;

  /// Negative answers are kept as briefly as the others here.
  private static final long NEGATIVE_TTL = 5;

  private WireRecords() {}

  static Record of(ZoneRecord<?> r) {
    Name owner = name(r.owner());
    long ttl = r.ttl().toSeconds();
    int in = DClass.IN;
    Object data = r.data();
    return switch (r.type().mnemonic()) {
      case "A", "AAAA" ->
          data instanceof Inet4Address v4
              ? new ARecord(owner, in, ttl, v4)
              : new AAAARecord(owner, in, ttl, (InetAddress) data);
      case "NS" -> new NSRecord(owner, in, ttl, name((DomainName) data));
      case "CNAME" -> new CNAMERecord(owner, in, ttl, name((DomainName) data));
      case "PTR" -> new PTRRecord(owner, in, ttl, name((DomainName) data));
      case "MX" -> {
        var mx = (MxRecord) data;
        yield new MXRecord(owner, in, ttl, mx.preference(), name(mx.exchange()));
      }
      case "TXT" -> new TXTRecord(owner, in, ttl, strings((TxtRecord) data));
      case "SRV" -> {
        var srv = (SrvRecord) data;
        yield new SRVRecord(
            owner, in, ttl, srv.priority(), srv.weight(), srv.port(), name(srv.target()));
      }
      case "TLSA" -> {
        var tlsa = (TlsaRecord) data;
        yield new TLSARecord(
            owner, in, ttl, tlsa.usage(), tlsa.selector(), tlsa.matchingType(), tlsa.association());
      }
      default -> throw new IllegalArgumentException("no wire form for " + r.type());
    };
  }

  static Record soa(DomainName apex, long serial) {
    Name host = name(apex.child("ns").orElse(apex));
    Name mailbox = name(apex.child("hostmaster").orElse(apex));
    return new SOARecord(
        name(apex), DClass.IN, SOA_TTL, host, mailbox, serial, 3600, 600, 86400, NEGATIVE_TTL);
  }

  /// The name in a question; malformed for what [DomainName] does not hold, such as control octets.
  static Parsed<DomainName> parse(Name name) {
    return DomainName.parse(name.toString());
  }

  private static Name name(DomainName name) {
    try {
      return Name.fromString(name.isRoot() ? "." : escaped(name.text()) + ".");
    } catch (TextParseException e) {
      throw new IllegalArgumentException("no name: " + name, e);
    }
  }

  /// In the text form of names these characters mean something else (RFC 1035, section 5.1).
  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("(", "\\(")
        .replace(")", "\\)")
        .replace(";", "\\;")
        .replace("@", "\\@")
        .replace("$", "\\$");
  }

  /// dnsjava reads text with the escapes of a master file, so each octet that is not plain goes in
  /// as one.
  private static List<String> strings(TxtRecord txt) {
    return txt.strings().stream().map(WireRecords::escapedText).toList();
  }

  private static String escapedText(String text) {
    var escaped = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
      if (octet < ' ' || octet == 0x7f || octet == '\\' || octet == '"') {
        escaped.append(String.format("\\%03d", octet & 0xff));
      } else {
        escaped.append((char) octet);
      }
    }
    return escaped.toString();
  }
}
