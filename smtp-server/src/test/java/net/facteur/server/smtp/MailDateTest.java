package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MailDateTest {
  @Test
  void aDateIsWrittenAsThePlatformWritesIt() {
    var format =
        DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    long first = Instant.parse("1970-01-01T00:00:00Z").getEpochSecond();
    long last = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();
    var random = new SplittableRandom(20261122);
    for (int i = 0; i < 20_000; i++) {
      Instant moment = Instant.ofEpochSecond(random.nextLong(first, last));
      assertEquals(format.format(moment), MailDate.of(moment));
    }
  }

  @Test
  void aDayHasNoLeadingZero() {
    assertEquals(
        "Sun, 1 Nov 2026 04:05:06 +0000", MailDate.of(Instant.parse("2026-11-01T04:05:06.9Z")));
  }
}
