package net.facteur.server.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.alerts.AlertCheck.Looked;
import net.facteur.server.alerts.AlertCheck.Standing;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.queue.StoreSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertWatchTest {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
  private static final QuietHours NIGHT = QuietHours.parse("22:00-07:00").orElseThrow();

  @TempDir private Path directory;

  private Instant now = NOON;
  private Looked looked = new Looked.Known(List.of());
  private boolean unreadable;
  private final Way mail = new Way("mail");
  private final Way pager = new Way("command");

  /// Remembers what went by it.
  private static final class Way implements AlertWay {
    private final String name;
    private final List<String> sent = new ArrayList<>();
    private boolean broken;

    Way(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void send(Notice notice) throws IOException {
      if (broken) {
        throw new IOException("no way");
      }
      sent.add(notice.subject().in(Language.ENGLISH));
    }
  }

  private AlertCheck check(AlertRule rule) {
    return new AlertCheck() {
      @Override
      public Set<AlertRule> rules() {
        return Set.of(rule);
      }

      @Override
      public Looked look(Instant at) throws IOException {
        if (unreadable) {
          throw new IOException("the disk says no");
        }
        return looked;
      }
    };
  }

  private CountStore store() throws IOException {
    return SqlCountStore.at(new StoreSettings.Place(directory, Optional.empty()), () -> now);
  }

  private AlertWatch watch(AlertRule rule, QuietHours quiet, String host) {
    return new AlertWatch(
        host,
        List.of(check(rule)),
        new AlertWays(Optional.of(mail), List.of(pager)),
        quiet,
        this::store,
        new AlertWatch.Now(),
        () -> now,
        ZoneOffset.UTC);
  }

  private AlertWatch watch(AlertRule rule) {
    return watch(rule, QuietHours.NONE, "mail.example.org");
  }

  private void stands(AlertRule rule) {
    looked =
        new Looked.Known(
            List.of(
                new Standing(
                    rule, "thing", Text.of("it is bad"), Text.of("why"), Text.of("remedy"))));
  }

  private void nothing() {
    looked = new Looked.Known(List.of());
  }

  private void after(AlertWatch watch, Duration time) throws IOException {
    now = now.plus(time);
    watch.advance();
  }

  @Test
  void whatStandsIsToldOnceAfterAWhileWhateverRestarts() throws IOException {
    AlertWatch watch = watch(AlertRule.CERTIFICATE);
    stands(AlertRule.CERTIFICATE);
    watch.advance();
    after(watch, Duration.ofMinutes(9));
    assertEquals(List.of(), mail.sent);
    after(watch, Duration.ofMinutes(1));
    assertEquals(List.of("Alert from mail.example.org: it is bad"), mail.sent);
    after(watch, Duration.ofMinutes(1));
    after(watch(AlertRule.CERTIFICATE), Duration.ofDays(3));
    assertEquals(1, mail.sent.size());
    assertEquals(List.of(), pager.sent);
  }

  @Test
  void whatIsOverIsToldOnceItIsCalm() throws IOException {
    AlertWatch watch = watch(AlertRule.CLOCK);
    stands(AlertRule.CLOCK);
    watch.advance();
    nothing();
    after(watch, Duration.ofMinutes(1));
    after(watch, Duration.ofMinutes(9));
    assertEquals(1, mail.sent.size());
    after(watch, Duration.ofMinutes(1));
    assertEquals("It is over at mail.example.org: it is bad", mail.sent.getLast());
    after(watch, Duration.ofDays(1));
    assertEquals(2, mail.sent.size());
    stands(AlertRule.CLOCK);
    after(watch, Duration.ofDays(1));
    assertEquals(3, mail.sent.size(), "it is news when it comes back");
  }

  @Test
  void whatComesAndGoesIsToldOnce() throws IOException {
    AlertWatch watch = watch(AlertRule.CLOCK);
    for (int i = 0; i < 20; i++) {
      stands(AlertRule.CLOCK);
      after(watch, Duration.ofMinutes(4));
      nothing();
      after(watch, Duration.ofMinutes(4));
    }
    assertEquals(1, mail.sent.size());
  }

  @Test
  void whatPassesBeforeItWasToldIsForgotten() throws IOException {
    AlertWatch watch = watch(AlertRule.CERTIFICATE);
    stands(AlertRule.CERTIFICATE);
    watch.advance();
    nothing();
    after(watch, Duration.ofMinutes(5));
    after(watch, Duration.ofHours(1));
    assertEquals(List.of(), mail.sent);
    try (CountStore store = store()) {
      assertTrue(new AlertMemory(store).standing().isEmpty());
    }
  }

  @Test
  void quietHoursHoldWhatCanWait() throws IOException {
    now = Instant.parse("2026-12-01T23:00:00Z");
    AlertWatch watch = watch(AlertRule.BACKUP, NIGHT, "mail.example.org");
    stands(AlertRule.BACKUP);
    watch.advance();
    after(watch, Duration.ofHours(7));
    assertEquals(List.of(), mail.sent);
    after(watch, Duration.ofHours(1));
    assertEquals(1, mail.sent.size());
  }

  @Test
  void aFullDiskDoesNotWaitForTheMorning() throws IOException {
    now = Instant.parse("2026-12-01T23:00:00Z");
    AlertWatch watch = watch(AlertRule.DISK, NIGHT, "mail.example.org");
    stands(AlertRule.DISK);
    watch.advance();
    after(watch, Duration.ofMinutes(2));
    assertEquals(1, mail.sent.size());
    assertEquals(1, pager.sent.size(), "our own mail may be what fails");
  }

  @Test
  void theSecondWayTakesWhatTheFirstCannot() throws IOException {
    mail.broken = true;
    AlertWatch watch = watch(AlertRule.BACKUP);
    stands(AlertRule.BACKUP);
    watch.advance();
    assertEquals(1, pager.sent.size());
  }

  @Test
  void whatNobodyCouldBeToldIsTriedAgain() throws IOException {
    mail.broken = true;
    pager.broken = true;
    AlertWatch watch = watch(AlertRule.BACKUP);
    stands(AlertRule.BACKUP);
    watch.advance();
    mail.broken = false;
    after(watch, Duration.ofMinutes(1));
    assertEquals(1, mail.sent.size());
  }

  @Test
  void nodesThatShareTheDatabaseTellOnce() throws IOException {
    AlertWatch one = watch(AlertRule.QUEUE_AGE);
    AlertWatch other = watch(AlertRule.QUEUE_AGE, QuietHours.NONE, "second.example.org");
    stands(AlertRule.QUEUE_AGE);
    for (int i = 0; i < 15; i++) {
      after(one, Duration.ofMinutes(1));
      other.advance();
    }
    nothing();
    for (int i = 0; i < 15; i++) {
      after(one, Duration.ofMinutes(1));
      other.advance();
    }
    assertEquals(2, mail.sent.size(), mail.sent::toString);
    assertEquals(2, pager.sent.size(), pager.sent::toString);
  }

  @Test
  void theDiskOfOneMachineIsNotClearedByAnother() throws IOException {
    AlertWatch one = watch(AlertRule.DISK);
    AlertWatch other = watch(AlertRule.DISK, QuietHours.NONE, "second.example.org");
    for (int i = 0; i < 30; i++) {
      stands(AlertRule.DISK);
      after(one, Duration.ofMinutes(1));
      nothing();
      other.advance();
    }
    assertEquals(1, mail.sent.size(), mail.sent::toString);
  }

  @Test
  void whatNobodyCanLookAtStays() throws IOException {
    var standing = new AlertWatch.Now();
    var watch =
        new AlertWatch(
            "mail.example.org",
            List.of(check(AlertRule.CLOCK)),
            new AlertWays(Optional.of(mail), List.of()),
            QuietHours.NONE,
            this::store,
            standing,
            () -> now,
            ZoneOffset.UTC);
    stands(AlertRule.CLOCK);
    watch.advance();
    looked = new Looked.Unknown();
    after(watch, Duration.ofHours(1));
    unreadable = true;
    after(watch, Duration.ofHours(1));
    assertEquals(1, mail.sent.size());
    assertEquals(Set.of(AlertRule.CLOCK), standing.rules());
  }

  @Test
  void eachWayIsTried() {
    pager.broken = true;
    assertEquals(
        Map.of("mail", Optional.empty(), "command", Optional.of("no way")),
        watch(AlertRule.CLOCK).test());
  }

  @Test
  void whatWasToldIsRememberedInEachLanguage() throws IOException {
    AlertWatch watch = watch(AlertRule.DISK);
    looked =
        new Looked.Known(
            List.of(
                new Standing(
                    AlertRule.DISK,
                    "disk",
                    AlertTexts.SAY.disk("3 MiB", "/var/lib/facteur"),
                    AlertTexts.SAY.diskWhy(),
                    AlertTexts.SAY.diskRemedy("/var/lib/facteur"))));
    watch.advance();
    after(watch, Duration.ofMinutes(2));
    try (CountStore store = store()) {
      AlertMemory.Told told = new AlertMemory(store).told().getFirst();
      assertEquals(List.of("mail", "command"), told.entry().ways());
      assertEquals(
          "il reste 3 MiB sur le disque de /var/lib/facteur",
          told.entry().what().in(Language.FRENCH));
    }
  }
}
