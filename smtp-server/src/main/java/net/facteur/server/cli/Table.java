package net.facteur.server.cli;

import java.util.ArrayList;
import java.util.List;
import net.facteur.server.language.Text;

/// Rows in aligned columns.
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /// @param headings with ` | ` between them
  static Table of(Workplace workplace, Text headings) {
    return new Table(workplace.say(headings).split(" \\| "));
  }

  Table(String... headings) {
    rows.add(List.of(headings));
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  void print(Workplace workplace) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      List<String> row = rows.get(r);
      var line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.repeat(' ', widths[i] - row.get(i).length() + 2);
        }
      }
      String text = line.toString();
      workplace.out().println(r == 0 ? workplace.bold(text) : text);
    }
  }
}
