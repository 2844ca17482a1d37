/// Reports that others send us: on mail in the names of our domains (DMARC), and on TLS to our
/// hosts (TLSRPT).
///
/// [ReceivedReports] keeps them in the database of what is counted, each once, for a set time and
/// within a set size. Texts that come again and again, such as results of signatures, are kept
/// once; an entry is little more than an IP address and a number.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990 RFC 9990: DMARC Aggregate Reporting
/// @spec https://www.rfc-editor.org/rfc/rfc8460 RFC 8460: SMTP TLS Reporting
@NullMarked
package net.facteur.server.report.received;

import org.jspecify.annotations.NullMarked;
