package net.facteur.server.filter.ownnames;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.files.DurableFile;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// How often which source used our names, in memory and in a file that is written each minute: a
/// crash loses a minute. A source is forgotten after 90 days, and the rarest one where there are
/// too many. Safe for use by many threads.
public final class OwnNameCounts implements Upkeep.Chore {
  /// The file in the directory of the data.
  public static final String FILE_NAME = "own-names";

  private static final Logger LOG = LogManager.getLogger(OwnNameCounts.class);
  private static final Duration KEPT = Duration.ofDays(90);
  private static final int MAX_SOURCES = 2_000;
  private static final int FIELDS = 9;

  private final Path file;
  private final InstantSource clock;
  private final Map<Source, Count> counts = new HashMap<>();
  private boolean changed;

  /// Who used a name of ours. No text holds a space.
  ///
  /// @param domain of ours, as it stands in From
  /// @param network of the host that handed it over
  /// @param hello the name that it gave
  /// @param spf result and domain, such as `pass:example.net`
  /// @param dkim domains of the signatures that hold, with commas; `none` without
  /// @param result `pass`, `fail`, `unknown`, or the exception that let it in
  public record Source(
      String domain, String network, String hello, String spf, String dkim, String result) {}

  /// @param messages how many
  /// @param first when the first one came
  /// @param last when the last one did
  public record Count(long messages, Instant first, Instant last) {}

  /// Reads what there is; a file that cannot be read counts as none.
  public OwnNameCounts(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
    try {
      counts.putAll(read(file));
    } catch (IOException e) {
      LOG.error("own names: {} cannot be read", file, e);
    }
  }

  /// What a file holds; nothing where there is none.
  public static Map<Source, Count> read(Path file) throws IOException {
    Map<Source, Count> counts = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        String[] f = line.split(" ", -1);
        count(f)
            .ifPresent(count -> counts.put(new Source(f[3], f[4], f[8], f[5], f[6], f[7]), count));
        if (counts.size() >= MAX_SOURCES) {
          break;
        }
      }
    } catch (NoSuchFileException _) {
      // nobody has used our names yet
    }
    return counts;
  }

  private static Optional<Count> count(String[] fields) {
    try {
      return fields.length == FIELDS
          ? Optional.of(
              new Count(
                  Long.parseLong(fields[0]), Instant.parse(fields[1]), Instant.parse(fields[2])))
          : Optional.empty();
    } catch (NumberFormatException | DateTimeException _) {
      return Optional.empty();
    }
  }

  synchronized void count(Source source) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (!counts.containsKey(source) && counts.size() >= MAX_SOURCES) {
      counts.entrySet().stream()
          .min(
              Comparator.<Map.Entry<Source, Count>>comparingLong(e -> e.getValue().messages())
                  .thenComparing(e -> e.getValue().last()))
          .map(Map.Entry::getKey)
          .ifPresent(counts::remove);
    }
    counts.merge(
        source,
        new Count(1, now, now),
        (before, _) -> new Count(before.messages() + 1, before.first(), now));
    changed = true;
  }

  @Override
  public String name() {
    return "counts of our names";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() throws IOException {
    save();
  }

  /// Writes the file where something was counted since.
  public synchronized void save() throws IOException {
    if (!changed) {
      return;
    }
    Instant limit = clock.instant().minus(KEPT);
    counts.values().removeIf(count -> count.last().isBefore(limit));
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (s, c) ->
            lines.add(
                String.join(
                    " ",
                    String.valueOf(c.messages()),
                    c.first().toString(),
                    c.last().toString(),
                    s.domain(),
                    s.network(),
                    s.spf(),
                    s.dkim(),
                    s.result(),
                    s.hello())));
    lines.sort(Comparator.naturalOrder());
    DurableFile.secret(file).replace(String.join("\n", lines) + "\n");
    changed = false;
  }
}
