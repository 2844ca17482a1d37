package net.facteur.auth.mtasts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.mtasts.MtaStsPolicyText.Mode;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class MtaStsPolicyTextTest {
  private static final String GOOD = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: ";

  private static MtaStsPolicyText read(String text) {
    return MtaStsPolicyText.parse(text).toOptional().orElseThrow();
  }

  @Test
  void ownPolicyIsReadBack() {
    var policy =
        new MtaStsPolicyText(
            Mode.TESTING,
            List.of(MxPattern.parse("mx.example.com").toOptional().orElseThrow()),
            Duration.ofDays(7));
    assertEquals(
        "version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n",
        policy.print());
    assertEquals(policy, read(policy.print()));
  }

  @Test
  void wildcardStandsForExactlyOneLabel() {
    MtaStsPolicyText policy = read(GOOD + "1");
    assertTrue(policy.allows(DomainName.of("MX1.example.com.")));
    assertFalse(policy.allows(DomainName.of("a.mx1.example.com")));
    assertFalse(policy.allows(DomainName.of("example.com")));
    assertFalse(policy.allows(DomainName.of("mx1.example.com.attacker.test")));
  }

  @Test
  void longAgesCountAsAYear() {
    assertEquals(MtaStsPolicyText.LONGEST, read(GOOD + "9999999999").maxAge());
    assertInstanceOf(Parsed.Malformed.class, MtaStsPolicyText.parse(GOOD + "99999999999"));
    assertInstanceOf(Parsed.Malformed.class, MtaStsPolicyText.parse(GOOD + "-1"));
    assertEquals(Duration.ZERO, read(GOOD + "0").maxAge());
  }

  @Test
  void unknownFieldsAndEmptyLinesArePassedOver() {
    MtaStsPolicyText policy = read("\r\nx-note: Grüße, 世界 !\r\n" + GOOD + "60  \r\n\r\n");
    assertEquals(Mode.ENFORCE, policy.mode());
    assertEquals("x-note: Grüße, 世界 !", policy.lines().getFirst());
    assertEquals(5, policy.lines().size());
  }

  @Test
  void wildcardsInTheMiddleAndAddressesAreRefused() {
    for (String mx : List.of("mx.*.example.com", "*mx.example.com", "*", "*.", "[192.0.2.1]")) {
      assertInstanceOf(Parsed.Malformed.class, MxPattern.parse(mx), mx);
    }
  }

  @Test
  void tenMegabytesAreRefusedAtOnce() {
    assertInstanceOf(
        Parsed.Malformed.class, MtaStsPolicyText.parse("mx: a.example\n".repeat(750_000)));
  }

  @Test
  void damagedPoliciesNeverThrow() {
    long seed = 8461;
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      var text = new StringBuilder(GOOD + "604800\r\n");
      for (int n = random.nextInt(4); n >= 0; n--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.setCharAt(at, (char) random.nextInt(0x180));
        } else {
          text.insert(at, "\r\n:*.\0mx: ".charAt(random.nextInt(9)));
        }
      }
      switch (MtaStsPolicyText.parse(text.toString())) {
        case Parsed.Ok<MtaStsPolicyText>(MtaStsPolicyText policy) ->
            assertEquals(policy, read(policy.print()), "seed " + seed + ": " + text);
        case Parsed.Malformed<MtaStsPolicyText>(int offset, String _) ->
            assertTrue(offset >= 0 && offset <= text.length(), "seed " + seed + ": " + text);
      }
    }
  }
}
