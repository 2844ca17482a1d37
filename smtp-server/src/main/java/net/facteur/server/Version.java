package net.facteur.server;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Properties;

/// Which Facteur this is.
///
/// @param number the number of the release; empty where the build did not leave one
/// @param commit what of the history it was built from, ending in `-dirty` where it was changed;
///   empty outside a checkout
/// @param built the date of the sources; empty where the build did not leave one
public record Version(String number, String commit, Optional<Instant> built) {
  /// The one that runs.
  public static final Version PRESENT = read();

  private static Version read() {
    var values = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in != null) {
        values.load(in);
      }
    } catch (IOException | IllegalArgumentException _) {
      values.clear(); // who asks for the version needs no second trouble
    }
    return new Version(
        values.getProperty("number", ""),
        values.getProperty("commit", ""),
        instant(values.getProperty("built", "")));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /// For people: `0.1.0 (1f2a64d)`.
  public String text() {
    return (number.isEmpty() ? "(not packaged)" : number)
        + (commit.isEmpty() ? "" : " (" + commit + ")");
  }
}
