package net.facteur.server.accounts;

import java.net.InetSocketAddress;

/// Somebody who wants in, with a password.
///
/// @param session joins the log lines of the connection; letters, digits and `_`
/// @param client where it comes from; port 0 where nobody knows it
/// @param mechanism the SASL mechanism, in upper case, such as `PLAIN`
/// @param user as sent, 1 to 255 octets of UTF-8, no controls
/// @param password UTF-8 octets, 1 to 1,024; may be cleared once the answer is there
public record LoginAttempt(
    LoginService service,
    String session,
    InetSocketAddress client,
    String mechanism,
    String user,
    byte[] password) {
  /// Never the password, since this may end in a log.
  @Override
  public String toString() {
    return "LoginAttempt[" + service.word() + " " + session + " " + client + " " + user + "]";
  }
}
