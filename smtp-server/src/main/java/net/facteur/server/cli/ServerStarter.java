package net.facteur.server.cli;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;

/// How `facteur run` starts the server.
@FunctionalInterface
public interface ServerStarter {
  /// Runs the server until it is told to stop.
  ///
  /// @param settings what is in force at the start
  /// @param file where they came from, for a reload
  /// @param loader reads them again
  /// @param commands names the settings file in the commands of a text, so that they can be typed
  ///   anywhere
  /// @return the exit code
  /// @throws Exception what kept it from starting, in words for an administrator
  int run(Settings settings, Path file, SettingsLoader loader, UnaryOperator<String> commands)
      throws Exception;
}
