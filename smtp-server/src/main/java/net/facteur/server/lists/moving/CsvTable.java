package net.facteur.server.lists.moving;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.auth.syntax.Parsed;

/// A table of comma-separated values, its first record the names of its columns.
///
/// ```
/// file   = [BOM] record *(line-end record) [line-end]
/// record = field *(separator field)
/// field  = quoted / plain
/// quoted = DQUOTE *(any character / 2DQUOTE) DQUOTE
/// ```
///
/// The separator is a comma, or a semicolon or a tab where the first record has none, as
/// spreadsheets write it in some countries; a line `sep=;` before everything names it. Lines may
/// end with CR LF, LF or CR. Empty lines, and lines that begin with `#`, count for nothing.
///
/// @param columns names in lower case, without spaces around them
/// @spec https://www.rfc-editor.org/rfc/rfc4180#section-2 RFC 4180, section 2
record CsvTable(char separator, List<String> columns, List<Row> rows) {
  private static final int MAX_ROWS = 1_000_000;
  private static final char BOM = '\uFEFF';

  CsvTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /// @param line where it begins; the first one of a file is 1
  /// @param fields by column; one that is not there is missing
  record Row(int line, Map<String, String> fields) {
    Row {
      fields = Map.copyOf(fields);
    }

    /// What stands in the first of some columns that has something; an empty text where none has.
    String field(String... names) {
      for (String name : names) {
        String value = fields.getOrDefault(name, "");
        if (!value.isBlank()) {
          return value.strip();
        }
      }
      return "";
    }
  }

  /// True where it has one of some columns.
  boolean has(String... names) {
    return List.of(names).stream().anyMatch(columns::contains);
  }

  /// Reads a file.
  static Parsed<CsvTable> parse(String file) {
    return new Reader(file).table();
  }

  private static final class Reader {
    private final String in;
    private int at;
    private int line = 1;

    Reader(String in) {
      this.in = in;
    }

    Parsed<CsvTable> table() {
      if (in.startsWith(String.valueOf(BOM))) {
        at++;
      }
      char separator = separator();
      var rows = new ArrayList<Row>();
      Optional<List<String>> columns = Optional.empty();
      while (!skipped()) {
        int begin = line;
        int start = at;
        Optional<List<String>> fields = record(separator);
        if (fields.isEmpty()) {
          return Parsed.malformed(start, "\" at the end of the field, and " + separator);
        }
        if (columns.isEmpty()) {
          columns =
              Optional.of(
                  fields.get().stream().map(f -> f.strip().toLowerCase(Locale.ROOT)).toList());
          continue;
        }
        if (rows.size() == MAX_ROWS) {
          return Parsed.malformed(start, "at most " + MAX_ROWS + " lines");
        }
        if (fields.get().size() > columns.get().size()) {
          return Parsed.malformed(start, columns.get().size() + " fields");
        }
        var row = new TreeMap<String, String>();
        for (int i = 0; i < fields.get().size(); i++) {
          row.putIfAbsent(columns.get().get(i), fields.get().get(i));
        }
        rows.add(new Row(begin, row));
      }
      return columns.isEmpty()
          ? Parsed.malformed(at, "names of columns")
          : Parsed.ok(new CsvTable(separator, columns.get(), rows));
    }

    /// What parts the fields: as Excel's own line says it, or what stands in the first record.
    private char separator() {
      if (in.regionMatches(true, at, "sep=", 0, 4) && at + 4 < in.length()) {
        char said = in.charAt(at + 4);
        at += 5;
        lineEnd();
        return said;
      }
      boolean quoted = false;
      for (int i = at; i < in.length() && (quoted || !isLineEnd(in.charAt(i))); i++) {
        char c = in.charAt(i);
        if (c == '"') {
          quoted = !quoted;
        } else if (!quoted && (c == ',' || c == ';' || c == '\t')) {
          return c;
        }
      }
      return ',';
    }

    /// Skips lines that count for nothing.
    ///
    /// @return true at the end
    private boolean skipped() {
      while (at < in.length()) {
        int end = at;
        while (end < in.length() && !isLineEnd(in.charAt(end))) {
          end++;
        }
        if (in.charAt(at) != '#' && !in.substring(at, end).isBlank()) {
          return false;
        }
        at = end;
        lineEnd();
      }
      return true;
    }

    private Optional<List<String>> record(char separator) {
      var fields = new ArrayList<String>();
      while (true) {
        Optional<String> field = in.startsWith("\"", at) ? quoted() : Optional.of(plain(separator));
        if (field.isEmpty()) {
          return Optional.empty();
        }
        fields.add(field.get());
        if (at < in.length() && in.charAt(at) == separator) {
          at++;
        } else if (at == in.length() || isLineEnd(in.charAt(at))) {
          lineEnd();
          return Optional.of(fields);
        } else {
          return Optional.empty();
        }
      }
    }

    private String plain(char separator) {
      int start = at;
      while (at < in.length() && in.charAt(at) != separator && !isLineEnd(in.charAt(at))) {
        at++;
      }
      return in.substring(start, at);
    }

    private Optional<String> quoted() {
      var text = new StringBuilder();
      for (at++; at < in.length(); at++) {
        char c = in.charAt(at);
        if (c == '"') {
          at++;
          if (at == in.length() || in.charAt(at) != '"') {
            return Optional.of(text.toString());
          }
        } else if (c == '\n') {
          line++;
        }
        text.append(c);
      }
      return Optional.empty();
    }

    private static boolean isLineEnd(char c) {
      return c == '\r' || c == '\n';
    }

    private void lineEnd() {
      if (at < in.length() && isLineEnd(in.charAt(at))) {
        at += in.startsWith("\r\n", at) ? 2 : 1;
        line++;
      }
    }
  }
}
