package net.facteur.server.report.dmarc;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dmarc.DmarcRecord;
import net.facteur.auth.dmarc.FailureOption;
import net.facteur.auth.dmarc.ReportUri;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.syntax.Parsed;

/// What was counted for one domain and day under one policy, and is to be told to the domain.
///
/// @param id of the database
/// @param day UTC
/// @param domain where the record was found
/// @param published the record without its URIs, which may be mended without another policy
/// @param rua the URIs that were published last, as in the record
/// @param messages all that were counted
/// @param passed how many of them passed DMARC
/// @param leftOut how many are in no row, since there were too many kinds
public record PendingReport(
    long id,
    LocalDate day,
    String domain,
    String published,
    String rua,
    long messages,
    long passed,
    long leftOut) {
  /// The record as it stands in the database, without URIs.
  static String published(DmarcRecord record) {
    return record.withReports(List.of(), List.of()).print();
  }

  static String rua(DmarcRecord record) {
    return String.join(",", record.aggregateReports().stream().map(ReportUri::print).toList());
  }

  /// Where it is to be sent, in the order of the record.
  List<ReportUri> uris() {
    return List.of(rua.split(",")).stream()
        .map(ReportUri::parse)
        .map(Parsed::toOptional)
        .flatMap(Optional::stream)
        .toList();
  }

  /// The record as a report tells it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.1.5 RFC 9990, section 3.1.1.5:
  ///   unspecified tags have their default values
  PublishedPolicy policy() {
    DmarcRecord record =
        DmarcRecord.parse(published).toOptional().orElseGet(() -> DmarcRecord.of(DmarcPolicy.NONE));
    DmarcPolicy p = record.policy().orElse(DmarcPolicy.NONE);
    DmarcPolicy sp = record.subdomainPolicy().orElse(p);
    return new PublishedPolicy(
        domain,
        "treewalk",
        p.word(),
        sp.word(),
        record.nonexistentPolicy().orElse(sp).word(),
        record.dkimAlignment().word(),
        record.spfAlignment().word(),
        String.join(":", record.failureOptions().stream().map(FailureOption::word).toList()),
        record.testing() ? "y" : "n",
        OptionalInt.empty());
  }
}
