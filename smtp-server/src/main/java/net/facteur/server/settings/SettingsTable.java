package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.config.SettingTypes.size;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.host.MailTypes;
import net.facteur.server.net.AddressBlock;

/// Rows of several packages.
public final class SettingsTable {
  static final SettingType<List<String>> TARGETS = list(MailTypes.addressOrName(), 1000);

  // ---- the server

  // ---- domains and addresses

  public static final Setting<String> DKIM_SELECTOR =
      Setting.optional(
              "domains.*.dkim.selector",
              OwnTypes.selector(),
              "the active key of `facteur dkim list`, if there is one",
              "jan2026",
              "The selector that signs the mail of this domain. Its key lies in directories.keys; a"
                  + " second key, Ed25519, at the selector with -ed appended is used as well where"
                  + " it exists. The environment variables DKIM_SELECTOR (all domains) and"
                  + " DKIM_SELECTOR_EXAMPLE_ORG (this one, dots and hyphens as underscores)"
                  + " override it. Keys of this domain are then not replaced by themselves, and the"
                  + " start stops where the key or its record is missing.")
          .orVariable("DKIM_SELECTOR");
  public static final Setting<String> CATCH_ALL =
      Setting.optional(
          "domains.*.catch-all",
          MailTypes.addressOrName(),
          "unknown recipients are refused",
          "\"alice@example.org\"",
          "Who gets the mail to addresses of this domain that nobody has. Expect much spam with"
              + " it.");
  public static final Setting<Map<String, List<String>>> ALIASES =
      Setting.of(
              "aliases",
              map(MailTypes.addressOrName(), TARGETS, 100_000),
              Map.of(),
              "Addresses that stand for others, here or elsewhere: one address or a list. An alias"
                  + " may lead to an alias, up to 10 deep.")
          .example(
              "{ \"info@example.org\" = \"alice@example.org\","
                  + " \"board@example.org\" = [\"alice@example.org\", \"bob@example.com\"] }");
  public static final Setting<Map<String, List<String>>> FORWARDS =
      Setting.of(
              "forwards",
              map(MailTypes.addressOrName(), TARGETS, 100_000),
              Map.of(),
              "Users whose mail goes on to other addresses. List the user's own address too to keep"
                  + " a copy here.")
          .example("{ \"bob@example.org\" = [\"bob@example.org\", \"bob@example.com\"] }");

  // ---- listeners

  public static final Setting<List<InetSocketAddress>> LISTEN_RECEPTION =
      listener("reception", 25, "Where mail from other servers comes in, for local domains only.");
  public static final Setting<List<InetSocketAddress>> LISTEN_SUBMISSION =
      listener("submission", 587, "Where users hand in mail: STARTTLS first, then their password.");
  public static final Setting<List<InetSocketAddress>> LISTEN_SUBMISSIONS =
      listener(
          "submissions", 465, "Where users hand in mail with TLS from the first octet (RFC 8314).");

  // ---- directories

  public static final Setting<Path> QUEUE_DIRECTORY =
      Setting.of(
              "directories.queue",
              SettingTypes.path(),
              Path.of("queue"),
              "The mail queue; relative to directories.data. It must lie on a local disk that keeps"
                  + " what it was told to keep (fsync).")
          .atStart();
  public static final Setting<Path> MAIL_DIRECTORY =
      Setting.of(
          "directories.mail",
          SettingTypes.path(),
          Path.of("mail"),
          "The Maildirs of the users, as domain/name; relative to directories.data.");
  public static final Setting<Path> KEYS_DIRECTORY =
      Setting.of(
              "directories.keys",
              SettingTypes.path(),
              Path.of("keys"),
              "The private DKIM keys; relative to directories.data.")
          .atStart();

  // ---- TLS

  public static final Setting<Path> TLS_CERTIFICATE =
      Setting.optional(
          "tls.certificate",
          SettingTypes.path(),
          "no TLS, so that users cannot hand in mail",
          "/etc/letsencrypt/live/mail.example.org/fullchain.pem",
          "The certificate of this host with its chain, PEM. The file is read again when it"
              + " changes.");
  public static final Setting<Path> TLS_KEY =
      Setting.optional(
          "tls.key",
          SettingTypes.path(),
          "none",
          "/etc/letsencrypt/live/mail.example.org/privkey.pem",
          "The private key of the certificate, PEM, readable by the server alone.");
  public static final Setting<Path> TLS_NAME_CERTIFICATE =
      Setting.optional(
          "tls.names.*.certificate",
          SettingTypes.path(),
          "none",
          "/etc/letsencrypt/live/smtp.example.com/fullchain.pem",
          "The certificate for clients that ask for this name (SNI).");
  public static final Setting<Path> TLS_NAME_KEY =
      Setting.optional(
          "tls.names.*.key",
          SettingTypes.path(),
          "none",
          "/etc/letsencrypt/live/smtp.example.com/privkey.pem",
          "Its private key.");

