package net.facteur.auth.arc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class ArcFieldsTest {
  private static final String SIGNED = "a=rsa-sha256; d=example.org; s=s1; b=YWJj; t=5";

  @Test
  void whatIsWrittenInAnyOrderAndFoldingIsReadBack() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("ArcFieldsTest seed " + seed);
    var random = new Random(seed);
    for (int n = 0; n < 3_000; n++) {
      int instance = 1 + random.nextInt(ArcSet.MAX_SETS);
      ChainStatus status = List.of(ChainStatus.values()).get(random.nextInt(3));
      var tags = new ArrayList<String>(List.of(SIGNED.split("; ", -1)));
      tags.add("i=" + instance);
      tags.add("cv=" + status.word());
      Collections.shuffle(tags, random);
      String value = String.join(random.nextBoolean() ? ";" : " ;\r\n\t", tags);
      HeaderField field = HeaderField.of(ArcSet.SEAL, " " + value + (n % 2 == 0 ? ";" : ""));
      assertEquals(Parsed.ok(instance), ArcFields.instance(field), () -> "seed " + seed);
      ArcFields.Seal seal = ArcFields.seal(field).toOptional().orElseThrow();
      assertEquals(status, seal.claimed());
      assertEquals(DomainName.of("example.org"), seal.signature().signature().domain());
      assertEquals("YWJj", seal.signature().signature().signature());
      HeaderField results =
          HeaderField.of(ArcSet.RESULTS, " I = " + instance + " ; example.org; spf=pass");
      assertEquals(Parsed.ok(instance), ArcFields.instance(results));
    }
  }

  @Test
  void instancesGoFromOneToFifty() {
    for (int instance : new int[] {1, 50}) {
      assertEquals(Parsed.ok(instance), instance(instance));
    }
    for (int instance : new int[] {0, 51, 100}) {
      assertInstanceOf(Parsed.Malformed.class, instance(instance), "i=" + instance);
    }
  }

  private static Parsed<Integer> instance(int number) {
    return ArcFields.instance(HeaderField.of(ArcSet.RESULTS, " i=" + number + "; example.org"));
  }

  @Test
  void noFieldThrowsAndEveryOffsetIsInside() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("ArcFieldsTest seed " + seed);
    var random = new Random(seed);
    String good = "i=1; cv=none; " + SIGNED + "; h=from:to; bh=YWJj; c=relaxed/relaxed";
    for (int n = 0; n < 30_000; n++) {
      var text = new StringBuilder(n % 3 == 0 ? "" : good);
      for (int changes = random.nextInt(30); changes > 0; changes--) {
        char with =
            random.nextBoolean()
                ? (char) random.nextInt(256)
                : "i=0159;cvabdsht: \r\n\t".charAt(random.nextInt(20));
        text.insert(random.nextInt(text.length() + 1), with);
      }
      for (String name : List.of(ArcSet.SEAL, ArcSet.RESULTS, ArcSet.MESSAGE_SIGNATURE)) {
        byte[] raw = (name + ": " + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        HeaderField field = MessageHeader.parse(raw).fields().getFirst();
        for (Parsed<?> read :
            List.of(
                ArcFields.instance(field),
                ArcFields.seal(field),
                ArcFields.messageSignature(field))) {
          if (read instanceof Parsed.Malformed<?>(int offset, String _)) {
            assertTrue(offset >= 0 && offset <= raw.length, () -> "seed " + seed);
          }
        }
      }
    }
  }
}
