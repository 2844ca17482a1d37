package net.facteur.server.smtp;

import java.net.InetSocketAddress;
import java.util.Optional;
import net.facteur.server.net.TlsContexts;
import net.facteur.server.net.TransportSettings;

/// One door of the server.
///
/// @param kind what is spoken behind it
/// @param address where to listen; port 0 takes any free port
/// @param service who answers for the mail
/// @param tls certificates; without them STARTTLS is not announced, and SUBMISSIONS cannot start
/// @param authenticator who checks AUTH; ignored on RECEPTION, which never offers it
/// @param smtp protocol settings
/// @param transport limits and times
public record ListenerSpec(
    SmtpClient.Listener kind,
    InetSocketAddress address,
    SmtpService service,
    Optional<TlsContexts> tls,
    Optional<Authenticator> authenticator,
    SmtpSettings smtp,
    TransportSettings transport) {
  public ListenerSpec {
    if (kind == SmtpClient.Listener.SUBMISSIONS && tls.isEmpty()) {
      throw new IllegalArgumentException("SUBMISSIONS needs TLS");
    }
  }
}
