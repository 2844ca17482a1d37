/// One HTTPS request at a time, to hosts that strangers name.
///
/// MTA-STS policies are fetched, and TLS reports handed over, by HTTPS. Both go to hosts that
/// somebody else chose, so everything is bounded: the whole exchange in time, the answer in size,
/// and nothing leads elsewhere, as redirects are not followed. Names are resolved by our own
/// [net.facteur.auth.dns.Resolver] like all others, which is why this is not the JDK's client: that
/// one asks the system. HTTP/1.1, one connection for each request.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9112 RFC 9112: HTTP/1.1
/// @spec https://www.rfc-editor.org/rfc/rfc9110#section-4.2.2 RFC 9110, section 4.2.2: https URI
///   Scheme
@NullMarked
package net.facteur.auth.https;

import org.jspecify.annotations.NullMarked;
