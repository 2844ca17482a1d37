package net.facteur.server.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.language.Text;

/// Where an installation keeps its things.
///
/// @param settings the settings file
/// @param data what the server writes
/// @param tls the key and certificate that it begins with
/// @param packaged the directories were made by the package, and the settings file holds comments
///   until it is filled in
public record Layout(Path settings, Path data, Path tls, boolean packaged) {
  /// All below one directory.
  public static Layout below(Path directory) {
    Path home = directory.toAbsolutePath().normalize();
    return new Layout(
        home.resolve("conf/mail.conf"), home.resolve("data"), home.resolve("tls"), false);
  }

  /// Where the package has put it.
  public static Layout ofPackage(Path settings, Path data) {
    return new Layout(settings, data, settings.resolveSibling("tls"), true);
  }

  /// What is there already.
  public sealed interface Present {
    /// Nothing.
    record Nothing() implements Present {}

    /// A mail server for the domain.
    record Ready(Settings settings) implements Present {}

    /// Something that must not be overwritten.
    record Taken(Text what, Text remedy) implements Present {}
  }

  /// Looks what is there already.
  public Present look(DomainName domain, SettingsLoader loader) throws IOException {
    if (isWritten(settings)) {
      return loader.load(settings) instanceof LoadedSettings.Good(Settings good)
              && good.names("domains").contains(domain.text())
          ? new Present.Ready(good)
          : new Present.Taken(
              SetupTexts.SAY.otherSettings(settings, domain),
              SetupTexts.SAY.otherSettingsRemedy(domain));
    }
    for (Path path : new Path[] {data.resolve("keys"), data.resolve("users"), tls}) {
      if (Files.exists(path)) {
        return taken(path);
      }
    }
    if (!packaged && Files.exists(data)) {
      return taken(data);
    }
    for (Path above = settings.getParent(); above != null; above = above.getParent()) {
      if (Files.exists(above) && !Files.isDirectory(above)) {
        return new Present.Taken(
            SetupTexts.SAY.notDirectory(above), SetupTexts.SAY.otherDirectory());
      }
    }
    return new Present.Nothing();
  }

  private static Present taken(Path path) {
    return new Present.Taken(SetupTexts.SAY.halfWritten(path), SetupTexts.SAY.moveAway(path));
  }

  /// True where the file holds more than comments.
  private static boolean isWritten(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Files.exists(file);
    }
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.anyMatch(line -> !line.isBlank() && !line.stripLeading().startsWith("#"));
    }
  }

  /// Who the server runs as where the package or the shipped unit says so.
  public static final String USER = "facteur";

  /// True where the directory that everything goes to belongs to root, so that it has to be given
  /// away.
  public boolean belongsToRoot() throws IOException {
    Path home = data;
    while (!Files.exists(home)) {
      Optional<Path> above = Optional.ofNullable(home.getParent());
      if (above.isEmpty()) {
        return false;
      }
      home = above.get();
    }
    return Files.getOwner(home).getName().equals("root");
  }
}
