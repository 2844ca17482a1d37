package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.language.Language;
import net.facteur.server.letter.LetterPart.Said;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The weekly letter tells whose mail takes the second way.
class FallbacksInLetterTest {
  private static final Instant NOW = Instant.parse("2026-12-01T07:00:00Z");
  private static final Target GOOGLE = new Target("direct", "google");

  @TempDir private Path directory;

  private Said told() throws IOException {
    return new FallbacksInLetter(this::open).tell(NOW.minus(Duration.ofDays(7)), NOW);
  }

  private Optional<CountStore> open() {
    return Optional.of(SqlCountStore.in(directory, () -> NOW));
  }

  private void begin(Standing.Reason reason) {
    try (CountStore store = SqlCountStore.in(directory, () -> NOW)) {
      var fallbacks = new Fallbacks(store, () -> NOW);
      fallbacks.exchange();
      assertTrue(
          fallbacks.begin(
              GOOGLE, "second", reason, Duration.ofHours(12), "550 5.7.26 no such luck"));
      fallbacks.exchange();
    }
  }

  @Test
  void aProviderThatRefusesThisServerStandsInTheLetterWithItsWords() throws IOException {
    begin(Standing.Reason.POLICY);
    String item = assertInstanceOf(Said.News.class, told()).items().getFirst().in(Language.ENGLISH);
    assertTrue(item.contains("google"), item);
    assertTrue(item.contains("second"), item);
    assertTrue(item.contains("550 5.7.26 no such luck"), item);
  }

  @Test
  void aSecondWayThatSomebodyTookByHandStandsInTheLetter() throws IOException {
    begin(Standing.Reason.HAND);
    String item = assertInstanceOf(Said.News.class, told()).items().getFirst().in(Language.ENGLISH);
    assertTrue(item.contains("somebody typed"), item);
  }

  @Test
  void nothingIsSaidIfAllMailGoesTheUsualWay() throws IOException {
    assertEquals(new Said.Nothing(), told());
  }

  @Test
  void nothingIsSaidIfNothingWasEverKept() throws IOException {
    assertEquals(
        new Said.Nothing(),
        new FallbacksInLetter(Optional::empty).tell(NOW.minus(Duration.ofDays(7)), NOW));
  }
}
