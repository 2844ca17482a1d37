/// The Authentication-Results header field: what a verifier found, told to whoever reads the
/// message next.
///
/// A border MTA checks a message (SPF, DKIM, DMARC and the like) and writes what it found into one
/// field under its own name, the authserv-id. Filters and mail programs behind it believe fields
/// that carry that name, so two things must never fail: nothing a stranger sends may break out of
/// the field that we write ([AuthenticationResults#toField()] is the only writer), and a field that
/// a stranger wrote in our name must be recognised and removed
/// ([AuthenticationResults#claims(net.facteur.auth.message.HeaderField, String)]).
///
/// @spec https://www.rfc-editor.org/rfc/rfc8601 RFC 8601: Message Header Field for Indicating
///   Message Authentication Status
@NullMarked
package net.facteur.auth.results;

import org.jspecify.annotations.NullMarked;
