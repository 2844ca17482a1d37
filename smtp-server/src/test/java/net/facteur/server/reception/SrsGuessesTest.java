package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import net.facteur.auth.dns.IpLiteral;
import org.junit.jupiter.api.Test;

class SrsGuessesTest {
  private Instant now = Instant.parse("2026-11-22T06:00:00Z");
  private final SrsGuesses guesses = new SrsGuesses(3, () -> now);

  private static InetAddress client(String text) {
    return IpLiteral.parse(text).toOptional().orElseThrow();
  }

  private void guess(String text, int times) {
    for (int i = 0; i < times; i++) {
      guesses.wrong(client(text));
    }
  }

  @Test
  void aNetworkMayGuessAFewTimesAnHour() {
    guess("192.0.2.1", 2);
    assertFalse(guesses.exhausted(client("192.0.2.1")));
    guess("192.0.2.200", 1);
    assertTrue(guesses.exhausted(client("192.0.2.7")));
    assertFalse(guesses.exhausted(client("198.51.100.7")));
    guess("2001:db8::1", 3);
    assertTrue(guesses.exhausted(client("2001:db8::ffff:2")));
    assertTrue(guesses.exhausted(client("2001:db8:0:ff::1")), "a customer has a /56");
    assertFalse(guesses.exhausted(client("2001:db8:0:100::1")));
  }

  @Test
  void anHourLaterAllIsForgotten() {
    guess("192.0.2.1", 3);
    now = now.plus(Duration.ofMinutes(59));
    assertTrue(guesses.exhausted(client("192.0.2.1")));
    now = now.plus(Duration.ofMinutes(1));
    assertFalse(guesses.exhausted(client("192.0.2.1")));
    guess("192.0.2.1", 2);
    assertFalse(guesses.exhausted(client("192.0.2.1")));
  }

  @Test
  void whatIsRememberedIsBounded() {
    guess("192.0.2.1", 3);
    for (int i = 0; i < 10_000; i++) {
      guess("2001:db8:" + Integer.toHexString(i) + "::1", 1);
    }
    assertFalse(guesses.exhausted(client("192.0.2.1")), "the oldest network is forgotten");
  }
}
