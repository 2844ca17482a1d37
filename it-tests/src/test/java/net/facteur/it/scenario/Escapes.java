package net.facteur.it.scenario;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Octets in a text file: `\r`, `\n`, `\t`, `\\` and `\x00`; all else stands for itself, in UTF-8.
public final class Escapes {
  private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|\\\\|x[0-9A-Fa-f]{2}|)");

  private Escapes() {}

  /// One `char` an octet; empty where an escape is none of these.
  public static Optional<String> read(String escaped) {
    String octets =
        new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    var read = new StringBuilder();
    Matcher escapes = ESCAPE.matcher(octets);
    while (escapes.find()) {
      String escape = escapes.group(1);
      if (escape.isEmpty()) {
        return Optional.empty();
      }
      escapes.appendReplacement(read, Matcher.quoteReplacement(String.valueOf(octet(escape))));
    }
    return Optional.of(escapes.appendTail(read).toString());
  }

  private static char octet(String escape) {
    return switch (escape.charAt(0)) {
      case 'r' -> '\r';
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'x' -> (char) Integer.parseInt(escape.substring(1), 16);
      default -> '\\';
    };
  }
}
