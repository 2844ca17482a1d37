/// Reports on DMARC that are sent to others.
///
/// Reception tells a [net.facteur.server.report.dmarc.DmarcReporter] of each message whose author
/// domain asks for reports. [net.facteur.server.report.dmarc.DmarcCounts] adds them up in memory,
/// and every few seconds in the database of counts. When a day is over,
/// [net.facteur.server.report.dmarc.DmarcReportSender] writes one report for each domain and
/// policy, asks the DNS whether addresses elsewhere want it, and posts it; then the sums are
/// forgotten.
///
/// An address that refuses a report, or from which it comes back, gets none for a month:
/// [net.facteur.server.report.dmarc.ReportReturns] knows the reverse-paths of reports.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990 RFC 9990: DMARC Aggregate Reporting
@NullMarked
package net.facteur.server.report.dmarc;

import org.jspecify.annotations.NullMarked;
