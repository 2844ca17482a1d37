/// TLSRPT: senders tell a domain each day how well TLS to its hosts worked.
///
/// A domain that publishes TLSA records or an MTA-STS policy cannot see the mail that does not
/// come. With a TXT record `_smtp._tls.DOMAIN` it asks senders for reports. A sender counts its
/// sessions by the policy that it applied ([AppliedPolicy]) and by what went wrong ([ResultType]),
/// and sends one JSON document a day.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8460 RFC 8460: SMTP TLS Reporting
@NullMarked
package net.facteur.auth.tlsrpt;

import org.jspecify.annotations.NullMarked;
