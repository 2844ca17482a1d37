package net.facteur.server.smtp;

import java.net.InetSocketAddress;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The line of the log for a login that was not let in, the same for every service. Its form is
/// fixed, since programs such as fail2ban read it (`conf/fail2ban/facteur.conf`).
///
/// @param service such as `submission` or `imap`
/// @param session joins the log lines of the connection: letters, digits and `_`
/// @param mechanism of SASL, in upper case
/// @param reason one word
/// @param user as sent
public record RefusedLogin(
    String service,
    String session,
    InetSocketAddress client,
    String mechanism,
    String reason,
    String user) {
  private static final Logger LOG = LogManager.getLogger(RefusedLogin.class);

  /// Writes it. What the stranger chose stands last, in quotes, with no quotes in it.
  public void log() {
    LOG.info(
        "auth session={} from=[{}]:{} service={} mechanism={} result=refused reason={} user=\"{}\"",
        session,
        client.getAddress().getHostAddress(),
        client.getPort(),
        service,
        mechanism,
        Ascii.lower(reason),
        StrangerText.of(user).inLog());
  }
}
