package net.facteur.auth.arc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import org.junit.jupiter.api.Test;

class ArcValidatorTest {
  private final ZoneResolver zone = ZoneResolver.of(Map.of());

  private ArcOutcome validate(String header) throws IOException {
    return new ArcValidator(
            zone,
            DkimCrypto.standard(),
            InstantSource.fixed(Instant.EPOCH),
            DkimVerifier.Policy.DEFAULT)
        .validate(
            MessageHeader.parse(header.getBytes(StandardCharsets.ISO_8859_1)),
            MessageBody.of(new byte[0]));
  }

  private static String set(int instance) {
    return "ARC-Seal: i="
        + instance
        + "; a=rsa-sha256; d=example.org; s=s; cv="
        + (instance == 1 ? "none" : "pass")
        + "; b=AAAA\r\n"
        + "ARC-Message-Signature: i="
        + instance
        + "; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA\r\n"
        + "ARC-Authentication-Results: i="
        + instance
        + "; example.org; none\r\n";
  }

  @Test
  void fiftySetsAreReadAndMoreMakeTheChainFailUnread() throws IOException {
    var header = new StringBuilder();
    for (int i = 1; i <= 50; i++) {
      header.insert(0, set(i));
    }
    assertEquals(50, validate(header.toString()).sets().size());
    assertTrue(validate(set(51) + header).reason().startsWith("more than 50"));
    assertTrue(validate(set(1).repeat(10_000)).reason().startsWith("more than 50"));
    assertEquals(0, zone.lookups());
  }

  @Test
  void gapsRepetitionsAndAHInTheSealMakeTheChainFail() throws IOException {
    assertEquals(ChainStatus.FAIL, validate(set(2)).status());
    assertEquals(ChainStatus.FAIL, validate(set(1) + set(3)).status());
    assertEquals(ChainStatus.FAIL, validate(set(1) + set(1)).status());
    assertEquals(ChainStatus.FAIL, validate(set(1).replace("cv=none", "h=from; cv=none")).status());
    assertEquals(ChainStatus.NONE, validate("From: a@example.org\r\n").status());
  }

  @Test
  void aFailedChainIsTrustedByNobodyAndTold() throws IOException {
    ArcOutcome outcome = validate(set(1));
    assertEquals(ChainStatus.FAIL, outcome.status());
    assertTrue(!outcome.sealedOnlyBy(Set.of(outcome.sets().getFirst().sealer())));
    assertEquals("fail", outcome.toMethodResult("192.0.2.1").result());
  }

  @Test
  void noInputThrows() throws IOException {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("ArcValidatorTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      var header = new StringBuilder(set(1) + set(2));
      for (int n = random.nextInt(6); n >= 0; n--) {
        header.setCharAt(
            random.nextInt(header.length()),
            random.nextBoolean()
                ? (char) random.nextInt(256)
                : "i=;12; \r\n:h".charAt(random.nextInt(11)));
      }
      assertNotNull(validate(header.toString()).status(), () -> "seed " + seed);
    }
  }
}
