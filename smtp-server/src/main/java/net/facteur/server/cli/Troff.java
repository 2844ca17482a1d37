package net.facteur.server.cli;

import java.util.List;

/// Text in the macros of man(7).
final class Troff {
  private Troff() {}

  /// An entry of a list.
  ///
  /// @param head a line with its macro
  static void item(StringBuilder out, String head, String says) {
    out.append(".TP\n").append(head).append('\n').append(text(says)).append('\n');
  }

  /// Paragraphs below a heading; nothing where all are blank.
  ///
  /// @param heading a line with its macro, or nothing
  static void paragraphs(StringBuilder out, String heading, String... lines) {
    List<String> said = List.of(lines).stream().filter(line -> !line.isBlank()).toList();
    if (said.isEmpty()) {
      return;
    }
    out.append(heading);
    for (int i = 0; i < said.size(); i++) {
      out.append(i == 0 ? "" : ".PP\n").append(text(said.get(i))).append('\n');
    }
  }

  /// An argument of a macro.
  static String quoted(String text) {
    return '"' + escaped(text).replace("\"", "\\(dq") + '"';
  }

  /// A line of running text, which is never taken for a macro; marks of picocli go.
  static String text(String line) {
    String escaped = escaped(line.replaceAll("@\\|\\S+ (.*?)\\|@", "$1"));
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  /// What troff would take for its own stands as it is.
  static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("%%", "%")
        .replaceAll("%n|\\s+", " ");
  }
}
