package net.facteur.server.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.WriterTurn;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.text.StrangerText;

/// What became of the backups and rehearsals of this server: a line each, in the directory of the
/// data. Doctor, pages and notes read it.
///
/// @param file the newest line is the last
public record BackupLog(Path file) {
  public static final String FILE_NAME = "backups";

  private static final int MOST = 500;
  private static final int FIELDS = 5;
  private static final int LONGEST = 400;

  /// What was done.
  public enum Kind {
    BACKUP,
    REHEARSAL
  }

  /// How it went.
  public enum Result {
    GOOD,
    /// Something was left out.
    PARTIAL,
    FAILED
  }

  /// One of them.
  ///
  /// @param at when it began, to the second
  /// @param where the archive, or `-`
  /// @param detail what was wrong, in a sentence; empty where nothing was
  public record Line(Instant at, Kind kind, Result result, String where, String detail) {}

  public static BackupLog of(Settings settings) {
    return new BackupLog(DataDirectory.from(settings).resolve(Path.of(FILE_NAME)));
  }

  /// Adds a line.
  void add(Line line) throws IOException {
    String text =
        String.join(
            "\t",
            line.at().truncatedTo(ChronoUnit.SECONDS).toString(),
            line.kind().name().toLowerCase(Locale.ROOT),
            line.result().name().toLowerCase(Locale.ROOT),
            clean(line.where()),
            clean(line.detail()));
    boolean _ =
        new WriterTurn(file)
            .exclusively(
                () -> {
                  List<String> lines = new ArrayList<>(texts());
                  lines.add(text);
                  List<String> last = lines.subList(Math.max(0, lines.size() - MOST), lines.size());
                  DurableFile.secret(file).replace(String.join("\n", last) + "\n");
                  return true;
                });
  }

  private static String clean(String field) {
    String cleaned = StrangerText.of(field).onTerminal();
    return cleaned.length() > LONGEST ? cleaned.substring(0, LONGEST) : cleaned;
  }

  private List<String> texts() throws IOException {
    try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /// All lines that can be read, the oldest first.
  public List<Line> lines() throws IOException {
    return texts().stream().flatMap(text -> parse(text).stream()).toList();
  }

  /// The newest of a kind.
  public Optional<Line> last(Kind kind) throws IOException {
    return lines().stream().filter(line -> line.kind() == kind).reduce((_, later) -> later);
  }

  /// The newest of a kind that is worth something.
  public Optional<Line> lastGood(Kind kind) throws IOException {
    return lines().stream()
        .filter(line -> line.kind() == kind && line.result() != Result.FAILED)
        .reduce((_, later) -> later);
  }

  private static Optional<Line> parse(String text) {
    String[] fields = text.split("\t", -1);
    if (fields.length != FIELDS) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Line(
              Instant.parse(fields[0]),
              Kind.valueOf(fields[1].toUpperCase(Locale.ROOT)),
              Result.valueOf(fields[2].toUpperCase(Locale.ROOT)),
              fields[3],
              fields[4]));
    } catch (DateTimeException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
