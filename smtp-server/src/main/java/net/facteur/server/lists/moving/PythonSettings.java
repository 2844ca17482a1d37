package net.facteur.server.lists.moving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Parsed;

/// The settings that `config_list -o` of Mailman 2 writes: assignments of Python literals.
///
/// ```
/// file       = *(comment / blank / assignment)
/// assignment = name "=" value
/// value      = string / number / name / "[" values "]" / "(" values ")" / "{" pairs "}"
/// string     = [prefix] ( "'" / '"' / "'''" / '"""' ) text, escapes as in Python 2
/// ```
///
/// Nothing is run: what is no literal is malformed.
///
/// @spec https://docs.python.org/2.7/reference/lexical_analysis.html Python 2.7, lexical analysis
record PythonSettings(Map<String, Value> values) {
  private static final int MAX_DEPTH = 16;

  PythonSettings {
    values = new LinkedHashMap<>(values);
  }

  /// A literal.
  sealed interface Value {
    /// A string.
    record Text(String text) implements Value {}

    /// A number, or one of the names True, False and None, as it stands.
    record Word(String word) implements Value {}

    /// A list or a tuple; of a dictionary, its keys.
    record Values(List<Value> values) implements Value {
      public Values {
        values = List.copyOf(values);
      }
    }
  }

  /// A string; empty where there is none, or an empty one.
  Optional<String> text(String name) {
    return values.get(name) instanceof Value.Text(String text) && !text.isEmpty()
        ? Optional.of(text)
        : Optional.empty();
  }

  /// A whole number, 0 and 1 for False and True; empty where there is none.
  Optional<Long> number(String name) {
    return values.get(name) instanceof Value.Word(String word) ? ofWord(word) : Optional.empty();
  }

  private static Optional<Long> ofWord(String word) {
    return switch (word) {
      case "True" -> Optional.of(1L);
      case "False" -> Optional.of(0L);
      default ->
          word.matches("-?[0-9]{1,15}L?(\\.[0-9]*)?")
              ? Optional.of(Long.parseLong(word.replaceFirst("[L.].*", "")))
              : Optional.empty();
    };
  }

  /// True where it is set to something other than 0 and False.
  boolean on(String name) {
    return number(name).filter(n -> n != 0).isPresent();
  }

  /// The strings of a list.
  List<String> texts(String name) {
    return values.get(name) instanceof Value.Values(List<Value> all)
        ? all.stream()
            .flatMap(v -> v instanceof Value.Text(String t) ? Stream.of(t) : Stream.empty())
            .toList()
        : List.of();
  }

  /// Reads a file.
  static Parsed<PythonSettings> parse(String file) {
    return new Reader(file).settings();
  }

  private static final class Reader {
    private final String in;
    private int at;
    private String expected = "name = value";

    Reader(String in) {
      this.in = in;
    }

    Parsed<PythonSettings> settings() {
      var values = new LinkedHashMap<String, Value>();
      for (skip(); at < in.length(); skip()) {
        int start = at;
        while (at < in.length() && isName(in.charAt(at))) {
          at++;
        }
        String name = in.substring(start, at);
        skip();
        if (name.isEmpty() || !take('=')) {
          return Parsed.malformed(at, expected);
        }
        skip();
        Optional<Value> value = value(0);
        if (value.isEmpty()) {
          return Parsed.malformed(at, expected);
        }
        values.put(name, value.get());
      }
      return Parsed.ok(new PythonSettings(values));
    }

    private Optional<Value> value(int depth) {
      if (depth > MAX_DEPTH) {
        return fail("lists nested at most " + MAX_DEPTH + " deep");
      }
      char c = peek();
      return switch (c) {
        case '[' -> values(']', depth);
        case '(' -> values(')', depth);
        case '{' -> values('}', depth);
        default -> c == '"' || c == '\'' || prefixed() ? strings() : word();
      };
    }

    /// True before a string with a prefix, such as `u'`.
    private boolean prefixed() {
      int i = at;
      while (i < in.length() && i < at + 2 && "uUrRbB".indexOf(in.charAt(i)) >= 0) {
        i++;
      }
      return i > at && i < in.length() && (in.charAt(i) == '"' || in.charAt(i) == '\'');
    }

    private Optional<Value> values(char close, int depth) {
      at++;
      var all = new ArrayList<Value>();
      while (true) {
        skip();
        if (take(close)) {
          return Optional.of(new Value.Values(all));
        }
        Optional<Value> value = value(depth + 1);
        if (value.isEmpty()) {
          return value;
        }
        all.add(value.get());
        skip();
        if (close == '}' && take(':')) {
          skip();
          if (value(depth + 1).isEmpty()) {
            return Optional.empty();
          }
          skip();
        }
        if (!take(',') && peek() != close) {
          return fail("a comma or " + close);
        }
      }
    }

    /// A string, and those that follow it on its line: Python puts them together.
    private Optional<Value> strings() {
      var text = new StringBuilder();
      while (peek() == '"' || peek() == '\'' || prefixed()) {
        if (!string(text)) {
          return fail("the end of a string");
        }
        while (peek() == ' ' || peek() == '\t') {
          at++;
        }
      }
      return Optional.of(new Value.Text(text.toString()));
    }

    private boolean string(StringBuilder into) {
      boolean raw = false;
      boolean unicode = false;
      while (peek() != '"' && peek() != '\'') {
        raw |= peek() == 'r' || peek() == 'R';
        unicode |= peek() == 'u' || peek() == 'U';
        at++;
      }
      String quote = in.substring(at, at + 1);
      quote = in.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
      at += quote.length();
      var octets = new EscapedText(unicode);
      while (at < in.length()) {
        if (in.startsWith(quote, at)) {
          at += quote.length();
          into.append(octets.text());
          return true;
        }
        char c = in.charAt(at);
        if (c == '\n' && quote.length() == 1) {
          return false;
        }
        if (c == '\\' && !raw) {
          at = octets.escape(in, at + 1);
        } else {
          octets.plain(c);
          at++;
        }
      }
      return false;
    }

    private Optional<Value> word() {
      int start = at;
      while (at < in.length() && (isName(in.charAt(at)) || "+-.".indexOf(in.charAt(at)) >= 0)) {
        at++;
      }
      return at == start
          ? fail("a string, a number or a list")
          : Optional.of(new Value.Word(in.substring(start, at)));
    }

    private static boolean isName(char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    /// Skips white space, line ends and comments.
    private void skip() {
      while (at < in.length()) {
        char c = in.charAt(at);
        if (c == '#') {
          int end = in.indexOf('\n', at);
          at = end < 0 ? in.length() : end;
        } else if (c == '\\' && at + 1 < in.length() && in.charAt(at + 1) == '\n') {
          at += 2;
        } else if (!Character.isWhitespace(c)) {
          return;
        } else {
          at++;
        }
      }
    }

    private char peek() {
      return at < in.length() ? in.charAt(at) : 0;
    }

    private boolean take(char c) {
      if (peek() != c || at == in.length()) {
        return false;
      }
      at++;
      return true;
    }

    private Optional<Value> fail(String what) {
      expected = what;
      return Optional.empty();
    }
  }
}
