package net.facteur.auth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.auth.syntax.Parsed;

/// A DMARC policy record as a receiver is to understand it: errors are already replaced by defaults
/// and unknown or removed tags (`pct`, `rf`, `ri`) are gone.
///
/// @param policy the `p` tag; `none` where it is missing or something is wrong with `p`, `sp` or
///   `np` but a reporting URI is there; empty where DMARC does not apply at all for that reason
/// @param subdomainPolicy the `sp` tag
/// @param nonexistentPolicy the `np` tag
/// @param testing `t=y`: the policy is applied one level below
/// @param dkimAlignment the `adkim` tag
/// @param spfAlignment the `aspf` tag
/// @param psd the `psd` tag
/// @param failureOptions the `fo` tag, `0` where it is missing
/// @param aggregateReports the valid URIs of `rua`
/// @param failureReports the valid URIs of `ruf`
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.7 RFC 9989, section 4.7: DMARC Policy
///   Record Format
public record DmarcRecord(
    Optional<DmarcPolicy> policy,
    Optional<DmarcPolicy> subdomainPolicy,
    Optional<DmarcPolicy> nonexistentPolicy,
    boolean testing,
    AlignmentMode dkimAlignment,
    AlignmentMode spfAlignment,
    PsdFlag psd,
    List<FailureOption> failureOptions,
    List<ReportUri> aggregateReports,
    List<ReportUri> failureReports) {
  /// URIs of one tag that are read; more are ignored.
  public static final int MAX_URIS = 50;

  public DmarcRecord {
    failureOptions = List.copyOf(failureOptions);
    aggregateReports = List.copyOf(aggregateReports);
    failureReports = List.copyOf(failureReports);
  }

  /// A record together with what was wrong in its text.
  ///
  /// @param record as understood
  /// @param remarks what was ignored and why, for people
  public record Reading(DmarcRecord record, List<String> remarks) {
    public Reading {
      remarks = List.copyOf(remarks);
    }
  }

  /// A record with this policy and every default.
  public static DmarcRecord of(DmarcPolicy policy) {
    return new DmarcRecord(
        Optional.of(policy),
        Optional.empty(),
        Optional.empty(),
        false,
        AlignmentMode.RELAXED,
        AlignmentMode.RELAXED,
        PsdFlag.UNDECLARED,
        List.of(FailureOption.ALL_FAIL),
        List.of(),
        List.of());
  }

  /// Reads the text of a TXT record. Malformed is only what does not begin with the version: all
  /// other mistakes are ignored, as the RFC wants it.
  public static Parsed<DmarcRecord> parse(String text) {
    return read(text).map(Reading::record);
  }

  /// As [#parse], with remarks on what was ignored.
  public static Parsed<Reading> read(String text) {
    return new DmarcRecordReader(text).read();
  }

  /// False where the record asks for nothing, so that DMARC must not be applied (RFC 9989, section
  /// 4.10.1).
  public boolean applies() {
    return policy.isPresent();
  }

  /// The record in one line, without tags that have their default value. Parsed again it gives the
  /// same record.
  public String print() {
    var out = new ArrayList<String>();
    out.add("v=DMARC1");
    policy.ifPresent(p -> out.add("p=" + p.word()));
    subdomainPolicy.ifPresent(p -> out.add("sp=" + p.word()));
    nonexistentPolicy.ifPresent(p -> out.add("np=" + p.word()));
    if (testing) {
      out.add("t=y");
    }
    if (psd != PsdFlag.UNDECLARED) {
      out.add("psd=" + psd.word());
    }
    if (dkimAlignment != AlignmentMode.RELAXED) {
      out.add("adkim=" + dkimAlignment.word());
    }
    if (spfAlignment != AlignmentMode.RELAXED) {
      out.add("aspf=" + spfAlignment.word());
    }
    if (!aggregateReports.isEmpty()) {
      out.add("rua=" + print(aggregateReports));
    }
    if (!failureReports.isEmpty()) {
      out.add("ruf=" + print(failureReports));
    }
    if (!failureOptions.equals(List.of(FailureOption.ALL_FAIL))) {
      out.add(
          "fo="
              + failureOptions.stream().map(FailureOption::word).collect(Collectors.joining(":")));
    }
    return String.join("; ", out);
  }

  private static String print(List<ReportUri> uris) {
    return uris.stream().map(ReportUri::print).collect(Collectors.joining(","));
  }

  /// The same with reports to others.
  public DmarcRecord withReports(List<ReportUri> aggregate, List<ReportUri> failure) {
    return new DmarcRecord(
        policy,
        subdomainPolicy,
        nonexistentPolicy,
        testing,
        dkimAlignment,
        spfAlignment,
        psd,
        failureOptions,
        aggregate,
        failure);
  }
}
