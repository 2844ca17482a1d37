package net.facteur.server.settings;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;

import java.nio.file.Path;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;

/// Rows of several packages.
public final class SettingsTable {

  public static final Setting<Path> QUEUE_DIRECTORY =
      Setting.of(
              "directories.queue",
              SettingTypes.path(),
              Path.of("queue"),
              "The mail queue; relative to directories.data. It must lie on a local disk that keeps"
                  + " what it was told to keep (fsync).")
          .atStart();
  public static final Setting<Path> KEYS_DIRECTORY =
      Setting.of(
              "directories.keys",
              SettingTypes.path(),
              Path.of("keys"),
              "The private DKIM keys; relative to directories.data.")
          .atStart();

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
}
