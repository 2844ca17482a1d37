package net.facteur.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// Which Facteur this is.
///
/// @param number the number of the release; empty where the build did not leave one
/// @param commit what of the history it was built from, ending in `-dirty` where it was changed;
///   empty outside a checkout
public record Version(String number, String commit) {
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
    return new Version(values.getProperty("number", ""), values.getProperty("commit", ""));
  }

  /// For people: `0.1.0 (1f2a64d)`.
  public String text() {
    return (number.isEmpty() ? "(not packaged)" : number)
        + (commit.isEmpty() ? "" : " (" + commit + ")");
  }
}
