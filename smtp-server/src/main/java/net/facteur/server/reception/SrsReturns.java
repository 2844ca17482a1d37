package net.facteur.server.reception;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.files.DurableFile;

/// Counts what comes back to each rewritten reverse-path. Whoever sees a forwarded message knows
/// such a path, and could write to its original sender through us for as long as it is good; five
/// messages are enough for the reports about one.
///
/// The counts outlive restarts: a line for each message is appended to a file and synced. A line is
/// the day since 1970 and a hash of the address, in which its case and spelling do not matter. What
/// is older than any path can be is left out when the file is opened. Safe for use by many threads;
/// writing blocks.
public final class SrsReturns {
  /// The file's name in the data directory.
  public static final String FILE_NAME = "srs-returns";

  /// Messages that one path takes in its life.
  static final int MOST = 5;

  /// Paths are good for 21 days. Those of a second forwarder bear no date, so all are remembered
  /// for longer.
  private static final long DAYS_KEPT = 400;

  private static final int MOST_PATHS = 200_000;
  private static final int KEY_OCTETS = 16;

  private final Path file;
  private final InstantSource clock;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  /// @param day of the last message
  private record Count(long day, int messages) {}

  private SrsReturns(Path file, InstantSource clock) {
    this.file = file;
    this.clock = clock;
  }

  /// Reads the counts of before, if there are any.
  ///
  /// @throws IOException where the file cannot be read or written
  public static SrsReturns open(Path file, InstantSource clock) throws IOException {
    var returns = new SrsReturns(file, clock);
    if (Files.exists(file)) {
      returns.read();
    }
    return returns;
  }

  private void read() throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    var kept = new ArrayList<String>();
    for (String line : lines) {
      // a line that a lost power cut short is none
      if (line.matches("[0-9]{1,7} [0-9a-f]{32}")) {
        int space = line.indexOf(' ');
        long day = Long.parseLong(line.substring(0, space));
        if (day + DAYS_KEPT > today()) {
          add(line.substring(space + 1), day);
          kept.add(line);
        }
      }
    }
    if (kept.size() < lines.size()) {
      DurableFile.secret(file)
          .replace(kept.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
  }

  private long today() {
    return Math.floorDiv(clock.instant().getEpochSecond(), 86_400L);
  }

  /// True where this path has taken all it may.
  synchronized boolean usedUp(MailAddress path) {
    Count count = counts.get(key(path));
    return count != null && count.messages() >= MOST;
  }

  /// Room for one message at each of these paths, kept until it is queued.
  ///
  /// @return empty where one of them has taken all it may
  synchronized Optional<Reservation> reserve(List<MailAddress> paths) {
    Set<String> keys = new HashSet<>();
    for (MailAddress path : paths) {
      if (usedUp(path)) {
        return Optional.empty();
      }
      keys.add(key(path));
    }
    keys.forEach(key -> add(key, today()));
    return Optional.of(new Reservation(List.copyOf(keys)));
  }

  private void add(String key, long day) {
    counts.merge(
        key, new Count(day, 1), (known, one) -> new Count(one.day(), known.messages() + 1));
    if (counts.size() > MOST_PATHS) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  private synchronized void forget(List<String> keys) {
    for (String key : keys) {
      counts.computeIfPresent(
          key,
          (_, known) ->
              known.messages() == 1 ? null : new Count(known.day(), known.messages() - 1));
    }
  }

  private synchronized void keep(List<String> keys) throws IOException {
    long today = today();
    DurableFile returns = DurableFile.secret(file);
    for (String key : keys) {
      returns.append(today + " " + key);
    }
  }

  /// Messages that are counted already, and on disk only once they are kept.
  final class Reservation {
    private final List<String> keys;

    private Reservation(List<String> keys) {
      this.keys = keys;
    }

    /// The message is queued.
    void keep() throws IOException {
      if (!keys.isEmpty()) {
        SrsReturns.this.keep(keys);
      }
    }

    /// The message was not taken.
    void release() {
      forget(keys);
    }
  }

  /// What two spellings of one path have in common: neither the separator, nor the hash, which
  /// holds in any case and two alphabets, tells them apart.
  private static String key(MailAddress path) {
    String local = Ascii.lower(path.localPart());
    int hashEnd = local.indexOf('=', 5);
    String meaning =
        local.substring(0, 4)
            + " "
            + (hashEnd < 0 ? local : local.substring(hashEnd + 1))
            + " "
            + Ascii.lower(path.domain());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(meaning.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, KEY_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
