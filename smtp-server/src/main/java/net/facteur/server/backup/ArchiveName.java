package net.facteur.server.backup;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How archives are named in a directory of backups: `facteur-mail.example.org-20261201T030000Z`,
/// and `.tar.gz`, with `.age` where it is encrypted. Beside each lies a list of the mail that it
/// needs, if it needs any.
///
/// @param host the name of the server
/// @param taken to the second
record ArchiveName(String host, Instant taken) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern NAME =
      Pattern.compile("facteur-(.+)-([0-9]{8}T[0-9]{6}Z)\\.tar\\.gz(\\.age)?");

  ArchiveName {
    taken = taken.truncatedTo(ChronoUnit.SECONDS);
  }

  private String stem() {
    return "facteur-" + host + "-" + STAMP.format(taken);
  }

  String file(boolean encrypted) {
    return stem() + ".tar.gz" + (encrypted ? ".age" : "");
  }

  /// The list of the mail that it needs, by hash.
  String mail() {
    return stem() + ".mail";
  }

  static Optional<ArchiveName> parse(Path file) {
    Matcher m = NAME.matcher(String.valueOf(file.getFileName()));
    if (!m.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ArchiveName(
              m.group(1), LocalDateTime.parse(m.group(2), STAMP).toInstant(ZoneOffset.UTC)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
