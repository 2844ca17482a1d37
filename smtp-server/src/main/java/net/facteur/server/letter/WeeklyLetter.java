package net.facteur.server.letter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Map;
import net.facteur.server.counts.CountStore;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.upkeep.Upkeep;

/// Sends the letter once a week, whatever restarts and however many nodes there are: the day that
/// it was due on is remembered in the database of counts before it is sent, so that a crash in
/// between costs one letter rather than sending it again and again. Sends it at once, too, where
/// somebody asks for it by a file.
public final class WeeklyLetter implements Upkeep.Chore {
  /// Asks for the letter at once, in the directory of the data.
  public static final String WANTED = "letter-wanted";

  private static final String PART = "letter";
  private static final String BEGUN = "begun";
  private static final Duration LOOK = Duration.ofMinutes(10);

  /// A letter that is later than this tells of another week.
  private static final Duration LATEST = Duration.ofDays(3);

  private static final int REMEMBERED_DAYS = 60;

  private final Letter letter;
  private final LetterSettings settings;
  private final Path wanted;
  private final Opening counts;
  private final Post post;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  /// Opens the database of counts.
  @FunctionalInterface
  public interface Opening {
    CountStore open() throws IOException;
  }

  /// Mails the postmaster.
  @FunctionalInterface
  public interface Post {
    /// @return false where it could not be queued
    boolean post(Notice letter);
  }

  /// @param wanted the file that asks for a letter at once
  public WeeklyLetter(
      Letter letter,
      LetterSettings settings,
      Path wanted,
      Opening counts,
      Post post,
      InstantSource clock) {
    this.letter = letter;
    this.settings = settings;
    this.wanted = wanted;
    this.counts = counts;
    this.post = post;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "letter";
  }

  @Override
  public String stamp() {
    return String.valueOf(Files.exists(wanted));
  }

  @Override
  public void advance() throws IOException {
    Instant now = clock.instant();
    if (Files.deleteIfExists(wanted)) {
      if (!post.post(letter.at(now))) {
        throw new IOException("the letter could not be queued");
      }
    }
    if (settings.weekly() && !now.isBefore(next)) {
      next = now.plus(LOOK);
      weekly(now);
    }
  }

  private void weekly(Instant now) throws IOException {
    ZonedDateTime due = due(now);
    String key = due.toLocalDate().toString();
    try (CountStore store = counts.open()) {
      Map<String, String> texts = store.texts(PART);
      if (texts.containsKey(key)) {
        return;
      }
      // A server that has just been set up has no week to tell of.
      if (!texts.containsKey(BEGUN)) {
        var _ = store.putIfAbsent(PART, BEGUN, now.toString());
        var _ = store.putIfAbsent(PART, key, BEGUN);
        return;
      }
      boolean late = now.isAfter(due.toInstant().plus(LATEST));
      if (!store.putIfAbsent(PART, key, now.toString()) || late) {
        return;
      }
      forget(store, texts, due.toLocalDate());
      if (!post.post(letter.at(now))) {
        store.remove(PART, key);
      }
    }
  }

  /// The last moment at which a letter was due.
  private ZonedDateTime due(Instant now) {
    ZonedDateTime here = now.atZone(letter.zone());
    ZonedDateTime due =
        here.with(TemporalAdjusters.previousOrSame(settings.day()))
            .truncatedTo(ChronoUnit.DAYS)
            .withHour(settings.hour());
    return due.isAfter(here) ? due.minusWeeks(1) : due;
  }

  private static void forget(CountStore store, Map<String, String> texts, LocalDate due)
      throws IOException {
    for (String key : texts.keySet()) {
      try {
        if (LocalDate.parse(key).isBefore(due.minusDays(REMEMBERED_DAYS))) {
          store.remove(PART, key);
        }
      } catch (DateTimeParseException _) {
        // the one that says when it began
      }
    }
  }
}
