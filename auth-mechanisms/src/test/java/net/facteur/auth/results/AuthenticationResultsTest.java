package net.facteur.auth.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Parsed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationResultsTest {
  private static final String OURS = "mx.example.org";

  @Test
  void aFieldIsFoldedAndReadBackAsItWas() {
    var results =
        new AuthenticationResults(
            OURS,
            List.of(
                MethodResult.of("spf", "pass").with("smtp", "mailfrom", "bounce@lists.example.net"),
                MethodResult.of("dkim", "fail")
                    .withReason("body hash differs")
                    .with("header", "d", "example.net")
                    .with("header", "i", "@example.net")
                    .with("header", "b", "Ab/+cd=="),
                MethodResult.of("dmarc", "fail")
                    .withComment("p=none (sp=reject)")
                    .with("header", "from", "example.net")));
    HeaderField field = results.toField();
    for (String line : field.toString().split("\r\n", -1)) {
      assertTrue(line.length() <= 78, line);
    }
    assertEquals(Parsed.ok(results), AuthenticationResults.parse(field.value()));
    assertTrue(field.value().contains("header.b=\"Ab/+cd==\""));
    assertTrue(field.value().contains("smtp.mailfrom=bounce@lists.example.net"));
  }

  @Test
  void nothingThatWasCheckedIsWrittenAsNone() {
    var none = new AuthenticationResults(OURS, List.of());
    assertEquals("Authentication-Results: mx.example.org; none", none.toField().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\r\nAuthentication-Results: mx.example.org; dkim=pass",
        "a\nX: y",
        "a\rb",
        "a; dmarc=pass header.from=bank.example",
        "a\"; dmarc=pass; x=\"",
        "a\\",
        "a\\\"; dmarc=pass",
        "a) dmarc=pass (",
        "a(b",
        "\u0000\u0001\u007f\u0085\u2028",
        "x@example.com; dmarc=pass",
        "\"; dmarc=pass; x=\"@example.com",
        "\"a\\\"@example.com",
        "=?utf-8?q?a?=",
        ""
      })
  void whatAStrangerSendsStaysInItsPlace(String hostile) {
    for (Alphabet alphabet : Alphabet.values()) {
      var results =
          new AuthenticationResults(
              hostile + "x",
              List.of(
                  MethodResult.of("spf", "fail")
                      .withReason(hostile)
                      .withComment(hostile)
                      .with("smtp", "mailfrom", hostile)
                      .with("smtp", "helo", hostile),
                  MethodResult.of("dkim", "none")));
      HeaderField field = results.toField(alphabet);
      byte[] section = new MessageHeader(List.of(field)).octets();
      assertEquals(1, MessageHeader.parse(section).fields().size());
      Parsed<AuthenticationResults> read = AuthenticationResults.parse(field.value());
      var back = (AuthenticationResults) assertInstanceOf(Parsed.Ok.class, read).value();
      assertEquals(
          List.of("spf=fail", "dkim=none"),
          back.results().stream().map(r -> r.method() + "=" + r.result()).toList());
      assertEquals(2, back.results().getFirst().properties().size());
    }
  }

  @Test
  void textHasABoundThatCannotBeTakenForAName() {
    String address = "x@" + "a".repeat(310) + ".example.com." + "b".repeat(5000);
    var results =
        new AuthenticationResults(
            OURS, List.of(MethodResult.of("spf", "fail").with("smtp", "mailfrom", address)));
    String value = results.toField().value();
    assertTrue(value.length() < 998);
    assertTrue(value.endsWith("...\""), value);
    String quotes = "\"".repeat(5000);
    String line =
        new AuthenticationResults(
                OURS, List.of(MethodResult.of("spf", "fail").with("smtp", "mailfrom", quotes)))
            .toField()
            .value()
            .split("\r\n", -1)[2];
    assertTrue(line.length() < 998);
  }

  @Test
  void utf8IsWrittenOnlyWhereItWasAskedFor() {
    var results =
        new AuthenticationResults(
            OURS,
            List.of(MethodResult.of("spf", "pass").with("smtp", "mailfrom", "müller@example.org")));
    assertTrue(results.toField().value().contains("m?ller@example.org"));
    HeaderField field = results.toField(Alphabet.UTF_8);
    assertTrue(new String(field.raw(), StandardCharsets.UTF_8).contains("=müller@example.org"));
    assertEquals(Parsed.ok(results), AuthenticationResults.parse(field.value()));
  }

  @Test
  void aBadPlaceIsNamed() {
    assertEquals(Parsed.malformed(15, "a method"), AuthenticationResults.parse("mx.example.org;"));
    assertEquals(Parsed.malformed(0, "an authserv-id"), AuthenticationResults.parse(""));
    assertEquals(
        Parsed.malformed(5, "a closing parenthesis"), AuthenticationResults.parse(" a.b (c; none"));
    assertEquals(Parsed.malformed(7, "'='"), AuthenticationResults.parse("a; dkim"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "|0|an authserv-id",
        "\u0001|0|an authserv-id",
        "mx x|3|';'",
        "mx 1x; none|4|';'",
        "mx 1234567890; none|3|a version",
        "mx 12345678901; none|3|a version",
        "mx; none; spf=pass|8|'='",
        "mx; spf=pass; none|18|'='",
        "mx; none x|9|'='",
        "mx;|3|a method",
        "mx; =pass|4|a method",
        "mx; spf-=pass|4|a method",
        "mx; spf/=pass|8|a version",
        "mx; spf|7|'='",
        "mx; spf=|8|a result",
        "mx; spf=pass;|13|a method",
        "mx; spf=pass reason|19|'.'",
        "mx; spf=pass reason=\"open|20|a closing quote",
        "mx; spf=pass reason=\"\\|20|a closing quote",
        "mx; spf=pass smtp.mailfrom=a reason=b|29|a property",
        "mx; spf=pass reason=a reason=b|22|a property",
        "mx; spf=pass smtp mailfrom=a|18|'.'",
        "mx; spf=pass smtp.=a|18|a property",
        "mx; spf=pass smtp.mailfrom a|27|'='",
        "mx; spf=pass smtp.mailfrom=|27|a value",
        "mx; spf=pass smtp.mailfrom=a@|27|a value",
        "mx; spf=pass smtp.mailfrom=\"a b\"@|33|a domain name",
        "mx; spf=pass (open|13|a closing parenthesis",
        "mx; spf=pass (a\u0001)|15|a printable character",
        "mx; spf=pass (a\u007f)|15|a printable character",
        "mx; spf=pass reason=\"a\u0001\"|22|a printable character",
        "mx; spf=pass reason=\"a\\\u0001\"|23|a printable character",
        "mx; spf=pass reason=\"\u00ff\"|20|UTF-8",
        "mx; spf=pass (\u00ff)|16|UTF-8",
        "m\u00ffx; none|1|';'",
        "mx~; none|2|';'",
      })
  void aFieldThatDoesNotFollowTheGrammarIsToldWhereAndWhy(
      @Nullable String value, int offset, String expected) {
    assertEquals(
        Parsed.malformed(offset, expected),
        AuthenticationResults.parse(value == null ? "" : value.replace("~", "\r\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "mx; spf / 2 = pass|mx; spf/2=pass",
        "mx 999999999; none|mx 999999999; none",
        "(c) mx (d) 1 (e); (f) none (g)|mx; none",
        "mx~ ; none|mx; none",
        "mx; spf=pass smtp.mailfrom=\"a~"
            + " b\"@example.org|mx; spf=pass smtp.mailfrom=\"a b\"@example.org",
        "mx; spf=pass smtp.mailfrom=@example.org|mx; spf=pass smtp.mailfrom=@example.org",
        "mx; spf=pass (a(b\\)c)d) (e)|mx; spf=pass (a\\(b\\)c\\)d e)",
        "mx; spf=pass (a~ b)|mx; spf=pass (a b)",
        "mx; spf=pass reason=\"a~ b\"|mx; spf=pass reason=\"a b\"",
        "mx; spf=pass ;dkim=fail|mx; spf=pass; dkim=fail",
      })
  void commentsFoldsAndVersionsAreRead(String value, String same) {
    var read =
        assertInstanceOf(Parsed.Ok.class, AuthenticationResults.parse(value.replace("~", "\r\n")));
    assertEquals(same, read.value().toString());
  }

  @Test
  void theLenientReaderKeepsWhatMakesSense() {
    Parsed<AuthenticationResults> read =
        AuthenticationResults.parseLeniently(
            " mx.example.net;; spf=pass smtp.remote-ip=2001:db8::1 nonsense; =; dkim;"
                + " dmarc=pass header.from=example.org reason=late;");
    var results = (AuthenticationResults) assertInstanceOf(Parsed.Ok.class, read).value();
    assertEquals(
        List.of(
            MethodResult.of("spf", "pass").with("smtp", "remote-ip", "2001:db8::1"),
            MethodResult.of("dmarc", "pass")
                .with("header", "from", "example.org")
                .withReason("late")),
        results.results());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " mx.example.org; dkim=pass",
        "MX.Example.ORG;none",
        "\r\n mx.example.org; none",
        " (a) mx.example.org (b) 1; none",
        " \"mx.example.org\"; none",
        " \"mx.\\example.org\"; none",
        " mx.exa(x)mple.org; none",
        " mx.example.org",
        " mx.example.org/border; none",
        " mx.example.org.; none",
        " a.mx.example.org; none",
        " other.example 2; none",
        "; mx.example.org; dkim=pass",
        "",
        " \"mx.example.org; none",
        " other.example (; dkim=pass",
        " other.example\n ; none",
        " other\u0000.example; none",
        " =?us-ascii?q?mx.example.org?=; none",
        " other.example,mx.example.org; none",
        " other.example mx.example.org; none"
      })
  void aFieldThatMayBeTakenForOursIsAClaim(String value) {
    var section = ("Authentication-Results:" + value + "\r\n").getBytes(StandardCharsets.UTF_8);
    HeaderField field = MessageHeader.parse(section).fields().getFirst();
    assertTrue(AuthenticationResults.claims(field, OURS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " mx.example.net; dkim=pass",
        " example.org; none",
        " notmx.example.org; none",
        " mx.example.com 1; dkim=pass reason=\"for mx.example.org\"",
        " mx.example.net (mx.example.org); none"
      })
  void aFieldOfSomebodyElseIsNoClaim(String value) {
    assertFalse(
        AuthenticationResults.claims(HeaderField.of("authentication-results", value), OURS));
  }

  @Test
  void aClaimIsSeenUnderAnyFormOfTheFieldsNameAndOfOurs() {
    byte[] spaced =
        "AUTHENTICATION-RESULTS \t: mx.example.org; none\r\n".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(AuthenticationResults.claims(MessageHeader.parse(spaced).fields().getFirst(), OURS));
    byte[] eai =
        "Authentication-Results: \"bücher.example\"; none\r\n".getBytes(StandardCharsets.UTF_8);
    HeaderField field = MessageHeader.parse(eai).fields().getFirst();
    assertTrue(AuthenticationResults.claims(field, "xn--bcher-kva.example"));
    assertTrue(AuthenticationResults.claims(field, "bücher.example"));
    assertFalse(AuthenticationResults.claims(field, OURS));
    assertFalse(AuthenticationResults.claims(HeaderField.of("Subject", " mx.example.org;"), OURS));
  }

  @Test
  void namesOfMethodsAreWordsOfTheProgram() {
    assertThrows(IllegalArgumentException.class, () -> MethodResult.of("a b", "pass"));
    assertThrows(IllegalArgumentException.class, () -> MethodResult.of("spf", "pass;"));
    assertThrows(
        IllegalArgumentException.class, () -> MethodResult.of("spf", "pass").with("a", "b=c", ""));
  }

  @Test
  void whatIsWrittenIsReadBackAndNoInputThrows() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("AuthenticationResultsTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      AuthenticationResults results = randomResults(random);
      assertEquals(
          Parsed.ok(results),
          AuthenticationResults.parse(results.toField(Alphabet.UTF_8).value()),
          () -> "seed " + seed);
      assertEquals(
          Parsed.ok(results),
          AuthenticationResults.parseLeniently(results.toField(Alphabet.UTF_8).value()),
          () -> "seed " + seed);
    }
    for (int i = 0; i < 20_000; i++) {
      String input =
          i % 2 == 0
              ? randomText(random, 80, "\u0000\r\n\u00ff\u0080aZ9 ")
              : randomText(random, 80, "ax1.;=/()\"\\@- \t\r\n");
      AuthenticationResults.parse(input);
      AuthenticationResults.parseLeniently(input)
          .map(read -> AuthenticationResults.parse(read.toField().value()))
          .map(again -> assertInstanceOf(Parsed.Ok.class, again, () -> "seed " + seed));
    }
  }

  @Test
  void aHugeFieldIsReadInOnePass() {
    String comments = " a " + "(".repeat(100_000) + ")".repeat(100_000) + "; none";
    assertInstanceOf(Parsed.Ok.class, AuthenticationResults.parse(comments));
    assertInstanceOf(
        Parsed.Malformed.class, AuthenticationResults.parse("a" + "; dkim=pass".repeat(100_000)));
    assertInstanceOf(
        Parsed.Malformed.class,
        AuthenticationResults.parse("a; dkim=pass" + " a.b=c".repeat(100_000)));
    assertInstanceOf(
        Parsed.Ok.class, AuthenticationResults.parseLeniently("a" + "; (\"=".repeat(1) + ")"));
    assertTrue(
        AuthenticationResults.claims(
            HeaderField.of("Authentication-Results", " \\".repeat(200_000)), OURS));
  }

  private static AuthenticationResults randomResults(Random random) {
    var results = new ArrayList<MethodResult>();
    for (int n = random.nextInt(4); n > 0; n--) {
      var result =
          new MethodResult(
              randomWord(random),
              random.nextInt(1, 3),
              randomWord(random),
              randomText(random, 20, "ab.c ;=\"\\()@é€"),
              List.of(),
              randomText(random, 20, "ab.c ;=\"\\()@é€"));
      for (int p = random.nextInt(4); p > 0; p--) {
        String value = randomText(random, 12, random.nextBoolean() ? "ab.@" : "ab.c ;=\"\\()@é€");
        result = result.with("x" + randomWord(random), randomWord(random), value);
      }
      results.add(result);
    }
    String id = "x" + randomText(random, 12, "ab. ;=\"\\()é");
    return new AuthenticationResults(id, random.nextInt(3), results);
  }

  private static String randomWord(Random random) {
    return randomText(random, 6, "ab-1") + "z";
  }

  private static String randomText(Random random, int max, String alphabet) {
    var out = new StringBuilder();
    for (int n = random.nextInt(max); n > 0; n--) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }
}
