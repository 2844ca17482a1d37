package net.facteur.server.migrate;

import java.nio.file.Path;
import java.util.Optional;

/// A mailbox at another IMAP server.
///
/// @param host its name, as its certificate has it
/// @param port 143 speaks STARTTLS, every other TLS from the start
/// @param login the name there
/// @param password there
/// @param prefix in front of all its folders but INBOX, such as `INBOX`; empty for none
/// @param authorities who vouches for it, PEM; empty for those of the system
public record ImapSource(
    String host,
    int port,
    String login,
    String password,
    String prefix,
    Optional<Path> authorities) {
  private static final Path SYSTEM = Path.of("/etc/ssl/certs/ca-certificates.crt");

  /// The lines of Dovecot's settings that lead there. They hold the password.
  String settings() {
    return "imapc_host = "
        + quoted(host)
        + "\nimapc_port = "
        + port
        + "\nimapc_ssl = "
        + (port == 143 ? "starttls" : "imaps")
        + "\nimapc_ssl_verify = yes\nssl_client_ca_file = "
        + authorities.orElse(SYSTEM)
        + "\nimapc_user = "
        + quoted(login)
        + "\nimapc_password = "
        + quoted(password)
        + (prefix.isEmpty() ? "" : "\nimapc_list_prefix = " + quoted(prefix))
        + "\nimapc_features = rfc822.size fetch-headers\nmail_prefetch_count = 20\n";
  }

  /// A value as Dovecot reads it back.
  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
