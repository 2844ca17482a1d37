/// The SMTP engine: commands, extensions and replies on Apache James Protocols, without a network.
///
/// James gives the session, the dispatcher, the EHLO mechanism and the plain verbs; MAIL, RCPT,
/// DATA, BDAT and AUTH are command handlers of our own. Whether mail is wanted is asked through
/// [SmtpService]; who a user is, through the SASL port.
@NullMarked
package net.facteur.server.smtp;

import org.jspecify.annotations.NullMarked;
