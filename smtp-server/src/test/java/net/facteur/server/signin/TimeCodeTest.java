package net.facteur.server.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeCodeTest {
  /// "12345678901234567890", as in the RFC.
  private static final TimeCode RFC =
      TimeCode.parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").orElseThrow();

  /// The last six digits of the eight in appendix B.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6238#appendix-B RFC 6238, appendix B: Test Vectors
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void theVectorsOfTheRfcHold(long second, String code) {
    assertEquals(code, RFC.at(Instant.ofEpochSecond(second)));
    assertEquals(Optional.of(second / 30), RFC.step(code, Instant.ofEpochSecond(second), 0));
  }

  @Test
  void aCodeIsTakenOneStepBeforeAndAfterAndNoMore() {
    Instant now = Instant.ofEpochSecond(1_000_000_000);
    String code = RFC.at(now);
    for (int off : List.of(-30, 0, 30)) {
      assertTrue(RFC.step(code, now.plusSeconds(off), 0).isPresent(), () -> "off by " + off);
    }
    for (int off : List.of(-60, 60)) {
      assertFalse(RFC.step(code, now.plusSeconds(off), 0).isPresent(), () -> "off by " + off);
    }
  }

  @Test
  void aCodeThatWasTakenIsNotTakenAgainNorOneBeforeIt() {
    Instant now = Instant.ofEpochSecond(1_000_000_000);
    long step = RFC.step(RFC.at(now), now, 0).orElseThrow();
    assertEquals(Optional.empty(), RFC.step(RFC.at(now), now, step));
    assertEquals(Optional.empty(), RFC.step(RFC.at(now.minusSeconds(30)), now, step));
    assertEquals(
        Optional.of(step + 1), RFC.step(RFC.at(now.plusSeconds(30)), now, step), "the next is");
  }

  @Test
  void whatIsNoCodeIsNone() {
    Instant now = Instant.ofEpochSecond(59);
    for (String typed : List.of("", "28708", "2870822", "28708a", "２８７０８２", "-28708")) {
      assertEquals(Optional.empty(), RFC.step(typed, now, 0), typed);
    }
    assertTrue(RFC.step("287 082", now, 0).isPresent(), "as programs show it");
  }

  @Test
  void aSecretSurvivesPaper() {
    TimeCode made = TimeCode.make(new SecureRandom());
    assertEquals(32, made.base32().length());
    assertEquals(
        Optional.of(made), TimeCode.parse(made.base32().toLowerCase(java.util.Locale.ROOT)));
    assertEquals(Optional.empty(), TimeCode.parse("GEZDGNBV"), "40 bits are none");
    assertEquals(Optional.empty(), TimeCode.parse("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO!Q"));
    assertFalse(made.toString().contains(made.base32()));
  }

  @Test
  void theUriHasNothingLeftToMisread() {
    assertEquals(
        "otpauth://totp/mail.example.org:alice%2Btag%40example.org"
            + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=mail.example.org"
            + "&algorithm=SHA1&digits=6&period=30",
        RFC.uri("mail.example.org", "alice+tag@example.org"));
  }

  @Test
  void aRecoveryCodeIsGoodForOnceHoweverItIsTyped() {
    RecoveryCodes.Made made = RecoveryCodes.make(new SecureRandom());
    assertEquals(10, made.shown().size());
    String first = made.shown().getFirst();
    assertTrue(first.matches("[0-9a-z]{4}(-[0-9a-z]{4}){3}"), first);
    String typed = first.toUpperCase(java.util.Locale.ROOT).replace('-', ' ');
    RecoveryCodes left = made.kept().use(typed).orElseThrow();
    assertEquals(9, left.hashes().size());
    assertEquals(Optional.empty(), left.use(first), "used up");
    assertTrue(left.use(made.shown().getLast()).isPresent());
    assertFalse(made.kept().toString().contains(first.replace("-", "")));
    assertEquals(Optional.empty(), made.kept().use("0".repeat(16)));
  }
}
