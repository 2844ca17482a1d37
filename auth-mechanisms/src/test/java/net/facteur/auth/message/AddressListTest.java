package net.facteur.auth.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.facteur.auth.syntax.Parsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "alice@example.org|alice@example.org",
        " <alice@example.org> |alice@example.org",
        "Alice <alice@example.org>|alice@example.org",
        "\"Alice, the @ one\" <alice@example.org>|alice@example.org",
        "A. B. Example <a.b@example.org>|a.b@example.org",
        "a@example.org, B <b@example.net>|a@example.org b@example.net",
        "Team: a@example.org, b@example.net;|a@example.org b@example.net",
        "Nobody:;|",
        "(a comment (nested)) a@example.org (b)|a@example.org",
        "\"a b\"@example.org|a b@example.org",
        "a . b @ example . org|a.b@example.org",
        "<@one.example,@two.example:a@example.org>|a@example.org",
        "a@[192.0.2.1]|a@[192.0.2.1]",
        ",a@example.org,,b@example.org,|a@example.org b@example.org",
        "=?utf-8?q?J=C3=B6rg?= <joerg@example.org>|joerg@example.org",
        "attacker@evil.example <alice@example.org>|!",
        "a@example.org b@example.org|!",
        "<a@example.org|!",
        "alice|!",
        "\"open|!",
        "(open|!",
        "a@|!",
        "@example.org|!",
        "Team: a@example.org|!",
        "<a b@example.org>|!",
      })
  void readsWhatTheGrammarAllows(String value, String expected) {
    String found =
        switch (AddressList.parse(value)) {
          case Parsed.Ok<AddressList>(AddressList list) ->
              list.mailboxes().stream()
                  .map(m -> m.localPart() + "@" + m.domain())
                  .collect(Collectors.joining(" "));
          case Parsed.Malformed<AddressList> _ -> "!";
        };
    assertEquals(expected == null ? "" : expected, found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a@example.org b@example.org|14|a comma",
        "attacker@evil.example <alice@example.org>|22|a comma",
        "<a@example.org|14|>",
        "<a@example.org b>|15|>",
        "<a b@example.org>|3|@ and a domain",
        "<@one.example a@example.org>|27|: at the end of the route",
        "<@one.example|13|: at the end of the route",
        "<@one<:a@example.org>|5|: at the end of the route",
        "<\"open|6|\" at the end of the quoted string",
        "alice|5|an address",
        "\"open|5|\" at the end of the quoted string",
        "\"a\\|3|\" at the end of the quoted string",
        "(open|5|) at the end of the comment",
        "(a\\|3|) at the end of the comment",
        "a(open|6|) at the end of the comment",
        "a@|2|a domain",
        "a@(open|7|) at the end of the comment",
        "a@example(open|14|) at the end of the comment",
        "a@example.(open|15|) at the end of the comment",
        "a@example..org|10|a domain",
        "a@[192.0.2.1|2|] at the end of the domain literal",
        "@example.org|0|an address",
        ";a@example.org|0|an address",
        "Team: a@example.org|19|; at the end of the group",
        "Team: (open|11|) at the end of the comment",
        "Team:;(open|11|) at the end of the comment",
        "Team: a@example.org;b@example.org|20|a comma",
        "Team: a@example.org b|20|, or ;",
        "Team: a: b@example.org;|7|an address",
        "<(open|6|) at the end of the comment",
        "<a(open|7|) at the end of the comment",
        "<@a,@b:(open|12|) at the end of the comment",
        "<a@example.org(open|19|) at the end of the comment",
        "a@example.org(open|18|) at the end of the comment",
        "<>|1|an address",
        "<@a:>|4|an address",
        "a b|3|an address",
        "a[b@example.org|1|an address",
        "<a.@example.org>|3|an address",
      })
  void aListThatDoesNotFollowTheGrammarIsToldWhereAndWhy(
      String value, int offset, String expected) {
    assertEquals(Parsed.malformed(offset, expected), AddressList.parse(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"azAZ09!#$%&'*+-/=?^_`{|}~@x", "\"\\\"a\r\n b\"@x", "(a\\)b)\"\\\"a b\"@x"})
  void aWordMayHoldWhatTheGrammarAllows(String value) {
    String meant = value.startsWith("a") ? value.substring(0, value.length() - 2) : "\"a b";
    assertEquals(
        Parsed.ok(new AddressList(List.of(new AddressList.Mailbox(meant, "x")))),
        AddressList.parse(value));
  }

  @Test
  void readsUtf8() {
    String octets =
        new String(
            "jörg@exämple.org".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(
        Parsed.ok(new AddressList(List.of(new AddressList.Mailbox("jörg", "exämple.org")))),
        AddressList.parse(octets));
  }

  @ParameterizedTest
  @ValueSource(ints = {33, 10_000, 1_000_000})
  void boundsNestedComments(int depth) {
    assertInstanceOf(
        Parsed.Malformed.class, AddressList.parse("(".repeat(depth) + "a@example.org"));
  }

  @Test
  void boundsTheNumberOfAddresses() {
    assertInstanceOf(Parsed.Ok.class, AddressList.parse("a@example.org,".repeat(1_000)));
    assertEquals(
        Parsed.malformed(1_000 * 14 + 13, "at most 1000 addresses"),
        AddressList.parse("a@example.org,".repeat(1_001)));
  }

  @Test
  void anythingEndsInAResultWithAnOffsetInsideTheInput() {
    var random = new SplittableRandom(20261122);
    String alphabet = "ab@<>()\"\\,;:. []\r\n\t=é\0";
    for (int i = 0; i < 200_000; i++) {
      int length = random.nextInt(24);
      var text = new StringBuilder();
      for (int j = 0; j < length; j++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (AddressList.parse(text.toString())
          instanceof Parsed.Malformed<AddressList>(int offset, String expected)) {
        assertEquals(true, offset >= 0 && offset <= length, () -> text + " at " + offset);
        assertEquals(false, expected.isEmpty());
      }
    }
  }
}