  // ---- submission

  public static final Setting<List<AddressBlock>> SUBMISSION_NETWORKS =
      Setting.of(
              "submission.networks",
              list(OwnTypes.network(), 1000),
              List.<AddressBlock>of(),
              "Networks that may hand in mail without a password and without TLS, such as that of a"
                  + " scanner. Their mail is signed like any other. Everybody in these networks can"
                  + " send as everybody of your domains, so keep the list short.")
          .example("[\"192.0.2.17\"]");

  // ---- signing

  public static final Setting<Integer> SIGNING_THREADS =
      Setting.of(
              "signing.threads",
              integer(0, 256),
              0,
              "Threads that sign and do nothing else; 0 means one for each core.")
          .atStart();
  public static final Setting<Integer> SIGNING_QUEUE =
      Setting.of(
              "signing.queue",
              integer(1, 100_000),
              1000,
              "Messages that may wait for a signing thread. Further ones are put off with a 451"
                  + " reply; nothing leaves unsigned.")
          .atStart();

  // ---- passwords

  public static final Setting<Long> PASSWORD_MEMORY =
      Setting.of(
          "passwords.memory",
          size(7L << 20, 1L << 30),
          19L << 20,
          "Memory that one Argon2id hash takes. Applies to passwords set from now on.");
  public static final Setting<Integer> PASSWORD_ITERATIONS =
      Setting.of(
          "passwords.iterations",
          integer(1, 100),
          2,
          "Passes that one Argon2id hash makes over its memory.");
  public static final Setting<Integer> PASSWORD_THREADS =
      Setting.of(
          "passwords.threads",
          integer(1, 64),
          2,
          "Passwords checked at the same time. Each takes passwords.memory.");
  public static final Setting<Integer> PASSWORD_QUEUE =
      Setting.of(
          "passwords.queue",
          integer(1, 10_000),
          1000,
          "Logins that may wait for a check. Further ones get a temporary failure, unless they have"
              + " a better claim than one that waits: users who have logged in from the same"
              + " network go first, then networks without a wrong password, and networks take"
              + " turns.");
  public static final Setting<Duration> PASSWORD_REMEMBERED =
      Setting.of(
          "passwords.remembered",
          duration(Duration.ZERO, Duration.ofHours(1)),
          Duration.ofMinutes(5),
          "How long a right password is recognised without a new hash, kept in memory as a keyed"
              + " digest. 0s turns it off.");
  public static final Setting<Integer> PASSWORD_FAILURES =
      Setting.of(
          "passwords.failures",
          integer(1, 1000),
          10,
          "Wrong passwords for one user from one network (IPv4 /24, IPv6 /48) before logins are"
              + " refused for a while.");
  public static final Setting<Duration> PASSWORD_PENALTY =
      Setting.of(
          "passwords.penalty",
          duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          Duration.ofMinutes(15),
          "How long logins are then refused, and how long wrong passwords are remembered.");

  // ---- log and control

  public static final Setting<LogFormat> LOG_FORMAT =
      Setting.of("log.format", choice(LogFormat.class), LogFormat.TEXT, "How an event is written.")
          .atStart();
  public static final Setting<LogLevel> LOG_LEVEL =
      Setting.of(
              "log.level",
              choice(LogLevel.class),
              LogLevel.INFO,
              "How much is written: info has a line for each connection, message and attempt.")
          .atStart();
  public static final Setting<Path> LOG_FILE =
      Setting.optional(
              "log.file",
              SettingTypes.path(),
              "standard output, for systemd or a container to keep",
              "/var/log/facteur/facteur.log",
              "The file that the log is appended to. A new one is begun each day and after 100 MiB;"
                  + " 30 are kept.")
          .atStart();
  public static final Setting<Path> CONTROL_SOCKET =
      Setting.of(
              "control.socket",
              SettingTypes.path(),
              Path.of("control.socket"),
              "The socket through which the command line speaks with the running server; relative"
                  + " to directories.data. Whoever may write to it controls the server.")
          .atStart();
  public static final Setting<Boolean> CONTROL_ENABLED =
      Setting.of("control.enabled", bool(), true, "Whether there is such a socket.").atStart();

  /// How the log is written.
  public enum LogFormat {
    TEXT,
    JSON
  }

  /// How much is logged.
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private SettingsTable() {}

  private static Setting<List<InetSocketAddress>> listener(String name, int port, String doc) {
    return Setting.of(
            "listen." + name,
            list(NetworkTypes.endpoint(), 64),
            List.of(endpoint("0.0.0.0", port), endpoint("::", port)),
            doc)
        .atStart();
  }

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(NetworkTypes.ip(address).orElseThrow(), port);
  }
}
