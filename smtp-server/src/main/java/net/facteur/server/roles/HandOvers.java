package net.facteur.server.roles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.server.files.DurableFile;
import net.facteur.server.notices.Notices;

/// Announces hand-overs: to who comes, to who goes, and to the postmaster, to each once, over
/// restarts too.
///
/// The id that a word gets in the queue is written down before it is put there. Where nobody knows
/// whether the queue took it, since the machine stopped in between, the queue is asked for that id.
public final class HandOvers {
  public static final String FILE_NAME = "roles.told";

  /// What is older was written down as history, and concerns nobody any more.
  private static final int NEWS_DAYS = 31;

  /// For how long the file remembers.
  private static final int KEPT_DAYS = 2 * NEWS_DAYS;

  private static final Duration AGAIN = Duration.ofHours(1);

  private final Path file;
  private final Post post;
  private final Predicate<QueueId> taken;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, Instant> failed = new HashMap<>();

  /// Mails a word.
  public interface Post {
    /// @param id the one that it gets in the queue
    /// @return false where it was not put there
    boolean tell(QueueId id, MailAddress to, Notices.Notice notice);

    MailAddress postmaster();
  }

  /// @param file remembers who was told
  /// @param taken whether the queue has, or had, a message
  public HandOvers(
      Path file, Post post, Predicate<QueueId> taken, InstantSource clock, RandomGenerator random) {
    this.file = file;
    this.post = post;
    this.taken = taken;
    this.clock = clock;
    this.random = random;
  }

  /// A word that was put into the queue, or was about to.
  private record Word(QueueId id, boolean queued) {
    String line(String key) {
      return (queued ? "queued " : "sending ") + id + " " + key;
    }
  }

  /// Announces what is due.
  ///
  /// @throws IOException where the memory cannot be read or written: nobody is told then
  synchronized void announce(Iterable<Role> roles, LocalDate today) throws IOException {
    Map<String, Word> told = read(today);
    for (Role role : roles) {
      for (HandOver handOver : HandOver.of(role)) {
        if (!handOver.day().isAfter(today)
            && handOver.day().isAfter(today.minusDays(NEWS_DAYS))
            && (!vain(role, handOver) || begun(told, handOver))) {
          for (HandOver.Reader reader : handOver.readers()) {
            say(handOver, reader, told);
          }
        }
      }
    }
  }

  /// The end of what never was.
  private static boolean vain(Role role, HandOver handOver) {
    return handOver.turn() == HandOver.Turn.ENDS
        && role.terms().stream()
            .anyMatch(
                term ->
                    term.holder().equals(handOver.holder())
                        && term.from().equals(handOver.day())
                        && term.end().filter(handOver.day()::equals).isPresent());
  }

  /// True where somebody was told that it began, on the day on which it ended.
  private static boolean begun(Map<String, Word> told, HandOver end) {
    return told.containsKey(
        new HandOver(
                end.role(),
                end.kind(),
                end.day(),
                HandOver.Turn.BEGINS,
                end.holder(),
                Optional.empty(),
                Optional.empty())
            .key(HandOver.Reader.HOLDER));
  }

  private void say(HandOver handOver, HandOver.Reader reader, Map<String, Word> told)
      throws IOException {
    String key = handOver.key(reader);
    Word word = told.get(key);
    Instant now = clock.instant();
    Instant last = failed.get(key);
    if ((word != null && word.queued())
        || (last != null && now.isBefore(last.plus(AGAIN)) && !now.isBefore(last))) {
      return;
    }
    QueueId id = word == null ? QueueId.next(clock, random) : word.id();
    if (word == null) {
      told.put(key, new Word(id, false));
      write(told);
    }
    boolean queued =
        (word != null && taken.test(id))
            || post.tell(id, address(handOver, reader), handOver.notice(reader));
    if (queued) {
      told.put(key, new Word(id, true));
      write(told);
      failed.remove(key);
    } else {
      failed.put(key, now);
    }
  }

  private MailAddress address(HandOver handOver, HandOver.Reader reader) {
    return switch (reader) {
      case HOLDER -> address(handOver.holder());
      case BEFORE -> address(handOver.before().orElse(handOver.holder()));
      case POSTMASTER -> post.postmaster();
    };
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private Map<String, Word> read(LocalDate today) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException _) {
      lines = List.of();
    }
    Map<String, Word> told = new LinkedHashMap<>();
    for (String line : lines) {
      List<String> fields = List.of(line.split(" ", 3));
      if (fields.size() == 3
          && day(fields.get(2)).filter(d -> d.isAfter(today.minusDays(KEPT_DAYS))).isPresent()
          && QueueId.isQueueId(fields.get(1))) {
        told.put(
            fields.get(2),
            new Word(new QueueId(fields.get(1)), fields.getFirst().equals("queued")));
      }
    }
    return told;
  }

  private static Optional<LocalDate> day(String key) {
    try {
      return Optional.of(LocalDate.parse(key.split(" ", 2)[0]));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private void write(Map<String, Word> told) throws IOException {
    var lines = new ArrayList<String>();
    told.forEach((key, word) -> lines.add(word.line(key)));
    DurableFile.secret(file)
        .replace(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
  }
}
