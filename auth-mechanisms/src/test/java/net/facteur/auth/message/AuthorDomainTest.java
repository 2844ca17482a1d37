package net.facteur.auth.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorDomainTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "alice@example.org",
        " alice@EXAMPLE.org.",
        "Alice <alice@example.org>",
        "\"Alice, the @ one\" <alice@example.org>",
        "A. B. C <alice@example.org>",
        "<alice@example.org>",
        "alice@example.org (Alice)",
        "(c) alice (c) @ (c (d)) example (c) . (c) org (c)",
        "\"a@example.com\"@example.org",
        "\"a\\\"@example.com\"@example.org",
        "=?utf-8?q?Alice_=40_example=2Ecom?= <alice@example.org>",
        "<@relay.example,@b.example:alice@example.org>",
        "Friends: alice@example.org, bob@example.org;",
        "alice@example.org, Bob <bob@example.org>",
        "Smith, Alice <alice@example.org>",
        "alice@example.com <alice@example.org>",
        "Alice <alice@example.org>, "
      })
  void oneDomainIsFound(String value) {
    assertEquals(
        new AuthorDomain.One(DomainName.of("example.org")), AuthorDomain.ofValue(value), value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a@example.org, b@example.com",
        "<a@example.org> <b@example.com>",
        "<a@example.org> b@example.com",
        "Group: a@example.org; b@example.com",
        "Group: <a@example.org>, x <b@example.com>;",
        "=?utf-8?q?f=40example.com?=\\@example.org",
        "=?utf-8?q?f=40example.com?=@example.org"
      })
  void severalDomainsAreTold(String value) {
    var several = assertInstanceOf(AuthorDomain.Several.class, AuthorDomain.ofValue(value), value);
    assertEquals(
        Set.of(DomainName.of("example.org"), DomainName.of("example.com")),
        Set.copyOf(several.domains()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Alice",
        "\"Test User\"",
        "alice@",
        "@example.org",
        "<>",
        "Undisclosed:;",
        "alice@[192.0.2.1]",
        "alice@example..org",
        "alice@\"example.org\"",
        "alice@example.org example.com",
        "alice@bob@example.org",
        "\"alice@example.org",
        "alice@example.org (",
        "<alice@example.org",
        "<alice@example.org;>",
        "<alice:bob@example.org",
        "<:alice@example.org>",
        "alice@exam\u0000ple.org",
        "alice@example.org\nb@example.com",
        "alice@\u00ff\u00fe.org"
      })
  void anythingElseIsUnclear(String value) {
    assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.ofValue(value), value);
  }

  @Test
  void aDomainInUtf8IsComparedAsALabels() {
    String value =
        new String(
            "a@Bücher.example".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(
        new AuthorDomain.One(DomainName.of("xn--bcher-kva.example")), AuthorDomain.ofValue(value));
  }

  @Test
  void aMissingOrRepeatedFromFieldIsUnclear() {
    HeaderField from = HeaderField.of("FROM", " a@example.org");
    assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.of(new MessageHeader(List.of())));
    assertInstanceOf(
        AuthorDomain.Unclear.class, AuthorDomain.of(new MessageHeader(List.of(from, from))));
    assertInstanceOf(AuthorDomain.One.class, AuthorDomain.of(new MessageHeader(List.of(from))));
  }

  @Test
  void theAuthorIsToldInWords() {
    assertEquals("example.org", AuthorDomain.ofValue("Alice <alice@example.org>").text());
    assertEquals(
        "example.org, example.net", AuthorDomain.ofValue("a@example.org, b@example.net").text());
    HeaderField from = HeaderField.of("From", " a@example.org");
    assertEquals(
        "unclear, there are 2 From fields: example.org",
        AuthorDomain.of(new MessageHeader(List.of(from, from))).text());
    assertEquals(
        "unclear, there is no From field", AuthorDomain.of(new MessageHeader(List.of())).text());
  }

  @Test
  void tenDomainsAreToldAndElevenAreTooMany() {
    assertEquals(10, AuthorDomain.ofValue(addresses(10)).domains().size());
    assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.ofValue(addresses(11)));
    assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.ofValue(addresses(2_000)));
    assertInstanceOf(AuthorDomain.Unclear.class, AuthorDomain.ofValue("(".repeat(1_000_000)));
  }

  private static String addresses(int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> "a@d" + i + ".example")
        .collect(Collectors.joining(", "));
  }

  @Test
  void noInputThrows() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("AuthorDomainTest seed " + seed);
    var random = new Random(seed);
    String alphabet = "a@.<>,;:\"\\()[] \r\n\t\u00c3\u00a4";
    for (int i = 0; i < 50_000; i++) {
      var input = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        input.append(
            i % 2 == 0
                ? (char) random.nextInt(256)
                : alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertNotNull(AuthorDomain.ofValue(input.toString()));
    }
  }
}
