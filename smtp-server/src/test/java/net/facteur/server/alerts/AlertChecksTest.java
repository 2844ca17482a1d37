package net.facteur.server.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import net.facteur.server.alerts.AlertCheck.Looked;
import net.facteur.server.alerts.AlertCheck.Standing;
import net.facteur.server.destinations.DestinationMemory.Summary;
import net.facteur.server.destinations.Numbers;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.metrics.Metric;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.providers.Provider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertChecksTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

  @TempDir private Path directory;

  private static List<Standing> standing(AlertCheck check, Instant at) throws IOException {
    return assertInstanceOf(Looked.Known.class, check.look(at)).standing();
  }

  private static Summary summary(String name, long delivered, long deferred, long refused) {
    return new Summary(
        new Provider(name, name),
        new Numbers(
            delivered + deferred + refused,
            delivered,
            deferred,
            refused,
            Numbers.NONE.delays(),
            Map.of()));
  }

  private static Set<String> rules(int percent, boolean detoured, Summary... summaries)
      throws IOException {
    return standing(new DeliveryCheck(_ -> List.of(summaries), percent, _ -> detoured), NOW)
        .stream()
        .map(each -> each.rule().word() + " " + each.subject())
        .collect(Collectors.toSet());
  }

  @Test
  void deferralsCountOverAllProviders() throws IOException {
    assertEquals(Set.of(), rules(50, false, summary("a", 10, 5, 0), summary("b", 5, 10, 0)));
    assertEquals(
        Set.of("deferrals mail"), rules(50, false, summary("a", 10, 5, 0), summary("b", 5, 11, 0)));
    assertEquals(Set.of(), rules(50, false, summary("a", 0, 9, 0)), "nine say nothing");
    assertEquals(Set.of(), rules(50, false));
  }

  @Test
  void aProviderThatTakesHardlyAnythingIsNamed() throws IOException {
    assertEquals(
        Set.of("provider google"),
        rules(50, false, summary("google", 2, 4, 4), summary("orange", 50, 0, 0)));
    assertEquals(Set.of(), rules(50, false, summary("google", 3, 4, 4)));
    assertEquals(Set.of(), rules(50, true, summary("google", 0, 4, 6)), "told by the second way");
  }

  @Test
  void aDiskHasRoomOrNot() throws IOException {
    assertEquals(List.of(), standing(new DiskCheck(directory, () -> 100, 100), NOW));
    Standing full = standing(new DiskCheck(directory, () -> 5L << 20, 1 << 30), NOW).getFirst();
    assertEquals("5 MiB are left on the disk of " + directory, full.what().in(Language.ENGLISH));
  }

  @Test
  void aCertificateIsToldBeforeItsEndAndAfter() throws IOException {
    var check =
        new CertificateCheck(
            () ->
                Map.of(
                    "good", NOW.plus(Duration.ofDays(8)),
                    "soon", NOW.plus(Duration.ofDays(3)),
                    "gone", NOW.minusSeconds(1)),
            Duration.ofDays(7));
    assertEquals(
        Set.of(
            "the certificate for soon runs out in 3 days", "the certificate for gone has run out"),
        standing(check, NOW).stream()
            .map(each -> each.what().in(Language.ENGLISH))
            .collect(Collectors.toSet()));
  }

  @Test
  void aClockThatJumpsIsToldForAnHour() throws IOException {
    var nanos = new AtomicLong(Long.MAX_VALUE - 7);
    var check = new ClockCheck(nanos::get);
    assertEquals(List.of(), standing(check, NOW));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertEquals(List.of(), standing(check, NOW.plusSeconds(61)));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    Instant ahead = NOW.plus(Duration.ofHours(3));
    assertEquals(1, standing(check, ahead).size());
    nanos.addAndGet(Duration.ofMinutes(59).toNanos());
    assertEquals(1, standing(check, ahead.plus(Duration.ofMinutes(59))).size());
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    assertEquals(List.of(), standing(check, ahead.plus(Duration.ofMinutes(61))));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertEquals(1, standing(check, NOW).size(), "back as well");
  }

  @ParameterizedTest
  @CsvSource({
    "22:00-07:00, 23:00, true", "22:00-07:00, 06:59, true", "22:00-07:00, 07:00, false",
    "22:00-07:00, 21:59, false", "12:00-13:00, 12:30, true", "12:00-13:00, 13:00, false",
    "none, 00:00, false", "8:00 - 9:00, 08:30, true"
  })
  void quietHoursGoPastMidnight(String hours, LocalTime time, boolean quiet) {
    assertEquals(quiet, QuietHours.parse(hours).orElseThrow().contains(time));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "22", "24:00-07:00", "22:60-07:00", "22:00", "22:00-", "night"})
  void otherWordsAreNoHours(String text) {
    assertEquals(Optional.empty(), QuietHours.parse(text));
  }

  private Path program(String script) throws IOException {
    Path program = Files.writeString(directory.resolve("tell"), "#!/bin/sh\n" + script);
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static Notice notice() {
    return new Notice(Text.of("disk $(id) is full"), Text.of("Make room."));
  }

  @Test
  void aProgramGetsSubjectAndText() throws IOException {
    Path out = directory.resolve("out");
    Path program = program("{ echo \"$#:$1\"; cat; } > " + out + "\n");
    new CommandWay(program, Language.ENGLISH, Duration.ofSeconds(30)).send(notice());
    assertEquals("1:disk $(id) is full\nMake room.\n", Files.readString(out));
  }

  @Test
  void aProgramThatFailsOrDoesNotEndIsAFailure() throws IOException {
    Path fails = program("exit 3\n");
    IOException failed =
        assertThrows(
            IOException.class,
            () -> new CommandWay(fails, Language.ENGLISH, Duration.ofSeconds(30)).send(notice()));
    assertTrue(String.valueOf(failed.getMessage()).endsWith("ended with 3"));
    Path sleeps = program("exec sleep 600\n");
    assertThrows(
        IOException.class,
        () -> new CommandWay(sleeps, Language.ENGLISH, Duration.ofMillis(50)).send(notice()));
  }

  @Test
  void rulesAreNamedAsInTheNumbers() {
    assertEquals(
        Arrays.stream(AlertRule.values()).map(AlertRule::word).collect(Collectors.toSet()),
        Metric.ALERTS.labels().getFirst().values());
    for (AlertRule rule : AlertRule.values()) {
      assertEquals(Optional.of(rule), AlertRule.of(rule.word()));
    }
    assertFalse(AlertRule.of("QUEUE_AGE").isPresent());
  }
}
