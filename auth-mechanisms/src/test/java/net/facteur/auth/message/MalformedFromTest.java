package net.facteur.auth.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.results.AuthenticationResults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A From that some mail program shows as `victim.test` names that domain, however it is written.
class MalformedFromTest {
  private static final DomainName VICTIM = DomainName.of("victim.test");

  private static MessageHeader header(String text) {
    return MessageHeader.parse(octets(text));
  }

  /// `\xNN` is an octet, and `/` a CRLF.
  private static byte[] octets(String text) {
    var out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\x", i)) {
        out.append((char) Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        out.append(text.charAt(i) == '/' ? "\r\n" : text.substring(i, i + 1));
      }
    }
    return out.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  static List<String> malformed() throws IOException {
    try (var in = MalformedFromTest.class.getResourceAsStream("/from/malformed.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void theDomainIsFound(String text) {
    AuthorDomain author = AuthorDomain.of(header(text));
    assertInstanceOf(AuthorDomain.Unclear.class, author, author::toString);
    assertTrue(author.domains().contains(VICTIM), author::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: Board: ceo@victim.test",
        "From: Board: ceo@victim.test; a@attack.test;",
        "From: Board: ceo@victim.test, a@attack.test;",
        "From: <a@attack.test> ceo@victim.test",
        "From: a@attack.test; ceo@victim.test",
        "From: ceo@victim.test> <a@attack.test>",
        "From: <ceo@victim.test <a@attack.test>",
        "From: ceo@victim.test) <a@attack.test>",
        "From: ceo@victim.test\\ <a@attack.test>",
        "From: a@attack.test,, ,ceo@victim.test,",
        "Subject: x\\x0aFrom: ceo@victim.test",
      })
  void whatOnlyALenientReaderUnderstandsIsReadLeniently(String text) {
    AuthorDomain author = AuthorDomain.of(header(text));
    assertTrue(author.domains().contains(VICTIM), author::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: CEO",
        "From:",
        "From: <>",
        "From: \"\"",
        "From: Board:;",
        "From: <ceo>",
        "From: ceo@",
        "From: @",
        "From: a@[192.0.2.1]",
        "From: a@[IPv6:2001:db8::1]",
        "From: =?utf-8?q?CEO?=",
        "From: (ceo)",
        "From: CEO/From: ",
        "Subject: x",
        "Sender: CEO",
        "To: ceo@victim.test",
      })
  void whereNothingCanBeReadNothingIsNamed(String text) {
    var author = assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(header(text)));
    assertEquals(List.of(), author.domains());
    assertTrue(!author.whole());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "From: \"ceo@victim.test\" <a@sender.test>",
        "From: 'a@victim.test' via L <l@sender.test>",
        "From: ceo@victim.test <a@sender.test>",
        "From: =?utf-8?q?ceo=40victim.test?= <a@sender.test>",
        "From: (ceo@victim.test) a@sender.test",
        "From: a@sender.test (ceo@victim.test)",
        "From: \"CEO <ceo@victim.test>\" <a@sender.test>",
        "From: \"ceo@victim.test\"@sender.test",
        "From: Smith, =?utf-8?q?J=C3=B6rg?= <a@sender.test>",
        "From: M\\xc3\\xbcller, A. <a@sender.test>",
        "from : a@sender.test",
        "From:/ a@sender.test",
        "From: a@sender.test/Sender: ceo@victim.test",
        "From: a@sender.test/Reply-To: ceo@victim.test",
        "From: a@sender.test/Resent-From: ceo@victim.test",
        "From: a@sender.test/X-From: ceo@victim.test",
        "From: a@sender.test/From-: ceo@victim.test",
        "From: a@sender.test/Subject: x/ From: ceo@victim.test",
        "From: a@sender.test/From ceo@victim.test Mon Nov 30 05:24:22 2026",
      })
  void aWellFormedFromCountsByItsAddressAlone(String text) {
    assertEquals(
        new AuthorDomain.One(DomainName.of("sender.test")), AuthorDomain.of(header(text)), text);
  }

