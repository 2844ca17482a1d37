package net.facteur.server.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys that a settings file, with the files that it includes, sets more than once with a plain
/// value. The library merges them without a word, and the last one wins: an included file stands in
/// the place of the line that names it.
///
/// Blocks may be opened again, `+=` adds, and a value that uses the one before (`${key} more`)
/// means it; none of these is told. Lists are passed over.
final class RepeatedKeys {
  private static final int MAX_DEPTH = 200;

  private static final Pattern INCLUDE =
      Pattern.compile("include[ \\t(a-z]*+\"([^\"\\n]*+)\"[ \\t)]*+");

  private final SourceFile file;
  private final String text;
  private final Map<List<String>, Place> places;
  private final List<Repeated> found;

  /// The keys of this file, in this place.
  private final Set<List<String>> own = new HashSet<>();

  private final Deque<List<String>> blocks = new ArrayDeque<>();
  private List<String> block = List.of();
  private int at;
  private int line = 1;

  private RepeatedKeys(
      SourceFile file, List<String> block, Map<List<String>, Place> places, List<Repeated> found) {
    this.file = file;
    this.text = file.text();
    this.block = block;
    this.places = places;
    this.found = found;
  }

  /// @param line from 1
  record Place(Path file, int line) {}

  /// A key that was set before.
  ///
  /// @param where where it stands again, and counts
  /// @param before where it stood
  record Repeated(List<String> path, Place before, Place where) {}

  /// @param file right HOCON; of other texts nothing is promised
  static List<Repeated> in(SourceFile file) {
    var found = new ArrayList<Repeated>();
    new RepeatedKeys(file, List.of(), new HashMap<>(), found).read();
    return found;
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

  /// Goes on in the file that an `include` line names.
  private boolean include() {
    Matcher include = INCLUDE.matcher(text).region(at, text.length());
    if (!include.lookingAt()) {
      return false;
    }
    at = include.end();
    SourceFile named = file.included().get(include.group(1));
    if (named != null) {
      new RepeatedKeys(named, block, places, found).read();
    }
    return true;
  }

  private void field() {
    if (include()) {
      return;
    }
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
      toEndOfLine(); // no field
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
    var place = new Place(file.file(), where);
    Place before = places.put(List.copyOf(path), place);
    boolean here = !own.add(List.copyOf(path));
    // a file that is included twice says the same again
    if (before != null && (here || !before.equals(place))) {
      found.add(new Repeated(List.copyOf(path), before, place));
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
