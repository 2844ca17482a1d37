package net.facteur.server.config;

import static net.facteur.server.config.ConfigTexts.SAY;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import net.facteur.server.language.Text;

/// What the files of one reading may hold in all, looked at before the parser sees them: it calls
/// itself for each bracket and each part of a key, and puts in what `${...}` names as often as it
/// is named.
final class SourceBounds {
  /// Octets of all files.
  static final int MAX_OCTETS = 16 << 20;

  /// The files, those that `include` names with them.
  static final int MAX_FILES = 256;

  /// Brackets within brackets, and parts of a key. The settings need 4.
  static final int MAX_DEPTH = 64;

  /// `${...}` in all.
  static final int MAX_SUBSTITUTIONS = 1_000;

  /// `${...}` that name a setting: each can double what the next one names.
  static final int MAX_REFERENCES = 16;

  private static final Pattern VARIABLE = Pattern.compile("[A-Z_][A-Z0-9_]*");

  private final Set<String> keys = new HashSet<>();
  private final List<Substitution> substitutions = new ArrayList<>();
  private int octets;
  private int files;

  private record Substitution(String name, Path file, int line) {}

  /// Adds the text of a file.
  ///
  /// @return what is beyond the bounds
  Optional<Mistake> add(String text, int length, Path file) {
    octets += length;
    files++;
    if (files > MAX_FILES) {
      return mistake(file, 0, SAY.tooManyFiles(MAX_FILES));
    }
    return octets > MAX_OCTETS
        ? mistake(file, 0, SAY.tooLarge())
        : new Scan(text, file).run().or(this::excess);
  }

  private Optional<Mistake> excess() {
    if (substitutions.size() > MAX_SUBSTITUTIONS) {
      Substitution first = substitutions.get(MAX_SUBSTITUTIONS);
      return mistake(first.file, first.line, SAY.substitutions(first.name, MAX_SUBSTITUTIONS));
    }
    List<Substitution> references =
        substitutions.stream()
            .filter(s -> !VARIABLE.matcher(s.name).matches() || keys.contains(s.name))
            .toList();
    if (references.size() <= MAX_REFERENCES) {
      return Optional.empty();
    }
    Substitution first = references.get(MAX_REFERENCES);
    return mistake(first.file, first.line, SAY.references(first.name, MAX_REFERENCES));
  }

  private static Optional<Mistake> mistake(Path file, int line, Text what) {
    return Optional.of(new Mistake(new Origin.InFile(file, line), what, SAY.writeOut()));
  }

  /// One pass over one text: what stands in quotes or comments is skipped.
  private final class Scan {
    private final String text;
    private final Path file;
    private final StringBuilder word = new StringBuilder();
    private int at;
    private int line = 1;
    private int depth;
    private int parts;

    Scan(String text, Path file) {
      this.text = text;
      this.file = file;
    }

    Optional<Mistake> run() {
      while (at < text.length()) {
        char c = text.charAt(at);
        if (text.startsWith("${", at)) {
          substitution();
        } else if (c == '#' || text.startsWith("//", at)) {
          at = lineEnd();
        } else if (c == '"') {
          quoted();
        } else {
          sign(c);
        }
        if (depth > MAX_DEPTH || parts > MAX_DEPTH) {
          return mistake(file, line, SAY.tooNested(MAX_DEPTH));
        }
      }
      return Optional.empty();
    }

    private void sign(char c) {
      at++;
      switch (c) {
        case '{', '[' -> {
          depth++;
          key();
        }
        case '}', ']' -> {
          depth--;
          word.setLength(0);
          parts = 0;
        }
        case '=', ':', '+' -> key();
        case ',', '\n' -> {
          line += c == '\n' ? 1 : 0;
          word.setLength(0);
          parts = 0;
        }
        case '.' -> {
          key();
          parts++;
        }
        default -> {
          if (c > ' ') {
            word.append(c);
          }
        }
      }
    }

    private void key() {
      keys.add(word.toString());
      word.setLength(0);
    }

    private void substitution() {
      int end = text.indexOf('}', at);
      String name = text.substring(at + 2, end < 0 ? text.length() : end);
      String bare = name.startsWith("?") ? name.substring(1) : name;
      substitutions.add(new Substitution(bare.strip(), file, line));
      depth++;
      at += 2;
    }

    private int lineEnd() {
      int end = text.indexOf('\n', at);
      return end < 0 ? text.length() : end;
    }

    private void quoted() {
      boolean triple = text.startsWith("\"\"\"", at);
      int start = at + (triple ? 3 : 1);
      int end = triple ? text.indexOf("\"\"\"", start) : stringEnd(start);
      String content = text.substring(start, end < 0 ? text.length() : end);
      word.append(content);
      line += (int) content.chars().filter(c -> c == '\n').count();
      at = end < 0 ? text.length() : end + (triple ? 3 : 1);
    }

    private int stringEnd(int start) {
      for (int i = start; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\n') {
          return i;
        }
        if (c == '\\') {
          i++;
        }
      }
      return -1;
    }
  }
}
