package net.facteur.server.smtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import net.facteur.queue.MailAddress;

/// The peer of one connection, as far as it is known at the moment of asking.
///
/// @param sessionId joins the log lines of the connection
/// @param remote its address (after PROXY, the address that the trusted proxy named)
/// @param local the address it connected to
/// @param listener which door it came through
/// @param hello the argument of HELO or EHLO, as said; empty before it
/// @param extended EHLO rather than HELO
/// @param tls the TLS session, where there is one
/// @param user the authenticated user, where there is one
/// @param app the name of the password for a device by which the user logged in
/// @param onlyAs the one address that mail of this login may bear
public record SmtpClient(
    String sessionId,
    InetSocketAddress remote,
    InetSocketAddress local,
    Listener listener,
    String hello,
    boolean extended,
    Optional<Tls> tls,
    Optional<String> user,
    Optional<String> app,
    Optional<MailAddress> onlyAs) {

  /// A client who may use whatever the user may.
  public SmtpClient(
      String sessionId,
      InetSocketAddress remote,
      InetSocketAddress local,
      Listener listener,
      String hello,
      boolean extended,
      Optional<Tls> tls,
      Optional<String> user) {
    this(
        sessionId,
        remote,
        local,
        listener,
        hello,
        extended,
        tls,
        user,
        Optional.empty(),
        Optional.empty());
  }

  /// The kinds of listener.
  public enum Listener {
    /// Port 25: mail from strangers for local domains.
    RECEPTION,
    /// Port 587: STARTTLS, then AUTH, then mail.
    SUBMISSION,
    /// Port 465: the same with TLS from the first octet.
    SUBMISSIONS,
    /// The local socket, and the drop directory: programs of this machine.
    LOCAL
  }

  /// A user of this machine, known by the system.
  ///
  /// @param name its name there
  public static SmtpClient local(String sessionId, String name) {
    var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return new SmtpClient(
        sessionId, here, here, Listener.LOCAL, "", false, Optional.empty(), Optional.of(name));
  }

  /// A TLS session.
  ///
  /// @param protocol such as `TLSv1.3`
  /// @param cipher the JSSE or OpenSSL name
  /// @param serverName the SNI the client sent
  public record Tls(String protocol, String cipher, Optional<String> serverName) {}

  /// The WITH keyword of the Received field.
  ///
  /// @param smtpUtf8 the transaction uses SMTPUTF8
  /// @spec https://www.rfc-editor.org/rfc/rfc3848 RFC 3848: ESMTP and LMTP Transmission Types
  public String withProtocol(boolean smtpUtf8) {
    if (!extended) {
      return "SMTP";
    }
    return (smtpUtf8 ? "UTF8SMTP" : "ESMTP")
        + (tls.isPresent() ? "S" : "")
        + (user.isPresent() ? "A" : "");
  }
}
