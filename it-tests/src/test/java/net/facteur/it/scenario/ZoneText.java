package net.facteur.it.scenario;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.demo.ZoneRecord;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;

/// Reads a `zone`: a record to a line, as in master files (RFC 1035, section 5).
final class ZoneText {
  private static final long TTL_SECONDS = 60;
  private static final String FORM =
      "a record such as `example.net. TXT \"v=spf1 -all\"`, names with a dot at their end; of the"
          + " types A, AAAA, MX, TXT, CNAME, NS, PTR and TLSA";

  private ZoneText() {}

  static List<ZoneRecord<?>> records(ScenarioText text) {
    var records = new ArrayList<ZoneRecord<?>>();
    for (ScenarioText.Line line : text.lines()) {
      try {
        Record read = master(line.text());
        Optional<ZoneRecord<?>> ours =
            read == null || line.indented() ? Optional.empty() : ours(read);
        ours.ifPresentOrElse(records::add, () -> text.mistake(line, FORM));
      } catch (IOException | IllegalArgumentException e) {
        String reason = String.valueOf(e.getMessage()).replaceFirst("^<none>:\\d+: ", "");
        text.mistake(line.at(), FORM, line.text() + "\n(" + reason + ")");
      }
    }
    return records;
  }

  private static @Nullable Record master(String line) throws IOException {
    var octets = new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8));
    try (var master = new Master(octets, null, TTL_SECONDS)) {
      return master.nextRecord();
    }
  }

  private static Optional<ZoneRecord<?>> ours(Record read) {
    String owner = text(read.getName());
    return switch (read) {
      case ARecord a -> Optional.of(ZoneRecord.of(owner, RecordType.A, a.getAddress()));
      case AAAARecord a -> Optional.of(ZoneRecord.of(owner, RecordType.AAAA, a.getAddress()));
      case MXRecord mx ->
          Optional.of(
              ZoneRecord.of(
                  owner, RecordType.MX, new MxRecord(mx.getPriority(), name(mx.getTarget()))));
      case TXTRecord txt ->
          Optional.of(
              ZoneRecord.of(
                  owner,
                  RecordType.TXT,
                  new TxtRecord(
                      txt.getStringsAsByteArrays().stream()
                          .map(octets -> new String(octets, StandardCharsets.ISO_8859_1))
                          .toList())));
      case CNAMERecord c ->
          Optional.of(ZoneRecord.of(owner, RecordType.CNAME, name(c.getTarget())));
      case NSRecord ns -> Optional.of(ZoneRecord.of(owner, RecordType.NS, name(ns.getTarget())));
      case PTRRecord p -> Optional.of(ZoneRecord.of(owner, RecordType.PTR, name(p.getTarget())));
      case TLSARecord t ->
          Optional.of(
              ZoneRecord.of(
                  owner,
                  RecordType.TLSA,
                  new TlsaRecord(
                      t.getCertificateUsage(),
                      t.getSelector(),
                      t.getMatchingType(),
                      t.getCertificateAssociationData())));
      default -> Optional.empty();
    };
  }

  private static DomainName name(Name name) {
    String text = text(name);
    return text.isEmpty() ? DomainName.ROOT : DomainName.of(text);
  }

  private static String text(Name name) {
    return name.equals(Name.root) ? "" : name.toString(true);
  }
}
