package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A file such as `/etc/aliases`.
///
/// @param malformed numbers of lines that are no alias
/// @spec https://www.postfix.org/aliases.5.html aliases(5)
record AliasesFile(List<Alias> aliases, List<Integer> malformed) {
  /// @param name in lower case
  record Alias(int line, String name, List<AliasTarget> targets) {}

  static AliasesFile parse(List<String> lines) {
    var aliases = new ArrayList<Alias>();
    var malformed = new ArrayList<Integer>();
    for (LogicalLine line : LogicalLine.of(lines)) {
      String text = line.text();
      int colon = colon(text);
      String name = colon < 0 ? "" : text.substring(0, colon).strip();
      if (name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")) {
        name = name.substring(1, name.length() - 1);
      }
      if (name.isEmpty()) {
        malformed.add(line.number());
      } else {
        aliases.add(
            new Alias(
                line.number(),
                name.toLowerCase(Locale.ROOT),
                AliasTarget.parse(text.substring(colon + 1))));
      }
    }
    return new AliasesFile(aliases, malformed);
  }

  private static int colon(String text) {
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == ':' && !quoted) {
        return i;
      }
    }
    return -1;
  }
}
