package net.facteur.server.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The option `-c`, which every command that needs the settings has.
final class SettingsOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The settings file; conf/mail.conf unless FACTEUR_CONF names another.")
  private @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  Path file(Workplace workplace) {
    Path named = file;
    return named == null ? workplace.defaultFile() : named;
  }

  /// A text with commands to be typed, which name the settings file where this one was called with
  /// one.
  String typed(Workplace workplace, String text) {
    CommandSpec mine = command;
    return mine == null ? text : workplace.typed(mine.root(), Optional.ofNullable(file), text);
  }

  /// The same for a reader in another directory.
  String typedAnywhere(Workplace workplace, String text) {
    CommandSpec mine = command;
    Optional<Path> named =
        Optional.ofNullable(file)
            .or(() -> Optional.of(workplace.named()).filter(n -> !n.isEmpty()).map(Path::of))
            .map(path -> path.toAbsolutePath().normalize());
    return mine == null ? text : workplace.typed(mine.root(), named, text);
  }

  /// The settings, for commands that can do without: empty where none are named, and the usual file
  /// is missing or not filled in yet.
  Optional<Settings> readIfThere(Workplace workplace) {
    if (file != null) {
      return Optional.of(read(workplace));
    }
    return switch (workplace.loader().load(workplace.defaultFile())) {
      case LoadedSettings.Good(Settings settings) -> Optional.of(settings);
      case LoadedSettings.Wrong _ -> Optional.empty();
    };
  }

  /// The settings, which must be right.
  Settings read(Workplace workplace) {
    return switch (workplace.loader().load(file(workplace))) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          throw new CommandFailedException(
              mistakes.size() == 1
                  ? "The settings have a mistake."
                  : "The settings have " + mistakes.size() + " mistakes.",
              mistakes.stream().map(Mistake::text).collect(Collectors.joining("\n")));
    };
  }
}
