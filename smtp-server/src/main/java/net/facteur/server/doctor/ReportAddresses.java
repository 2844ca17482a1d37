package net.facteur.server.doctor;

import static net.facteur.server.doctor.DoctorTexts.SAY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.tlsrpt.TlsRptRecord;
import net.facteur.queue.MailAddress;

/// Whether reports of others arrive: an address of ours that records name has to be one that the
/// server reads, or somebody.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.5.3 RFC 9990, section 3.5.3: Transport
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-3 RFC 8460, section 3: Reporting Policy
final class ReportAddresses {
  private final ServerFacts patient;

  ReportAddresses(ServerFacts patient) {
    this.patient = patient;
  }

  /// @param owner the domain that has the record
  List<Finding> dmarc(DomainName owner, DmarcRecord record) {
    MailAddress wanted = patient.reports().dmarcAddress(owner);
    return findings(
        "dmarc-reports",
        record.aggregateReports(),
        wanted,
        uris ->
            owner
                .child("_dmarc")
                .map(
                    name -> line(name, record.withReports(uris, record.failureReports()).print())));
  }

  List<Finding> tls(DomainName domain) {
    Optional<TlsRptRecord> record =
        TlsRptRecord.nameFor(domain)
            .flatMap(
                owner ->
                    TlsRptRecord.select(patient.resolver().lookup(owner, RecordType.TXT).orEmpty())
                        .toOptional());
    return findings(
        "tls-reports",
        record.stream()
            .flatMap(each -> each.rua().stream())
            .flatMap(uri -> ReportUri.parse(uri).toOptional().stream())
            .toList(),
        patient.reports().tlsAddress(domain),
        uris ->
            TlsRptRecord.nameFor(domain)
                .map(
                    owner ->
                        line(
                            owner,
                            new TlsRptRecord(uris.stream().map(ReportUri::uri).toList()).print())));
  }

  private static String line(DomainName owner, String text) {
    return owner + ". IN TXT \"" + text + "\"";
  }

  private List<Finding> findings(
      String check,
      List<ReportUri> uris,
      MailAddress wanted,
      Function<List<ReportUri>, Optional<String>> record) {
    var findings = new ArrayList<Finding>();
    for (ReportUri uri : uris) {
      Optional<MailAddress> address =
          uri.mailbox().map(ReportAddresses::address).filter(patient.unread());
      if (address.isEmpty()) {
        continue;
      }
      String text = address.get().text();
      if (patient.unread().test(wanted)) {
        findings.add(
            Finding.warning(
                check, uri.uri(), SAY.reportsUnreadHere(text), "facteur route show " + text));
        continue;
      }
      List<ReportUri> better =
          uris.stream()
              .map(each -> each.equals(uri) ? new ReportUri("mailto:" + wanted.text()) : each)
              .distinct()
              .toList();
      findings.add(
          Finding.warning(
              check,
              uri.uri(),
              SAY.reportsUnread(text),
              record.apply(better).stream().toArray(String[]::new)));
    }
    return findings;
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }
}
