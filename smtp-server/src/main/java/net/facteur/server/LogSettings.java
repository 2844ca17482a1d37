package net.facteur.server;

import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.settings.SettingsTable;
import org.apache.logging.log4j.core.config.Configurator;

/// Hands the log settings of `mail.conf` to the logging library, which looks them up as properties
/// in `conf/log4j2.xml`.
final class LogSettings {
  private static final String FILE = "facteur.log.file";

  /// The directory itself.
  private static final String HERE = "/.";

  private LogSettings() {}

  static void apply(Settings settings) {
    System.setProperty("facteur.log.format", lower(settings.get(SettingsTable.LOG_FORMAT)));
    System.setProperty("facteur.log.level", lower(settings.get(SettingsTable.LOG_LEVEL)));
    Optional<Path> log = settings.find(SettingsTable.LOG_FILE);
    System.setProperty("facteur.log.place", log.isPresent() ? "file" : "stdout");
    log.ifPresent(path -> System.setProperty(FILE, settings.resolve(path).toString()));
    Configurator.reconfigure();
  }

  /// Opens the log file anew, since somebody may have moved it away. No line is lost: the library
  /// shares open files by their names, so that another spelling of the same place is opened before
  /// the old one is closed.
  static void reopen() {
    String file = System.getProperty(FILE, "");
    if (!file.isEmpty()) {
      System.setProperty(FILE, respelled(Path.of(file), file));
      Configurator.reconfigure();
    }
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
