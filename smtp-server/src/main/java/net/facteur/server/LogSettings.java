package net.facteur.server;

import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsTable;
import org.apache.logging.log4j.core.config.Configurator;

/// Hands the log settings of `mail.conf` to the logging library, which looks them up as properties
/// in `conf/log4j2.xml`.
final class LogSettings {
  private LogSettings() {}

  static void apply(Settings settings) {
    System.setProperty("facteur.log.format", lower(settings.get(SettingsTable.LOG_FORMAT)));
    System.setProperty("facteur.log.level", lower(settings.get(SettingsTable.LOG_LEVEL)));
    Optional<Path> log = settings.find(SettingsTable.LOG_FILE);
    System.setProperty("facteur.log.place", log.isPresent() ? "file" : "stdout");
    log.ifPresent(
        path -> System.setProperty("facteur.log.file", settings.resolve(path).toString()));
    Configurator.reconfigure();
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(java.util.Locale.ROOT);
  }
}
