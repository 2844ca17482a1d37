package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;

/// A line of a file of Postfix, with those that continue it. Lines that begin with white space do;
/// empty lines, and those whose first sign is `#`, count for nothing and interrupt nothing.
///
/// @param number of its first line; the first one of a file is 1
/// @spec https://www.postfix.org/postconf.5.html postconf(5)
record LogicalLine(int number, String text) {
  static List<LogicalLine> of(List<String> lines) {
    var logical = new ArrayList<LogicalLine>();
    int number = 0;
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      if (Character.isWhitespace(line.charAt(0))) {
        if (number > 0) {
          text.append(line.stripTrailing());
        }
        continue;
      }
      if (number > 0) {
        logical.add(new LogicalLine(number, text.toString()));
      }
      number = i + 1;
      text.setLength(0);
      text.append(line.stripTrailing());
    }
    if (number > 0) {
      logical.add(new LogicalLine(number, text.toString()));
    }
    return logical;
  }
}
