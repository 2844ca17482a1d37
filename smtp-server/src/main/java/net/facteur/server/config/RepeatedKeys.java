package net.facteur.server.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keys that a text in HOCON sets more than once with a plain value. The library merges them
/// without a word, and the last one wins.
///
/// Blocks may be opened again, `+=` adds, and a value that uses the one before (`${key} more`)
/// means it; none of these is told. Lists are passed over.
final class RepeatedKeys {
  private static final int MAX_DEPTH = 200;

  private final String text;
  private final Map<List<String>, Integer> lines = new HashMap<>();
  private final List<Repeated> found = new ArrayList<>();
  private final Deque<List<String>> blocks = new ArrayDeque<>();
  private List<String> block = List.of();
  private int at;
  private int line = 1;

  private RepeatedKeys(String text) {
    this.text = text;
  }

  /// A key that was set before.
  ///
  /// @param line where it stands again, from 1
  /// @param before where it stood
  record Repeated(List<String> path, int before, int line) {}

  /// @param text right HOCON; of other texts nothing is promised
  static List<Repeated> in(String text) {
    var keys = new RepeatedKeys(text);
    keys.read();
    return keys.found;
  }

  private void read() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
        at++;
      } else if (Character.isWhitespace(c) || c == ',' || c == '\uFEFF') {
        at++;
      } else if (comment()) {
        toEndOfLine();
      } else if (c == '{') {
        open(List.of());
      } else if (c == '}') {
        at++;
        block = blocks.isEmpty() ? List.of() : blocks.pop();
      } else if (c == '[') {
        skipList();
      } else {
        field();
      }
    }
  }

  private void open(List<String> key) {
    at++;
    if (blocks.size() < MAX_DEPTH) {
      blocks.push(block);
    }
    var longer = new ArrayList<>(block);
    longer.addAll(key);
    block = List.copyOf(longer);
  }

  private boolean comment() {
    return text.charAt(at) == '#' || text.startsWith("//", at);
  }

  private void toEndOfLine() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void field() {
    int where = line;
    List<String> key = key();
    if (at >= text.length()) {
      return;
    }
    char c = text.charAt(at);
    if (c == '{') {
      open(key);
      return;
    }
    boolean adds = text.startsWith("+=", at);
    if (c != '=' && c != ':' && !adds) {
      toEndOfLine(); // an include, or no field
      return;
    }
    at += adds ? 2 : 1;
    blanks();
    if (at < text.length() && text.charAt(at) == '{') {
      open(key);
      return;
    }
    int from = at;
    skipValue();
    if (adds || text.substring(from, at).contains("${")) {
      return;
    }
    var path = new ArrayList<>(block);
    path.addAll(key);
    Integer before = lines.put(List.copyOf(path), where);
    if (before != null) {
      found.add(new Repeated(List.copyOf(path), before, where));
    }
  }

  /// A path of names, up to its separator.
  private List<String> key() {
    var names = new ArrayList<String>();
    var name = new StringBuilder();
    boolean quoted = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        int end = closing(at + 1);
        name.append(text, at + 1, end);
        at = Math.min(text.length(), end + 1);
        quoted = true;
      } else if (c == '.') {
        names.add(quoted ? name.toString() : name.toString().strip());
        name.setLength(0);
        quoted = false;
        at++;
      } else if ("=:{}\n,[]#+".indexOf(c) >= 0) {
        break;
      } else {
        if (!Character.isWhitespace(c) || !quoted) {
          name.append(c);
        }
        at++;
      }
    }
    names.add(quoted ? name.toString() : name.toString().strip());
    return List.copyOf(names);
  }

  private int closing(int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"' || c == '\n') {
        return i;
      }
    }
    return text.length();
  }

  private void blanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  /// To the end of a plain value.
  private void skipValue() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("\"\"\"", at)) {
        int end = text.indexOf("\"\"\"", at + 3);
        int stop = end < 0 ? text.length() : end + 3;
        line += (int) text.substring(at, stop).chars().filter(n -> n == '\n').count();
        at = stop;
      } else if (c == '"') {
        at = Math.min(text.length(), closing(at + 1) + 1);
      } else if (text.startsWith("${", at)) {
        int end = text.indexOf('}', at);
        at = end < 0 ? text.length() : end + 1;
      } else if (c == '[') {
        skipList();
      } else if (c == '\n' || c == ',' || c == '}' || comment()) {
        return;
      } else {
        at++;
      }
    }
  }

  private void skipList() {
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        at = Math.min(text.length(), closing(at + 1) + 1);
        continue;
      }
      if (comment()) {
        toEndOfLine();
        continue;
      }
      at++;
      if (c == '\n') {
        line++;
      } else if (c == '[') {
        depth++;
      } else if (c == ']' && --depth == 0) {
        return;
      }
    }
  }
}
