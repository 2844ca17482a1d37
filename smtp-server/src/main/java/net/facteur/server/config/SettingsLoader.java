package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads a settings file against a schema.
public final class SettingsLoader {
  private final Schema schema;
  private final Map<String, String> environment;
  private final Supplier<Optional<String>> machineName;

  /// @param schema what may stand in the file
  /// @param environment the environment variables
  /// @param machineName what the machine calls itself, where it knows
  public SettingsLoader(
      Schema schema, Map<String, String> environment, Optional<String> machineName) {
    this(schema, environment, () -> machineName);
  }

  /// @param schema what may stand in the file
  /// @param environment the environment variables
  /// @param machineName what the machine calls itself, where it knows; asked only where the file
  ///   does not say, since it may take the time of a dead name server
  public SettingsLoader(
      Schema schema, Map<String, String> environment, Supplier<Optional<String>> machineName) {
    this.schema = schema;
    this.environment = Map.copyOf(environment);
    this.machineName = machineName;
  }

  /// Reads a file. Nothing that stands in it makes this throw.
  public LoadedSettings load(Path file) {
    return read(file, files -> files.read(file));
  }

  /// Reads a text as if it stood in `file`.
  public LoadedSettings parse(String text, Path file) {
    return read(file, files -> files.read(text, file));
  }

  /// What can be used of a file that has mistakes, for who needs little of it: every value that is
  /// right. Whoever asks for one that is wrong gets an [UnreadSettingException].
  ///
  /// @return empty where nothing of the file, or of one that it includes, can be read
  public Optional<Settings> rest(Path file) {
    var files = new IncludedFiles();
    try {
      var reading = new FileReading(schema, file);
      reading.read(parsed(files, reader -> reader.read(file)).root());
      if (!files.missing().isEmpty()) {
        reading.doubtTheRest();
      }
      return Optional.of(reading.rest());
    } catch (IncludedFiles.RefusedException _) {
      return Optional.empty();
    } catch (ConfigException _) {
      return files.source().map(this::withoutSyntax);
    }
  }

  /// A text that is no settings file says nothing of what it does not even name.
  private Settings withoutSyntax(SourceFile source) {
    String text = source.text();
    boolean anything = text.contains("include") || text.contains("\\u");
    Set<List<String>> named =
        schema.settings().stream()
            .map(setting -> setting.key().getFirst())
            .filter(name -> anything || text.contains(name))
            .map(List::of)
            .collect(Collectors.toSet());
    return new Settings(schema, source.file(), Map.of(), Map.of(), List.of(), named, List.of());
  }

  private static Config parsed(IncludedFiles files, Function<IncludedFiles, ConfigObject> source) {
    return source
        .apply(files)
        .toConfig()
        .resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(true));
  }

  private LoadedSettings read(Path file, Function<IncludedFiles, ConfigObject> source) {
    var files = new IncludedFiles();
    Config config;
    try {
      config = parsed(files, source);
    } catch (IncludedFiles.RefusedException e) {
      return new LoadedSettings.Wrong(List.of(e.mistake()));
    } catch (ConfigException e) {
      // what is missing may be why the rest cannot be understood
      return new LoadedSettings.Wrong(
          files.missing().isEmpty() ? List.of(syntaxMistake(e, file)) : files.missing());
    }
    var reading = new FileReading(schema, file);
    reading.read(config.root());
    files.source().ifPresent(reading::note);
    reading.applyEnvironment(environment);
    reading.refuse(files.missing());
    if (files.missing().isEmpty()) {
      reading.askMachine(machineName);
    }
    return reading.result();
  }

  private static Mistake syntaxMistake(ConfigException e, Path file) {
    @Nullable String message = e.getMessage();
    Origin where = e.origin() == null ? new Origin.InFile(file, 0) : Origin.of(e.origin(), file);
    if (e instanceof ConfigException.UnresolvedSubstitution) {
      return new Mistake(where, SAY.unsubstituted(), SAY.setVariable());
    }
    return new Mistake(
        where, message == null ? SAY.unsaid() : SAY.syntax(withoutPlace(message)), SAY.quoting());
  }

  /// The parser begins its sentences with the place, and ends some with a hint for programmers.
  private static String withoutPlace(String said) {
    String sentence = said.replaceFirst("^[^\\n]*?: [0-9]+: ", "");
    int hint = sentence.indexOf(" (if you intended");
    String shorter = hint < 0 ? sentence : sentence.substring(0, hint);
    int newline = shorter.indexOf('\n');
    return newline < 0 ? shorter : shorter.substring(0, newline);
  }
}
