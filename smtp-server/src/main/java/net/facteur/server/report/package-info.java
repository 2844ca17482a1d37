/// Reports on TLS that are sent to others.
///
/// Deliveries tell a [TlsReporter] how each session with another domain's host went.
/// [TlsSessionCounts] adds them up by day, domain, policy and failure, and puts the sums into a
/// small database every few seconds, so that a crash costs a few seconds of statistics.
/// [TlsReportSender] looks at the days that are over, asks the DNS which of the domains want
/// reports, and sends each of those one, by mail and by HTTPS; then the sums are forgotten. A
/// report that cannot be handed over is tried again for a day.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460 RFC 8460: SMTP TLS Reporting
@NullMarked
package net.facteur.server.report;

import org.jspecify.annotations.NullMarked;
