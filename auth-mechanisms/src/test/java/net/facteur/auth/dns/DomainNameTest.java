package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import net.facteur.auth.TestClassPath;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DomainNameTest {
  private static final String ALPHABET = "aZ09-_.. \u00e9\u00df\u4f8b\ud83d\udc8c\0\u007f*@";

  @Test
  void whatIsPrintedIsReadBackAndNoInputThrows() {
    long seed = Long.getLong("facteur.seed", 5321);
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

  @ParameterizedTest
  @CsvSource({
    // what IDNA2003 sent elsewhere: RFC 5894, 7.2
    "fa\u00df.de, xn--fa-hia.de",
    "FA\u1e9e.de, xn--fa-hia.de",
    "stra\u00dfe.example, xn--strae-oqa.example",
    "\u03b2\u03cc\u03bb\u03bf\u03c2.com, xn--nxasmm1c.com",
    "\u0392\u038c\u039b\u039f\u03a3.com, xn--nxasmq6b.com",
    // joiners, where the script knows them
    "www.\u0dc1\u0dca\u200d\u0dbb\u0dd3.com, www.xn--10cl1a0b660p.com",
    "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com, xn--mgba3gch31f060k.com",
    // as people and their keyboards write it
    "B\u00dcCHER.Example., xn--bcher-kva.example",
    "bu\u0308cher.example, xn--bcher-kva.example",
    "\uff42\u00fc\uff43\uff48\uff45\uff52\u3002example, xn--bcher-kva.example",
    "_dmarc.b\u00fccher.example, _dmarc.xn--bcher-kva.example",
    "xn--bcher-kva.\u4f8b, xn--bcher-kva.xn--fsq",
    "\u0645\u062b\u0627\u0644.\u0625\u062e\u062a\u0628\u0627\u0631, xn--mgbh0fb.xn--kgbechtv",
  })
  void labelsOfEveryScriptAreReadByUts46(String written, String aLabels) {
    assertEquals(aLabels, DomainName.of(written).text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u200db.example", // a joiner that joins nothing
        "a\u200cb.example",
        "\u0308.example", // begins with a combining mark
        "a\u0628.example", // both directions in one label
        "\u0628\u0661\u06f1.example", // digits of two kinds
        "b\u00fccher..example",
        ".b\u00fccher.example",
        "-b\u00fccher.example",
        "b\u00fccher-.example",
        "b\u00fc--cher.example", // RFC 5891, 5.4: hyphens in the third and fourth place
        "xn--zzzzzzzzzz99999.b\u00fccher.example", // no Punycode
        "xn--fa-hia\u00df.example",
        "evil\uff20b\u00fccher.example", // becomes @
        "\u2100.b\u00fccher.example", // becomes a/c
        "b\u00fccher.example:25",
        "b\u00fccher example",
        "b\u00fc\u0000cher.example",
        "\ud83d.example",
        "\udc8c\ud83d.example",
        "\u00ad.example", // ignored, so nothing is left
        "\u200b",
        "\u00fc.\u3002",
      })
  void whatNoLookUpMayAskForIsRefused(String written) {
    assertInstanceOf(Parsed.Malformed.class, DomainName.parse(written));
  }

  @ParameterizedTest
  @ValueSource(ints = {58, 59, 64, 253, 1006, 1023, 1024, 1025, 100_000})
  void aLabelTooLongIsRefusedWhateverItsLength(int length) {
    for (String letter : new String[] {"\u00e9", "\ud83d", "\u4f8b", "\u0628", "\u0308"}) {
      assertInstanceOf(
          Parsed.Malformed.class, DomainName.parse(letter.repeat(length) + ".example"));
      assertInstanceOf(
          Parsed.Malformed.class, DomainName.parse((letter + ".").repeat(length) + "."));
    }
  }

  @Test
  void namesInAsciiNeedNoTablesOfUnicode() throws Exception {
    URL[] path =
        Arrays.stream(TestClassPath.get().split(File.pathSeparator))
            .filter(entry -> !entry.contains("icu4j"))
            .map(DomainNameTest::url)
            .toArray(URL[]::new);
    try (var loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      Method parse =
          loader.loadClass("net.facteur.auth.dns.DomainName").getMethod("parse", String.class);
      assertEquals(
          Parsed.ok(DomainName.of("xn--bcher-kva.example")).toString(),
          String.valueOf(parse.invoke(null, "XN--BCHER-KVA.example")));
      var missing =
          assertThrows(
              InvocationTargetException.class, () -> parse.invoke(null, "b\u00fccher.example"));
      assertInstanceOf(NoClassDefFoundError.class, missing.getCause());
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }
}
