package net.facteur.server.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The users of a file whose lines are parted by colons: Dovecot's passwd-file, `/etc/passwd`,
/// `/etc/shadow`.
final class PasswdFile {
  private static final int HOME = 5;
  private static final int EXTRA = 7;

  private PasswdFile() {}

  /// @param password the field as it stands
  /// @param fields all fields, the name first
  record Line(int number, String name, String password, List<String> fields) {
    String field(int index) {
      return index < fields.size() ? fields.get(index) : "";
    }

    String home() {
      return field(HOME);
    }

    /// What follows the shell in Dovecot's files, where colons count as they are.
    String extra() {
      return fields.size() <= EXTRA ? "" : String.join(":", fields.subList(EXTRA, fields.size()));
    }

    /// Octets that the mailbox may hold, as `userdb_quota_rule=*:bytes=2G` has it.
    Optional<Long> quota() {
      for (String field : extra().split("\\s+", -1)) {
        int at =
            field.indexOf("quota") < 0
                ? -1
                : Math.max(field.indexOf("bytes="), field.indexOf("storage="));
        if (at >= 0) {
          return octets(field.substring(field.indexOf('=', at) + 1));
        }
      }
      return Optional.empty();
    }

    private static Optional<Long> octets(String text) {
      var m =
          java.util.regex.Pattern.compile("([0-9]{1,12})([bkmgt]?).*")
              .matcher(text.toLowerCase(Locale.ROOT));
      if (!m.matches()) {
        return Optional.empty();
      }
      int shift =
          switch (m.group(2)) {
            case "k" -> 10;
            case "m" -> 20;
            case "g" -> 30;
            case "t" -> 40;
            default -> 0;
          };
      return Optional.of(Long.parseLong(m.group(1)) << shift);
    }
  }

  static List<Line> parse(List<String> lines) {
    var parsed = new ArrayList<Line>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#") || line.indexOf(':') <= 0) {
        continue;
      }
      List<String> fields = List.of(line.split(":", -1));
      parsed.add(new Line(i + 1, fields.getFirst().strip(), fields.get(1), fields));
    }
    return parsed;
  }
}
