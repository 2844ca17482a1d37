/// Every check of a received message, in order and together: SPF, DKIM, ADSP, ARC and DMARC.
///
/// Start here to authenticate a message: build one [net.facteur.auth.MessageAuthenticator], give it
/// what is known of the SMTP transaction and the message, and read the
/// [net.facteur.auth.AuthenticationReport]. What to do with the message is not decided here. The
/// packages below hold the single mechanisms and can be used alone.
@NullMarked
package net.facteur.auth;

import org.jspecify.annotations.NullMarked;
