package net.facteur.server.imap;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// How Dovecot is joined.
///
/// @param joined whether it is
/// @param listen where it asks about accounts
/// @param doveadm the socket of its doveadm service
/// @param junkCommand what learns from mail that people move into Junk and out of it
/// @param home where the secret is, and the copy of the certificate
public record ImapSettings(
    boolean joined,
    List<InetSocketAddress> listen,
    Path doveadm,
    Optional<Path> junkCommand,
    Path home) {
  public static final Setting<Boolean> DOVECOT =
      Setting.of(
          "imap.dovecot",
          bool(),
          false,
          "Whether Dovecot reads the mailboxes with the accounts of this server. `facteur imap"
              + " dovecot --apply` writes the settings of Dovecot, and turns this on.");

  public static final Setting<List<InetSocketAddress>> LISTEN =
      Setting.of(
          "imap.listen",
          list(NetworkTypes.endpoint(), 8),
          List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 8625)),
          "Where Dovecot asks whether a password is right, by HTTP and with a secret; it uses the"
              + " first of these. Passwords pass here as they are, so it has to be a loopback"
              + " address, or one of a network that nobody else is in, such as that between two"
              + " containers.");

  public static final Setting<Path> DOVEADM =
      Setting.of(
          "imap.doveadm",
          path(),
          Path.of("/run/dovecot/facteur-doveadm"),
          "The socket of Dovecot at which this server ends the sessions of users who were locked,"
              + " and tells it of a new certificate.");

  public static final Setting<Path> DIRECTORY =
      Setting.optional(
          "imap.directory",
          path(),
          "`imap` in directories.data",
          "/var/lib/facteur/imap",
          "Holds the secret of Dovecot, and the copies of the certificates that it shows. A Dovecot"
              + " in another container needs this directory, and nothing else of the data.");

  public static final Setting<Path> JUNK_COMMAND =
      Setting.optional(
          "imap.junk-command",
          path(),
          "nothing learns from it",
          "/usr/local/bin/learn",
          "A program that Dovecot runs, as the owner of the mailboxes, when somebody moves mail"
              + " into the folder Junk or out of it: with the word spam or ham, the message on its"
              + " standard input. It takes dovecot-sieve; type `facteur imap dovecot --apply` after"
              + " a change.");

  /// Rows about reading mail.
  public static final Rows ROWS = Rows.of(DOVECOT, LISTEN, DOVEADM, DIRECTORY, JUNK_COMMAND);

  public ImapSettings {
    listen = List.copyOf(listen);
  }

  public static ImapSettings from(Settings settings) {
    return new ImapSettings(
        settings.get(DOVECOT),
        settings.get(LISTEN),
        settings.resolve(settings.get(DOVEADM)),
        settings.find(JUNK_COMMAND).map(settings::resolve),
        settings
            .find(DIRECTORY)
            .map(settings::resolve)
            .orElseGet(() -> HostSettings.from(settings).inData(Path.of("imap"))));
  }

  /// The listeners that are open.
  public List<InetSocketAddress> open() {
    return joined ? listen : List.of();
  }

  /// The doveadm service of Dovecot.
  public DoveadmSocket doveadmSocket() {
    return new DoveadmSocket(doveadm, Duration.ofSeconds(5));
  }

  /// What Dovecot has to show whenever it asks.
  public DoorSecret secret() {
    return new DoorSecret(home.resolve("secret"));
  }

  /// What a webmail has to show when a user changes the password there. It opens nothing else.
  public DoorSecret webmailSecret() {
    return new DoorSecret(home.resolve("webmail-secret"));
  }

  /// The certificate in service with those that vouch for it, and its key, at a place that stays.
  public CertificateFiles shown() {
    return in(home);
  }

  /// The same for a name that has a certificate of its own.
  public CertificateFiles shown(HostPattern name) {
    return in(names().resolve(name.name().text()));
  }

  /// Holds a directory for each name that has a certificate of its own.
  Path names() {
    return home.resolve("names");
  }

  static CertificateFiles in(Path directory) {
    return CertificateFiles.of(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
  }
}