  /// What is shown may be another name than the one that was read.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: ceo@victim.test\\xc3",
        "From: \"CEO\" <ceo@victim.test\\xe9>",
        "From: <ceo@victim.test\\xaa>",
        "From: ceo@victim\\xff.test",
        "From: ceo@victim\\xc0\\xaetest",
        "From: <ceo@victim\\xe2\\x80\\xa4test>",
        "From: <ceo@victim\\xef\\xb9\\x92test>",
        "From: a@attack.test/From: ceo@victim.test\\xc3",
      })
  void aNameThatReadersMayFinishOtherwiseIsNotTheWholeTruth(String text) {
    var author = assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(header(text)));
    assertTrue(!author.whole(), author::toString);
  }

  @Test
  void aNameThatIsTooLongIsNotTheWholeTruth() {
    String name = "a.".repeat(130) + "victim.test";
    for (String text :
        List.of("From: \"CEO\" <ceo@" + name + ">", "From: <a@pass.test>, <ceo@" + name + ">")) {
      var author = assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(header(text)));
      assertTrue(!author.whole(), author::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "From: <ceo@victim.test, true",
    "From: a@attack.test/From: ceo@victim.test, true",
    "From: a@attack.test/From: CEO, false",
    "From: CEO/From: a@attack.test, false",
    "Sender: ceo@victim.test, false",
  })
  void whatIsNotTheWholeTruthSaysSo(String text, boolean whole) {
    var author = assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(header(text)));
    assertEquals(whole, author.whole());
  }

  @Test
  void moreDomainsThanAreToldApartAreToldToBeTooMany() {
    String list =
        IntStream.range(0, 11).mapToObj(i -> "a@d" + i + ".test").collect(Collectors.joining(","));
    for (String text : List.of("From: " + list, "From: a@x.test/From: " + list, "From: <" + list)) {
      var author = assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(header(text)));
      assertEquals(AuthorDomain.MAX_DOMAINS, author.domains().size());
      assertTrue(author.tooMany());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "\"",
        "<",
        "@",
        "=?",
        "=?u?q?",
        "@(",
        "a@b ",
        "\\",
        "=?utf-8?q?a=40b?= ",
        "[",
        "@\""
      })
  void longNonsenseEndsSoon(String piece) {
    int times = 200_000 / piece.length();
    AuthorDomain author = AuthorDomain.of(header("From: " + piece.repeat(times)));
    assertInstanceOf(AuthorDomain.Unclear.class, author);
    assertTrue(author.domains().size() <= AuthorDomain.MAX_DOMAINS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"From/ :/", "From:/", "From: a@b./x/", "x/", "From/"})
  void manyLinesWithoutAColonEndSoon(String lines) {
    String many = "From: ceo@victim.test/" + lines.repeat(200_000 / lines.length());
    AuthorDomain author = AuthorDomain.of(header(many));
    assertInstanceOf(AuthorDomain.Unclear.class, author);
    assertTrue(author.domains().contains(VICTIM), author::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authentication-Results",
        "authentication-results ",
        "Authentication-Results\\x00",
        "Authentication-Results\\x0b",
        "Authentication-Results\\xc2\\xa0",
        "\\xef\\xbb\\xbfAuthentication-Results",
        " Authentication-Results",
        "Authentication-Results/ ",
        "Authent\\xc4\\xb1cat\\xc4\\xb0on-Result\\xc5\\xbf",
      })
  void theSameNotionGuardsOurOwnResults(String name) {
    HeaderField field = header(name + ": mx.example.org; dmarc=pass").fields().getFirst();
    assertTrue(field.resembles("Authentication-Results"));
    assertTrue(AuthenticationResults.claims(field, "mx.example.org"));
  }
}
