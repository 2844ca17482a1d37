package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;

class DomainNameTest {
  private static final String ALPHABET = "aZ09-_.. \u00e9\u00df\u4f8b\ud83d\udc8c\0\u007f*@";

  @Test
  void whatIsPrintedIsReadBackAndNoInputThrows() {
    long seed = new Random().nextLong();
    System.out.println("DomainNameTest seed " + seed);
    var random = new Random(seed);
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      var input = new StringBuilder();
      for (int n = random.nextInt(random.nextInt(20) == 0 ? 400 : 16); n > 0; n--) {
        input.append(
            i % 3 == 0
                ? (char) random.nextInt(0x10000)
                : ALPHABET.charAt(random.nextInt(i % 3 == 1 ? 8 : ALPHABET.length())));
      }
      String given = input.toString();
      switch (DomainName.parse(given)) {
        case Parsed.Ok<DomainName>(DomainName name) when name.isRoot() ->
            assertEquals(".", given, () -> "seed " + seed);
        case Parsed.Ok<DomainName>(DomainName name) -> {
          read++;
          assertEquals(Parsed.ok(name), DomainName.parse(name.text()), () -> "seed " + seed);
          assertEquals(name.labelCount(), name.labels().size());
          assertEquals(name, name.suffix(name.labelCount()));
          assertTrue(name.parent().map(name::isWithin).orElse(false));
          assertTrue(name.text().length() <= 253);
        }
        case Parsed.Malformed<DomainName> m ->
            assertTrue(m.offset() >= 0 && m.offset() <= given.length(), () -> "seed " + seed);
      }
      DomainName.parseExpanded(given);
    }
    assertTrue(read > 5_000, "seed " + seed + " gave only " + read + " names");
  }

  @Test
  void whatOnlyLooksLikeADotSeparatesNothing() {
    DomainName name = DomainName.of("xn--mnchen-3ya.example");
    for (String dot : new String[] {".", "\u3002", "\uff0e", "\uff61"}) {
      assertEquals(Parsed.ok(name), DomainName.parse("m\u00fcnchen" + dot + "example"));
    }
    for (String no : new String[] {"\ufe52", "\u3002", "evil\ufe52example", "a\u2024b.example"}) {
      assertInstanceOf(Parsed.Malformed.class, DomainName.parse(no), no);
    }
  }
}
