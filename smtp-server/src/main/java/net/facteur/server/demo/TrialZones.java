package net.facteur.server.demo;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.config.Settings;
import net.facteur.server.report.received.ReceivedReportSettings;

/// The zones of the trial, with every record that a careful domain publishes.
final class TrialZones {
  private static final DomainName REVERSE = DomainName.of("127.in-addr.arpa");

  private TrialZones() {}

  /// The zone of one side.
  static Zone of(Party party, TrialKeys keys, X509Certificate certificate) {
    String domain = party.domain().text();
    String host = party.host().text();
    var records = new ArrayList<ZoneRecord<?>>(keys.records());
    var reports = ReceivedReportSettings.from(Settings.DEFAULTS);
    records.add(ZoneRecord.of(domain, RecordType.MX, new MxRecord(10, party.host())));
    records.add(ZoneRecord.of(domain, RecordType.NS, DomainName.of("ns." + domain)));
    records.add(ZoneRecord.of("ns." + domain, RecordType.A, loopback()));
    records.add(ZoneRecord.of(host, RecordType.A, party.address()));
    String address = party.address().getHostAddress();
    records.add(text(domain, "v=spf1 ip4:" + address + " -all"));
    records.add(text(host, "v=spf1 a -all"));
    records.add(
        text(
            "_dmarc." + domain,
            "v=DMARC1; p=reject; rua=mailto:" + reports.dmarcAddress(party.domain()).text()));
    records.add(text("_adsp._domainkey." + domain, "dkim=all"));
    records.add(text("_mta-sts." + domain, "v=STSv1; id=20261122T000000"));
    records.add(
        text(
            "_smtp._tls." + domain,
            "v=TLSRPTv1; rua=mailto:" + reports.tlsAddress(party.domain()).text()));
    for (int port : List.of(25, party.ports().reception())) {
      records.add(ZoneRecord.of("_" + port + "._tcp." + host, RecordType.TLSA, tlsa(certificate)));
    }
    return new Zone(party.domain(), records);
  }

  /// The addresses' names, as SPF `ptr` and careful receivers ask for them.
  static Zone reverse(List<Party> parties) {
    var records = new ArrayList<ZoneRecord<?>>();
    for (Party party : parties) {
      byte[] octets = party.address().getAddress();
      String name = octets[3] + "." + octets[2] + "." + octets[1] + "." + REVERSE;
      records.add(ZoneRecord.of(name, RecordType.PTR, party.host()));
    }
    return new Zone(REVERSE, records);
  }

  /// Everything else does not exist, and that is said with authority.
  static Zone root() {
    return Zone.empty(DomainName.ROOT);
  }

  private static ZoneRecord<TxtRecord> text(String owner, String text) {
    return ZoneRecord.of(owner, RecordType.TXT, TxtRecord.of(text));
  }

  /// `3 1 1`: this very key (RFC 7672, section 3.1.1).
  private static TlsaRecord tlsa(X509Certificate certificate) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(certificate.getPublicKey().getEncoded());
      return new TlsaRecord(3, 1, 1, hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }
}
