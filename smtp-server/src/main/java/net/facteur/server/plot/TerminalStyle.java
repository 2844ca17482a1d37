package net.facteur.server.plot;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What a terminal can show.
///
/// @param columns how wide it is; at least [#NARROWEST]
/// @param unicode whether it shows more than ASCII
/// @param colours whether it shows colours
public record TerminalStyle(int columns, boolean unicode, boolean colours) {
  public static final int NARROWEST = 20;

  private static final int WIDEST = 200;
  private static final int USUAL = 80;

  public TerminalStyle {
    columns = Math.clamp(columns, NARROWEST, WIDEST);
  }

  /// What the environment says: `COLUMNS`, and the character set of the locale (`LC_ALL`,
  /// `LC_CTYPE`, `LANG`, the first that is set).
  public static TerminalStyle of(Map<String, String> environment, boolean colours) {
    String columns = environment.getOrDefault("COLUMNS", "");
    String locale =
        Stream.of("LC_ALL", "LC_CTYPE", "LANG")
            .map(name -> environment.getOrDefault(name, ""))
            .filter(value -> !value.isEmpty())
            .findFirst()
            .orElse("")
            .toLowerCase(Locale.ROOT);
    return new TerminalStyle(
        columns.matches("[0-9]{1,4}") ? Integer.parseInt(columns) : USUAL,
        locale.contains("utf-8") || locale.contains("utf8"),
        colours);
  }
}
