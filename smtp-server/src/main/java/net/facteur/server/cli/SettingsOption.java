package net.facteur.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The option `-c`, which every command that needs the settings has.
final class SettingsOption {
  private static final CliTexts SAY = CliTexts.SAY;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE")
  private @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  private @Nullable Settings right;

  Path file(Workplace workplace) {
    Path named = file;
    return named == null ? workplace.defaultFile() : named;
  }

  /// The file that was named; empty where none was.
  Optional<Path> named() {
    return Optional.ofNullable(file);
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
    return mine == null
        ? text
        : workplace.typedAnywhere(mine.root(), Optional.ofNullable(file), text);
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
      case LoadedSettings.Wrong(List<Mistake> mistakes) -> throw refused(workplace, mistakes);
    };
  }

  /// The settings as far as they are right, for commands that need few of them. One line says that
  /// there are mistakes.
  ///
  /// @param warnings where it is said
  Settings readRight(Workplace workplace, PrintWriter warnings) {
    Settings known = right;
    if (known == null) {
      known =
          switch (workplace.namelessLoader().load(file(workplace))) {
            case LoadedSettings.Good(Settings settings) -> settings;
            case LoadedSettings.Wrong(List<Mistake> mistakes) -> {
              Settings rest =
                  workplace
                      .namelessLoader()
                      .rest(file(workplace))
                      .orElseThrow(() -> refused(workplace, mistakes));
              warnings.println(
                  typed(
                      workplace,
                      workplace.say(SAY.settingsPartlyWrong(file(workplace), mistakes.size()))));
              yield rest;
            }
          };
      right = known;
    }
    return known;
  }

  private RuntimeException refused(Workplace workplace, List<Mistake> mistakes) {
    return ClosedPlace.before(file(workplace), false)
        .<RuntimeException>map(place -> new ClosedPlaceException(SAY.settingsClosed(), place))
        .orElseGet(() -> wrong(mistakes));
  }

  /// The settings that a server runs with, which whoever types must be able to read.
  Settings readToServe(Workplace workplace) {
    return switch (workplace.loader().load(file(workplace))) {
      case LoadedSettings.Good(Settings settings) -> settings;
      case LoadedSettings.Wrong(List<Mistake> mistakes) -> throw wrong(mistakes);
    };
  }

  private static CommandFailedException wrong(List<Mistake> mistakes) {
    return new CommandFailedException(
        SAY.settingsWrong(mistakes.size()),
        Text.lines(mistakes.stream().map(Mistake::text).toList()));
  }
}
