package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.facteur.server.language.Text;

/// A table of Postfix, such as `hash:/etc/postfix/virtual`.
///
/// @spec https://www.postfix.org/DATABASE_README.html
sealed interface LookupTable {
  /// @param line of the file; the first is 1
  record Row(int line, String key, String value) {}

  /// Keys as they are, in lower case.
  record Plain(String file, List<Row> rows) implements LookupTable {}

  /// Patterns, the first one that matches counts.
  record Patterns(String file, List<Row> rows) implements LookupTable {}

  /// One that cannot be read here.
  record Unusable(String name, Text why) implements LookupTable {}

  /// Reads a table.
  ///
  /// @param name its type and file; without a type that of `standard`
  static LookupTable read(OldTree tree, String name, String standard, DatabaseDump dump) {
    int colon = name.indexOf(':');
    boolean bare = colon < 0 || name.startsWith("/");
    String type = bare ? standard : name.substring(0, colon).toLowerCase(Locale.ROOT);
    String file = bare ? name : name.substring(colon + 1);
    return switch (type) {
      case "proxy", "proxymap" -> read(tree, file, standard, dump);
      case "hash", "texthash", "lmdb", "cdb", "btree", "dbm", "sdbm" ->
          text(tree, type, file, dump);
      case "regexp", "pcre" -> {
        OldFile read = tree.read(file);
        yield read instanceof OldFile.Found(String text, boolean _)
            ? new Patterns(file, patterns(text.lines().toList()))
            : new Unusable(name, why(read));
      }
      case "inline" -> new Plain(name, inline(file));
      case "ldap" -> new Unusable(name, MigrateTexts.SAY.directory());
      default -> new Unusable(name, MigrateTexts.SAY.tableType(type));
    };
  }

  private static LookupTable text(OldTree tree, String type, String file, DatabaseDump dump) {
    OldFile read = tree.read(file);
    if (read instanceof OldFile.Found(String text, boolean _)) {
      return new Plain(file, rows(text.lines().toList()));
    }
    if (read instanceof OldFile.Missing) {
      List<String> lines = dump.lines(type + ":" + tree.at(file));
      if (!lines.isEmpty()) {
        return new Plain(file, rows(lines));
      }
    }
    return new Unusable(type + ":" + file, why(read));
  }

  private static Text why(OldFile read) {
    return switch (read) {
      case OldFile.Found _ -> Text.of("");
      case OldFile.Missing _ -> MigrateTexts.SAY.missing();
      case OldFile.Unusable(Text why) -> why;
    };
  }

  static List<Row> rows(List<String> lines) {
    var rows = new ArrayList<Row>();
    for (LogicalLine line : LogicalLine.of(lines)) {
      String text = line.text();
      int end = 0;
      boolean quoted = false;
      while (end < text.length() && (quoted || !Character.isWhitespace(text.charAt(end)))) {
        quoted ^= text.charAt(end) == '"';
        end++;
      }
      String key = text.substring(0, end).toLowerCase(Locale.ROOT);
      rows.add(new Row(line.number(), key, text.substring(end).strip()));
    }
    return rows;
  }

  private static List<Row> patterns(List<String> lines) {
    var rows = new ArrayList<Row>();
    for (LogicalLine line : LogicalLine.of(lines)) {
      String text = line.text();
      char delimiter = text.charAt(0);
      int close = text.indexOf(delimiter, 1);
      while (close > 0 && text.charAt(close - 1) == '\\') {
        close = text.indexOf(delimiter, close + 1);
      }
      int end = close < 0 ? text.length() : close + 1;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      boolean pattern = close > 0 && !Character.isLetterOrDigit(delimiter);
      rows.add(
          new Row(
              line.number(),
              pattern ? text.substring(1, close) : text.substring(0, end),
              text.substring(end).strip()));
    }
    return rows;
  }

  private static List<Row> inline(String text) {
    var rows = new ArrayList<Row>();
    String inside = text.strip().replaceFirst("^\\{", "").replaceFirst("\\}$", "");
    for (String part : MainCf.split(inside)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        rows.add(
            new Row(
                1,
                part.substring(0, equals).replace("{", "").strip().toLowerCase(Locale.ROOT),
                part.substring(equals + 1).replace("}", "").strip()));
      }
    }
    return rows;
  }
}
