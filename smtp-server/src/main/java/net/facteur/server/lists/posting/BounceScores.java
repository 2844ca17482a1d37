package net.facteur.server.lists.posting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.WriterTurn;

/// How much mail of each member came back, in a file that outlives the server. Safe for use by many
/// threads.
public final class BounceScores {
  private final Path file;
  private final WriterTurn turn;
  private final Map<Key, Score> scores = new TreeMap<>();

  /// @param list its address
  /// @param member as [net.facteur.server.lists.Member#key] writes it
  public record Key(String list, String member) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int lists = list.compareTo(other.list);
      return lists != 0 ? lists : member.compareTo(other.member);
    }
  }

  /// @param points one for each day on which mail came back
  /// @param day the last of them
  /// @param probes sent since the member was paused
  /// @param probed when the last one was sent
  /// @param probeReturned the last one came back
  public record Score(
      int points, LocalDate day, int probes, Optional<Instant> probed, boolean probeReturned) {
    static final Score NONE = new Score(0, LocalDate.EPOCH, 0, Optional.empty(), false);

    /// With mail that came back.
    ///
    /// @param forgottenAfter days without a return after which what was before counts no longer
    Score returned(Instant at, int forgottenAfter) {
      LocalDate today = LocalDate.ofInstant(at, ZoneOffset.UTC);
      boolean afterProbe = probed.filter(sent -> !at.isBefore(sent)).isPresent();
      if (!today.isAfter(day)) {
        return new Score(points, day, probes, probed, probeReturned || afterProbe);
      }
      boolean old = day.plusDays(forgottenAfter).isBefore(today);
      return new Score((old ? 0 : points) + 1, today, probes, probed, probeReturned || afterProbe);
    }

    Score withProbe(Instant at) {
      return new Score(points, day, probes + 1, Optional.of(at), false);
    }
  }

  public BounceScores(Path file) throws IOException {
    this.file = file;
    this.turn = new WriterTurn(file);
    read();
  }

  private void read() throws IOException {
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ");
        if (words.length == 7) {
          take(words);
        }
      }
    } catch (NoSuchFileException _) {
      // nothing came back so far
    }
  }

  private void take(String[] words) {
    try {
      scores.put(
          new Key(words[0], words[1]),
          new Score(
              Integer.parseInt(words[2]),
              LocalDate.parse(words[3]),
              Integer.parseInt(words[4]),
              words[5].equals("-") ? Optional.empty() : Optional.of(Instant.parse(words[5])),
              words[6].equals("returned")));
    } catch (DateTimeException | NumberFormatException _) {
      // a line that somebody spoilt says nothing of its member
    }
  }

  public synchronized Score of(Key key) {
    return scores.getOrDefault(key, Score.NONE);
  }

  /// Changes one, durably.
  public synchronized Score change(Key key, UnaryOperator<Score> change) throws IOException {
    Score before = of(key);
    Score after = change.apply(before);
    if (!after.equals(before)) {
      scores.put(key, after);
      write();
    }
    return after;
  }

  public synchronized void forget(Key key) throws IOException {
    if (scores.remove(key) != null) {
      write();
    }
  }

  private void write() throws IOException {
    var text = new StringBuilder();
    scores.forEach(
        (key, score) ->
            text.append(key.list())
                .append(' ')
                .append(key.member())
                .append(' ')
                .append(score.points())
                .append(' ')
                .append(score.day())
                .append(' ')
                .append(score.probes())
                .append(' ')
                .append(score.probed().map(Instant::toString).orElse("-"))
                .append(' ')
                .append(score.probeReturned() ? "returned" : "-")
                .append('\n'));
    var _ =
        turn.exclusively(
            () -> {
              DurableFile.secret(file).replace(text.toString());
              return true;
            });
  }
}
