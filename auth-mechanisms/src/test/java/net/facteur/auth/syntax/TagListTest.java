package net.facteur.auth.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagListTest {
  private static TagList ok(String text) {
    return switch (TagList.parse(text)) {
      case Parsed.Ok<TagList>(TagList list) -> list;
      case Parsed.Malformed<TagList> m -> throw new AssertionError(m);
    };
  }

  @Test
  void readsNamesAndValuesWithTheirPlaces() {
    String text = " v=1; b = dzdVyOfAKCdLXdJOc9G2\r\n\tq8LoXSlEniSb ;\r\n x=";
    TagList list = ok(text);
    assertEquals(List.of("v", "b", "x"), list.tags().stream().map(TagList.Tag::name).toList());
    TagList.Tag b = list.get("b").orElseThrow();
    assertEquals("dzdVyOfAKCdLXdJOc9G2\r\n\tq8LoXSlEniSb", b.value());
    assertEquals("dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSb", b.withoutWhiteSpace());
    assertEquals(b.value(), text.substring(b.valueOffset(), b.valueEnd()));
    assertEquals(text.length(), list.get("x").orElseThrow().valueOffset());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=b;", "a=b; ", "a=b;\r\n ", "a=b", " a = b "})
  void allowsOneFinalSemicolonAndSpace(String text) {
    assertEquals("a=b", ok(text).print());
  }

  @ParameterizedTest
  @CsvSource({
    "'',0",
    "';',0",
    "'a=1;;b=2',4",
    "'a',1",
    "'=b',0",
    "'a=b; a=c',5",
    "'1a=b',0",
    "'a b=c',2"
  })
  void saysWhereItStopsMakingSense(String text, int offset) {
    assertEquals(
        offset, assertInstanceOf(Parsed.Malformed.class, TagList.parse(text)).offset(), text);
  }

  @Test
  void aControlCharacterEndsTheList() {
    assertEquals(3, assertInstanceOf(Parsed.Malformed.class, TagList.parse("a=b\0c")).offset());
  }

  @Test
  void aBareLineEndIsNoWhiteSpace() {
    assertInstanceOf(Parsed.Malformed.class, TagList.parse("a=b\nc"));
    assertInstanceOf(Parsed.Malformed.class, TagList.parse("a=b\r\nc=d"));
  }

  @Test
  void namesAreComparedInTheirExactCase() {
    TagList list = ok("a=1; A=2");
    assertEquals("2", list.value("A").orElseThrow());
    assertEquals("1", list.value("a").orElseThrow());
  }

  @Test
  void tooManyTagsAndTooLongListsAreRefused() {
    var many = new StringBuilder();
    for (int i = 0; i <= TagList.MAX_TAGS; i++) {
      many.append('t').append(i).append("=;");
    }
    assertInstanceOf(Parsed.Malformed.class, TagList.parse(many.toString()));
    assertEquals(TagList.MAX_TAGS, TagList.parseLenient(many.toString()).tags().size());
    String tooLong = "a=" + "b".repeat(TagList.MAX_CHARS);
    assertInstanceOf(Parsed.Malformed.class, TagList.parse(tooLong));
  }

  @Test
  void theLenientReaderPassesOverWhatItCannotRead() {
    TagList list = TagList.parseLenient("v=DMARC1; p; x y=1;;p=reject; p=none; a=\0; rua=m,n ;");
    assertEquals("v=DMARC1; p=reject; rua=m,n", list.print());
    assertEquals(4, list.problems().size());
  }

  @Test
  void stsNamesMayHoldHyphensAndDots() {
    assertInstanceOf(Parsed.Ok.class, TagList.parse("v=STSv1; 9x-y.z=1;", TagList.Names.STS));
    assertInstanceOf(Parsed.Malformed.class, TagList.parse("v=STSv1; 9x-y.z=1;"));
    assertInstanceOf(
        Parsed.Malformed.class, TagList.parse("a".repeat(33) + "=1", TagList.Names.STS));
  }

  @Test
  void whatIsPrintedParsesToTheSame() {
    long seed = Long.getLong("facteur.seed", 6376);
    var random = new Random(seed);
    String alphabet = "abvp=; \t\r\n_0;=\u00e9\0";
    int parsed = 0;
    for (int n = 0; n < 20_000; n++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(24); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      TagList.parseLenient(text.toString());
      if (TagList.parse(text.toString()) instanceof Parsed.Ok<TagList>(TagList list)) {
        parsed++;
        assertEquals(
            list.tags().stream().map(t -> t.name() + "=" + t.value()).toList(),
            ok(list.print()).tags().stream().map(t -> t.name() + "=" + t.value()).toList(),
            "seed " + seed);
      }
    }
    assertTrue(parsed > 100, "seed " + seed + " gave only " + parsed + " lists");
  }
}
