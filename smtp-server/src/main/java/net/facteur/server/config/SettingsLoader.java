package net.facteur.server.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Reads a settings file against the table.
public final class SettingsLoader {
  private static final long MAX_OCTETS = 16L << 20;

  private final Map<String, String> environment;
  private final Supplier<Optional<String>> machineName;

  /// @param environment the environment variables
  /// @param machineName what the machine calls itself, where it knows
  public SettingsLoader(Map<String, String> environment, Optional<String> machineName) {
    this(environment, () -> machineName);
  }

  /// @param environment the environment variables
  /// @param machineName what the machine calls itself, where it knows; asked only where the file
  ///   does not say, since it may take the time of a dead name server
  public SettingsLoader(Map<String, String> environment, Supplier<Optional<String>> machineName) {
    this.environment = Map.copyOf(environment);
    this.machineName = machineName;
  }

  /// Reads a file. Nothing that stands in it makes this throw.
  public LoadedSettings load(Path file) {
    try {
      if (Files.size(file) > MAX_OCTETS) {
        return unreadable(file, "is larger than 16 MiB", "Is this really the settings file?");
      }
    } catch (IOException e) {
      return unreadable(
          file,
          Files.exists(file) ? "cannot be read" : "there is no such file",
          "Name your settings file with -c FILE, or copy conf/mail-minimal.conf to "
              + file
              + " and edit it.");
    }
    String text;
    try {
      text = Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      text = ""; // what is wrong with it, the parser says
    }
    return read(file, text, () -> ConfigFactory.parseFile(file.toFile(), options()));
  }

  /// Reads a text as if it stood in `file`.
  public LoadedSettings parse(String text, Path file) {
    return read(file, text, () -> ConfigFactory.parseString(text, options()));
  }

  private interface Source {
    Config parse();
  }

  private LoadedSettings read(Path file, String text, Source source) {
    Config config;
    try {
      config =
          source.parse().resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(true));
    } catch (ConfigException e) {
      return new LoadedSettings.Wrong(List.of(syntaxMistake(e, file)));
    }
    var reading = new FileReading(file);
    reading.read(config.root());
    reading.noteDoubles(text);
    reading.applyEnvironment(environment);
    reading.nameTheHost(machineName);
    return reading.result();
  }

  private static Mistake syntaxMistake(ConfigException e, Path file) {
    @Nullable String message = e.getMessage();
    String said = message == null ? "cannot be read" : message;
    Origin where = e.origin() == null ? new Origin.InFile(file, 0) : Origin.of(e.origin(), file);
    if (e instanceof ConfigException.UnresolvedSubstitution) {
      return new Mistake(
          where,
          "a ${...} names something that is not set",
          "Set the environment variable, or write ${?NAME} for one that may be absent.");
    }
    return new Mistake(
        where,
        "not the syntax of a settings file: " + withoutPlace(said),
        "Texts with @ : * / or other signs stand in \"double quotes\"; every { needs its } and"
            + " every [ its ].");
  }

  /// The parser begins its sentences with the place, and ends some with a hint for programmers.
  private static String withoutPlace(String said) {
    String sentence = said.replaceFirst("^[^\\n]*?: [0-9]+: ", "");
    int hint = sentence.indexOf(" (if you intended");
    String shorter = hint < 0 ? sentence : sentence.substring(0, hint);
    int newline = shorter.indexOf('\n');
    return newline < 0 ? shorter : shorter.substring(0, newline);
  }

  private static LoadedSettings unreadable(Path file, String what, String remedy) {
    return new LoadedSettings.Wrong(List.of(new Mistake(new Origin.InFile(file, 0), what, remedy)));
  }

  private static ConfigParseOptions options() {
    return ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
  }
}
