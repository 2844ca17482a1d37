package net.facteur.server.report.received;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.report.AggregateReport;
import net.facteur.auth.dmarc.report.AggregateReport.DkimResult;
import net.facteur.auth.dmarc.report.AggregateReport.Entry;
import net.facteur.auth.dmarc.report.AggregateReport.Evaluated;
import net.facteur.auth.dmarc.report.AggregateReport.Identifiers;
import net.facteur.auth.dmarc.report.AggregateReport.Metadata;
import net.facteur.auth.dmarc.report.AggregateReport.PublishedPolicy;
import net.facteur.auth.dmarc.report.AggregateReport.SpfResult;
import net.facteur.auth.tlsrpt.TlsReport;

/// The reports of others on our domains. Safe for use by many threads; every method blocks.
/// Whatever is wrong with the database is an [IOException], after which the next call tries again.
/// All texts come from strangers.
public interface ReceivedReports extends AutoCloseable {
  /// What became of a report.
  enum Added {
    /// It is on disk.
    STORED,
    /// It was there before.
    KNOWN,
    /// Its sender, or all senders together, have sent as much today as is kept of one day.
    TOO_MANY
  }

  /// How a report came.
  ///
  /// @param at when
  /// @param sender the domain that the mail which carried it is proven to come from; empty where
  ///   nothing is proven
  record Arrival(Instant at, String sender) {}

  /// Keeps a report on DMARC once, by organization, report id and domain.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9990#section-3.5.4 RFC 9990, section 3.5.4: Handling
  ///   of Duplicates
  Added add(AggregateReport report, Arrival arrival) throws IOException;

  /// Keeps a report on TLS once, by organization and report id.
  Added add(TlsReport report, Arrival arrival) throws IOException;

  /// Which reports are asked for: those whose time begins within one.
  ///
  /// @param domain that they are about, in lower case; empty for all
  /// @param from the first moment
  /// @param to the moment after the last
  record Span(Optional<String> domain, Instant from, Instant to) {}

  /// A report on DMARC without its entries.
  record DmarcHead(Metadata metadata, PublishedPolicy policy, Arrival arrival) {}

  /// Takes what is found. Must be quick, since the database waits meanwhile.
  @FunctionalInterface
  interface DmarcVisitor {
    /// @param entry entries of a report that are alike have become one
    void entry(DmarcHead head, Entry entry);
  }

  /// Every entry, those of a report together, oldest report first. Memory does not grow with their
  /// number.
  void dmarc(Span span, DmarcVisitor visitor) throws IOException;

  /// Mail that is alike: from one IP address, with one outcome, on one domain.
  ///
  /// @param domain the domain of the policy
  /// @param messages in all reports
  /// @param reports how many tell of it
  /// @param first the earliest moment of these reports
  /// @param last their latest
  record DmarcSum(
      String domain,
      String sourceIp,
      Evaluated evaluated,
      Identifiers identifiers,
      List<DkimResult> dkim,
      List<SpfResult> spf,
      long messages,
      long reports,
      Instant first,
      Instant last) {}

  /// What the reports say in all, the most messages first.
  ///
  /// @param limit no more than these
  List<DmarcSum> sums(Span span, int limit) throws IOException;

  /// A report on TLS.
  ///
  /// @param report with the policies of all its domains
  record ReceivedTls(TlsReport report, Arrival arrival) {}

  @FunctionalInterface
  interface TlsVisitor {
    void report(ReceivedTls report);
  }

  /// Every report on TLS that has a policy of the domain, oldest first.
  void tls(Span span, TlsVisitor visitor) throws IOException;

  /// Which reports.
  enum Kind {
    DMARC,
    TLS
  }

  /// Who reported.
  ///
  /// @param organization as it calls itself
  /// @param domain that it reported on; empty with reports on TLS, which may be on several
  /// @param reports how many
  /// @param first when the earliest of these begins
  /// @param last when the latest of these ends
  record Reporter(
      Kind kind, String organization, String domain, long reports, Instant first, Instant last) {}

  /// Who reported, sorted by name.
  List<Reporter> reporters(Span span) throws IOException;

  /// How much is there.
  ///
  /// @param octets what it takes on disk, nearly
  /// @param oldest when the earliest came; empty where there is none
  record Stock(long dmarc, long tls, long octets, Optional<Instant> oldest) {}

  Stock stock() throws IOException;

  /// Forgets what is older than is wanted, and the oldest where there is too much.
  ///
  /// @return how many reports
  long forget(Instant now) throws IOException;

  @Override
  void close();
}
