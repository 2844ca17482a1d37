package net.facteur.auth.dmarc.report;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/// One aggregate report.
///
/// Words of the formats (`none`, `pass`, `relaxed`) are in lower case, as they stand in the report
/// if nobody knows them; a text that is missing is empty. All texts come from strangers.
///
/// @param metadata who reports, and on what time
/// @param policy the record that the receiver found
/// @param entries what it saw, by address; at least one in reports that follow the RFC
/// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.1.1 RFC 9990, section 3.1.1: Description
///   of the Content of the XML File
public record AggregateReport(Metadata metadata, PublishedPolicy policy, List<Entry> entries) {
  public AggregateReport {
    entries = List.copyOf(entries);
  }

  /// The messages that the report is about.
  public long messages() {
    return entries.stream().mapToLong(Entry::count).sum();
  }

  /// @param organization who reports
  /// @param email where questions go
  /// @param extraContact another way to them
  /// @param id names the report among those of this organization
  /// @param begin the first second of the time
  /// @param end the last second of the time, or the first after it: both are in use
  /// @param errors what went wrong with the record of the domain
  /// @param generator the program that wrote it
  public record Metadata(
      String organization,
      String email,
      String extraContact,
      String id,
      Instant begin,
      Instant end,
      List<String> errors,
      String generator) {
    public Metadata {
      errors = List.copyOf(errors);
    }
  }

  /// @param domain whose record it is
  /// @param discoveryMethod `treewalk` or `psl`
  /// @param p `none`, `quarantine` or `reject`; `sp` and `np` likewise
  /// @param adkim `r` or `s`; `aspf` likewise
  /// @param fo when failure reports are wanted
  /// @param testing `y` or `n`
  /// @param pct how many of a hundred messages the policy was for; in reports before RFC 9990
  public record PublishedPolicy(
      String domain,
      String discoveryMethod,
      String p,
      String sp,
      String np,
      String adkim,
      String aspf,
      String fo,
      String testing,
      OptionalInt pct) {}

  /// Messages that are alike.
  ///
  /// @param sourceIp who sent them: an IP address in reports that follow the RFC
  /// @param count how many; 0 or more
  public record Entry(
      String sourceIp,
      long count,
      Evaluated evaluated,
      Identifiers identifiers,
      List<DkimResult> dkim,
      List<SpfResult> spf) {
    public Entry {
      dkim = List.copyOf(dkim);
      spf = List.copyOf(spf);
    }
  }

  /// What DMARC came to.
  ///
  /// @param disposition `none`, `pass` (RFC 9990), `quarantine` or `reject`: what was done
  /// @param dkim `pass` if an aligned signature passed, else `fail`
  /// @param spf the same of SPF
  /// @param reasons why something else was done than the policy asks for
  public record Evaluated(
      String disposition, String dkim, String spf, List<PolicyOverride> reasons) {
    public Evaluated {
      reasons = List.copyOf(reasons);
    }

    /// True where DMARC passed.
    public boolean passed() {
      return dkim.equals("pass") || spf.equals("pass");
    }
  }

  /// @param type such as `local_policy`, `mailing_list`, `trusted_forwarder`
  public record PolicyOverride(String type, String comment) {}

  /// @param headerFrom the author domain
  /// @param envelopeFrom the domain of the reverse-path
  /// @param envelopeTo the domain of the recipient
  public record Identifiers(String headerFrom, String envelopeFrom, String envelopeTo) {}

  /// A signature, aligned or not.
  public record DkimResult(String domain, String selector, String result, String humanResult) {}

  /// @param scope `mfrom` or `helo`
  public record SpfResult(String domain, String scope, String result, String humanResult) {}
}
