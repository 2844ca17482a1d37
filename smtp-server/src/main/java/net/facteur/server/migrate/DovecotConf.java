package net.facteur.server.migrate;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What Dovecot's settings, 2.3 or 2.4, say of users and mail.
record DovecotConf(List<Value> values) {
  private static final int FILES_MAX = 1000;

  /// @param section the blocks it stands in, from the outermost, such as `passdb`
  /// @param block which of all blocks it is, so that those of one name can be told apart
  record Value(String section, int block, String key, String value) {}

  /// A source of passwords.
  ///
  /// @param driver such as `passwd-file`, `pam`, `sql`
  /// @param file the passwd-file
  /// @param scheme of a password that names none
  record Passwords(String driver, Optional<String> file, String scheme) {}

  /// Reads `dovecot.conf` and what it includes.
  static DovecotConf read(OldTree tree, String file) {
    var reading = new Reading(tree);
    reading.file(file);
    return new DovecotConf(reading.values);
  }

  /// The last value of a setting at the top.
  Optional<String> top(String key) {
    return values.stream()
        .filter(v -> v.section().isEmpty() && v.key().equals(key))
        .map(Value::value)
        .reduce((_, last) -> last);
  }

  /// True where a service has a listener of this kind.
  boolean hasLmtp() {
    return top("protocols").map(p -> (" " + p + " ").contains(" lmtp ")).orElse(false)
        || values.stream().anyMatch(v -> v.section().contains("service lmtp"));
  }

  /// The sources of passwords, in their order.
  List<Passwords> passwords() {
    var sources = new ArrayList<Passwords>();
    values.stream()
        .filter(v -> v.section().equals("passdb") || v.section().startsWith("passdb "))
        .map(Value::block)
        .distinct()
        .forEach(block -> sources.add(source(block)));
    return sources;
  }

  private Passwords source(int block) {
    List<Value> mine = values.stream().filter(v -> v.block() == block).toList();
    String named = mine.getFirst().section().substring("passdb".length()).strip();
    String driver = find(mine, "driver").orElse(named);
    String scheme = find(mine, "default_password_scheme").orElse("CRYPT");
    Optional<String> file = find(mine, "passwd_file_path");
    for (String argument : find(mine, "args").orElse("").split("\\s+", -1)) {
      if (argument.startsWith("scheme=")) {
        scheme = argument.substring(7);
      } else if (argument.startsWith("/")) {
        file = Optional.of(argument);
      }
    }
    return new Passwords(driver, file, scheme.toUpperCase(java.util.Locale.ROOT));
  }

  private static Optional<String> find(List<Value> values, String key) {
    return values.stream().filter(v -> v.key().equals(key)).map(Value::value).findFirst();
  }

  /// The files that are being read.
  private static final class Reading {
    private final OldTree tree;
    private final List<Value> values = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int blocks;

    Reading(OldTree tree) {
      this.tree = tree;
    }

    void file(String file) {
      if (seen.size() >= FILES_MAX
          || !seen.add(file)
          || !(tree.read(file) instanceof OldFile.Found found)) {
        return;
      }
      Deque<String> sections = new ArrayDeque<>();
      Deque<Integer> numbers = new ArrayDeque<>();
      for (String raw : found.lines()) {
        String line = raw.strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (line.startsWith("!include")) {
          include(file, line.substring(line.indexOf(' ') + 1).strip());
        } else if (line.equals("}")) {
          sections.pollLast();
          numbers.pollLast();
        } else if (line.endsWith("{")) {
          sections.addLast(line.substring(0, line.length() - 1).strip());
          numbers.addLast(++blocks);
        } else {
          int equals = line.indexOf('=');
          if (equals > 0) {
            String value = line.substring(equals + 1).strip();
            if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
              value = value.substring(1, value.length() - 1);
            }
            values.add(
                new Value(
                    String.join("/", sections),
                    numbers.isEmpty() ? 0 : numbers.getLast(),
                    line.substring(0, equals).strip(),
                    value));
          }
        }
      }
    }

    private void include(String from, String pattern) {
      Path above = Path.of(from).getParent();
      Path whole = above == null ? Path.of(pattern) : above.resolve(pattern).normalize();
      Path directory = whole.getParent();
      Path name = whole.getFileName();
      if (directory == null || name == null) {
        return;
      }
      if (!pattern.contains("*") && !pattern.contains("?")) {
        file(whole.toString());
        return;
      }
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
      tree.names(directory.toString()).stream()
          .filter(n -> matcher.matches(Path.of(n)))
          .forEach(n -> file(directory.resolve(n).toString()));
    }
  }
}
