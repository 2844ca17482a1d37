package net.facteur.server.log;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.path;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import org.apache.logging.log4j.core.config.Configurator;

/// Hands the log settings of `mail.conf` to the logging library, which looks them up as properties
/// in `conf/log4j2.xml`.
///
/// @param format how an event is written
/// @param level how much is
/// @param file what the log is appended to; empty for the standard output
/// @param keep how long its earlier files are kept
public record LogSettings(Format format, Level level, Optional<Path> file, Duration keep) {
  /// How the log is written.
  public enum Format {
    TEXT,
    JSON
  }

  /// How much is logged.
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  public static final Setting<Format> FORMAT =
      Setting.of("log.format", choice(Format.class), Format.TEXT, "How an event is written.")
          .atStart();

  public static final Setting<Level> LEVEL =
      Setting.of(
              "log.level",
              choice(Level.class),
              Level.INFO,
              "How much is written: info has a line for each connection, message and attempt.")
          .atStart();

  public static final Setting<Path> FILE =
      Setting.optional(
              "log.file",
              path(),
              "standard output, for systemd or a container to keep",
              "/var/log/facteur/facteur.log",
              "The file that the log is appended to. A new one is begun each day and after 100 MiB;"
                  + " log.keep says how long earlier ones are kept.")
          .atStart();

  public static final Setting<Duration> KEEP =
      Setting.of(
              "log.keep",
              duration(Duration.ofDays(1), Duration.ofDays(3650)),
              Duration.ofDays(30),
              "How long earlier files of log.file are kept: they name senders and recipients. What"
                  + " systemd or a container keeps, it keeps by its own rules"
                  + " (MaxRetentionSec of journald.conf).")
          .atStart();

  /// Rows about the log.
  public static final Rows ROWS = Rows.of(FORMAT, LEVEL, FILE, KEEP);

  private static final String FILE_PROPERTY = "facteur.log.file";

  /// The directory itself.
  private static final String HERE = "/.";

  public static LogSettings from(Settings settings) {
    return new LogSettings(
        settings.get(FORMAT),
        settings.get(LEVEL),
        settings.find(FILE).map(settings::resolve),
        settings.get(KEEP));
  }

  /// Hands them to the library.
  public void apply() {
    System.setProperty("facteur.log.format", lower(format));
    System.setProperty("facteur.log.level", lower(level));
    System.setProperty("facteur.log.place", file.isPresent() ? "file" : "stdout");
    System.setProperty("facteur.log.keep", keep.toString());
    file.ifPresent(
        path -> {
          System.setProperty(FILE_PROPERTY, path.toString());
          System.setProperty("facteur.log.name", String.valueOf(path.getFileName()));
          System.setProperty("facteur.log.directory", directory(path));
        });
    Configurator.reconfigure();
  }

  /// Opens the log file anew, since somebody may have moved it away. No line is lost: the library
  /// shares open files by their names, so that another spelling of the same place is opened before
  /// the old one is closed.
  public static void reopen() {
    String file = System.getProperty(FILE_PROPERTY, "");
    if (!file.isEmpty()) {
      System.setProperty(FILE_PROPERTY, respelled(Path.of(file), file));
      Configurator.reconfigure();
    }
  }

  private static String directory(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    return directory == null ? "/" : directory.toString();
  }

  private static String respelled(Path path, String file) {
    String name = "/" + path.getFileName();
    return file.endsWith(HERE + name)
        ? file.substring(0, file.length() - HERE.length() - name.length()) + name
        : file.substring(0, file.length() - name.length()) + HERE + name;
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(java.util.Locale.ROOT);
  }
}
