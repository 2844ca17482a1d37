/// MTA-STS: a domain says over HTTPS that mail to it needs TLS with a valid certificate, and to
/// which hosts it may go.
///
/// Mail servers speak TLS opportunistically: an attacker who cuts STARTTLS out of the conversation,
/// or who forges the MX records, gets the mail in the clear. A domain with MTA-STS publishes a TXT
/// record `_mta-sts.DOMAIN` ([MtaStsRecord]) whose `id` names the present version of a policy
/// ([MtaStsPolicyText]), and serves the policy at `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`.
/// The certificate of that web server is what an attacker cannot forge. A sender keeps the policy
/// for `max_age` seconds and holds to it even when neither DNS nor the web server answer, so an
/// attacker has to be there before the first mail.
///
/// [CachedPolicies] is the whole of it for a sender: look-up, fetch, cache on disk, refresh.
/// [MtaStsPolicies] is the port that deliveries ask. DANE, where the domain has it, goes first;
/// nothing here may weaken it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8461 RFC 8461: SMTP MTA Strict Transport Security
@NullMarked
package net.facteur.auth.mtasts;

import org.jspecify.annotations.NullMarked;
