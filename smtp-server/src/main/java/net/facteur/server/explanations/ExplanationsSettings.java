package net.facteur.server.explanations;

import static net.facteur.server.config.SettingTypes.path;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Where more explanations stand.
///
/// @param file the administrator's table
public record ExplanationsSettings(Optional<Path> file) {
  private static final Logger LOG = LogManager.getLogger(ExplanationsSettings.class);

  public static final Setting<Path> FILE =
      Setting.optional(
          "destinations.explanations-file",
          path(),
          "none",
          "/etc/facteur/explanations.txt",
          "A file that explains refusals of other servers, before the table that Facteur brings"
              + " along: by whom they are said, what they mean and what to do. docs/destinations.md"
              + " says what it looks like.");

  public static final Rows ROWS = Rows.of(FILE);

  public static ExplanationsSettings from(Settings settings) {
    return new ExplanationsSettings(settings.find(FILE));
  }

  /// The file as it is now.
  ///
  /// @return empty where none is set
  public Optional<ExplanationsFile.Read> read() throws IOException {
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try (var in = Files.newInputStream(file.get())) {
      return Optional.of(
          ExplanationsFile.parse(
              new String(in.readNBytes(ExplanationsFile.MOST_OCTETS), StandardCharsets.UTF_8)));
    }
  }

  /// What is wrong with the file: entries that are not whole, and samples that others explain.
  public List<ExplanationsFile.Problem> problems() throws IOException {
    Optional<ExplanationsFile.Read> read = read();
    if (read.isEmpty()) {
      return List.of();
    }
    List<Explanation> entries = read.get().entries();
    return Stream.concat(
            read.get().problems().stream(),
            Explanations.shippedAfter(entries).missed(entries).stream())
        .toList();
  }

  /// All explanations. Entries that are not whole are left out, and so is a file that cannot be
  /// read: mail goes on without.
  public Explanations explanations() {
    try {
      return read()
          .map(its -> Explanations.shippedAfter(its.entries()))
          .orElseGet(Explanations::shipped);
    } catch (IOException e) {
      LOG.warn("explanations file={} cannot be read: {}", file, e.getMessage());
      return Explanations.shipped();
    }
  }
}
