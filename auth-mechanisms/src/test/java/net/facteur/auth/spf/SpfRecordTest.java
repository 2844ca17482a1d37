package net.facteur.auth.spf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpfRecordTest {
  private final long seed = Long.getLong("facteur.seed", 7208);
  private final Random random = new Random(seed);

  @Test
  void theGrammarBecomesTypes() {
    SpfRecord record =
        SpfRecord.parse("V=SPF1  A:%{D2R-}.Example.com/24//64 ~IP6:2001:DB8::/32 exp=e.test x=%%")
            .toOptional()
            .orElseThrow();
    var domain =
        new MacroString(
            List.of(
                new MacroToken.Expand(MacroToken.Letter.DOMAIN, true, 2, true, "-"),
                new MacroToken.Literal(".Example.com")));
    assertEquals(
        new Term.Directive(Qualifier.PASS, new Mechanism.A(domain, new Mechanism.DualCidr(24, 64))),
        record.terms().getFirst());
    assertEquals(
        "v=spf1 a:%{D2r-}.Example.com/24//64 ~ip6:2001:db8::/32 exp=e.test x=%%", record.print());
  }

  @ParameterizedTest
  @CsvSource({
    "v=spf1x,0",
    "v=spf1 foo,7",
    "v=spf1 -all.,8",
    "v=spf1 all:x,10",
    "v=spf1 include,14",
    "v=spf1 a:%(i).test,10",
    "v=spf1 a:%{x}.test,11",
    "v=spf1 a:%{c}.test,11",
    "v=spf1 a:%{i0}.test,12",
    "v=spf1 ip4:192.0.2,18",
    "v=spf1 ip4:192.0.2.1/33,22",
    "v=spf1 ip6:2001:db8::/129,24",
    "v=spf1 redirect=a.test redirect=b.test,23",
    "v=spf1 ~redirect=a.test,8",
  })
  void saysWhereARecordIsWrong(String text, int offset) {
    assertEquals(
        offset, assertInstanceOf(Parsed.Malformed.class, SpfRecord.parse(text)).offset(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/032",
        "a/33",
        "a//129",
        "a/24/64",
        "a:example.com/24/24",
        "a:example",
        "a:example.123",
        "a:",
        "mx:example.com:8080",
        "ip4:192.0.2.1/00",
        "ip4:192.0.2.1//32",
        "ip6:192.0.2.1",
        "ptr:",
        "ptr/24",
        "exists",
        "exists:",
        "redirect=",
        "exp=a..",
        "a:%{d}%",
        "a:%{d",
        "+-all",
        "all/8",
        "a:example.com\u00e9",
        "a:b.test\tall",
        "a:b.test\0",
        "-",
        "=x",
        "1=x",
        "a:foo.-com",
        "x=%{c}",
        "ip4",
        "ip4:",
        "a:example.com//",
        "a/",
        "a//"
      })
  void refusesWhatTheGrammarDoesNotKnow(String term) {
    assertInstanceOf(Parsed.Malformed.class, SpfRecord.parse("v=spf1 " + term), term);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a:example.com.",
        "a:foo:bar/baz.example.com",
        "a/0//0",
        "a:%{d}/24",
        "a:x.%{d}",
        "a:.com",
        "exists:%{i}.%%",
        "x=",
        "x.y-z_1=a/b:c",
        "include:1-2.3-4",
        "A:EXAMPLE.COM",
        "?mx",
        "+ptr",
        "ip6:::ffff:192.0.2.1/96",
        "a:%{d127r.-+,/_=}"
      })
  void readsTheCornersOfTheGrammar(String term) {
    assertInstanceOf(Parsed.Ok.class, SpfRecord.parse("v=spf1 " + term), term);
  }

  @Test
  void whatIsPrintedParsesToTheSameRecord() {
    for (int n = 0; n < 5_000; n++) {
      var terms = new ArrayList<Term>();
      for (int i = random.nextInt(6); i > 0; i--) {
        terms.add(term());
      }
      var record = new SpfRecord(terms);
      assertEquals(Parsed.ok(record), SpfRecord.parse(record.print()), "seed " + seed);
      assertEquals(
          record.print(),
          SpfRecord.parse(record.print()).toOptional().orElseThrow().print(),
          "seed " + seed);
    }
  }

  private Term term() {
    if (random.nextInt(8) == 0) {
      return new Term.Unknown("x" + random.nextInt(9) + "-_.", macro(false));
    }
    return new Term.Directive(List.of(Qualifier.values()).get(random.nextInt(4)), mechanism());
  }

  private Mechanism mechanism() {
    var cidr = new Mechanism.DualCidr(random.nextInt(33), random.nextInt(129));
    MacroString optional = random.nextBoolean() ? MacroString.EMPTY : macro(true);
    byte[] octets = new byte[random.nextBoolean() ? 16 : 4];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
    }
    return switch (random.nextInt(7)) {
      case 0 -> new Mechanism.All();
      case 1 -> new Mechanism.Include(macro(true));
      case 2 -> new Mechanism.A(optional, cidr);
      case 3 -> new Mechanism.Mx(optional, cidr);
      case 4 -> new Mechanism.Ptr(optional);
      case 5 -> new Mechanism.Exists(macro(true));
      default ->
          octets.length == 4
              ? new Mechanism.Ip4(IpLiteral.address(octets), random.nextInt(33))
              : new Mechanism.Ip6(IpLiteral.address(octets), random.nextInt(129));
    };
  }

  private MacroString macro(boolean domain) {
    var tokens = new ArrayList<MacroToken>();
    for (int i = random.nextInt(3); i > 0; i--) {
      tokens.add(new MacroToken.Literal("a/:=\"._" + random.nextInt(10)));
      tokens.add(expansion());
    }
    if (domain) {
      tokens.add(new MacroToken.Literal(random.nextBoolean() ? "x.example.com" : ".e-x.test."));
    }
    return new MacroString(tokens);
  }

  private MacroToken expansion() {
    if (random.nextInt(4) == 0) {
      return List.of(MacroToken.Escape.values()).get(random.nextInt(3));
    }
    var letters = List.of(MacroToken.Letter.values()).subList(0, 8);
    String delimiters = ".-+,/_=".substring(random.nextInt(8));
    return new MacroToken.Expand(
        letters.get(random.nextInt(8)),
        random.nextBoolean(),
        random.nextInt(3) * random.nextInt(130),
        random.nextBoolean(),
        delimiters);
  }

  @Test
  void randomTextNeverThrowsAndWhatParsesPrintsTheSame() {
    String alphabet = "aA xmlp%{}ir/:.=-+~?_0123456789 include:mx\t\0\u00e9v=spf1";
    int parsed = 0;
    for (int n = 0; n < 50_000; n++) {
      var text = new StringBuilder("v=spf1 ");
      boolean octets = n % 4 == 0;
      for (int i = random.nextInt(16); i > 0; i--) {
        text.append(
            octets
                ? (char) random.nextInt(256)
                : alphabet.charAt(random.nextInt(alphabet.length())));
      }
      MacroString.parseExplanation(text.toString());
      if (SpfRecord.parse(text.toString()) instanceof Parsed.Ok<SpfRecord>(SpfRecord record)) {
        parsed++;
        assertEquals(Parsed.ok(record), SpfRecord.parse(record.print()), "seed " + seed);
      }
    }
    assertTrue(parsed > 50, "seed " + seed + " gave only " + parsed + " records");
  }
}
