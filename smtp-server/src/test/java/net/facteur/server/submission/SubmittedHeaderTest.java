package net.facteur.server.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of the header that a mail program wrote, and who may send it.
class SubmittedHeaderTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Set<String> OWN =
      Set.of("alice@example.org", "sales@example.org", "\"al..ice\"@example.org");

  private static Preparation.Outcome prepare(String header) {
    return new Preparation("mail.example.org", new SplittableRandom(5))
        .prepare(
            MessageHeader.parse(
                (header.replace(" / ", "\r\n") + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1)),
            Optional.of(new MailAddress("alice", "example.org")),
            NOW);
  }

  /// One `char` for each octet of UTF-8.
  private static String octets(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static Preparation.Prepared prepared(String header) {
    return assertInstanceOf(Preparation.Prepared.class, prepare(header));
  }

  private static Authorship.Decision decision(String header) {
    return new Authorship(
            address -> OWN.contains(address.text()),
            Set.of(
                DomainName.of("example.org"),
                DomainName.of("shop.example.com"),
                DomainName.of("strasse.example"),
                DomainName.of("b\u00fccher.example")))
        .of(prepared(header));
  }

  private static String fields(Preparation.Prepared prepared, String name) {
    return prepared.header().all(name).stream()
        .map(HeaderField::unfolded)
        .collect(Collectors.joining(" / "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From : alice@example.org / Subject\t: hello",
        "Subject  : hello / from \t : alice@example.org",
      })
  void noWhiteSpaceStaysBeforeAColon(String header) {
    Preparation.Prepared prepared = prepared(header);
    assertEquals("alice@example.org", fields(prepared, "From"));
    assertEquals("hello", fields(prepared, "Subject"));
    String section = new String(prepared.header().section(), StandardCharsets.ISO_8859_1);
    assertFalse(section.matches("(?s).*[ \t]:.*"), section);
  }

  @Test
  void whatIsSignedKeepsItsWhiteSpace() {
    Preparation.Prepared prepared = prepared("DKIM-Signature: v=1 / From : alice@example.org");
    String section = new String(prepared.header().section(), StandardCharsets.ISO_8859_1);
    assertTrue(section.contains("From : alice@example.org\r\n"), section);
  }

  @Test
  void addressesThatNameNobodyAreLeftOut() {
    Preparation.Prepared prepared = prepared("From: <> / To: <> / Cc: bob@example.org");
    assertEquals("<alice@example.org>", fields(prepared, "From"));
    assertEquals("", fields(prepared, "To"));
    assertEquals("bob@example.org", fields(prepared, "Cc"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          From: Alice @ Home <alice@example.org>          | "Alice @ Home" <alice@example.org>
          From: ceo@victim.test <alice@example.org>       | "ceo@victim.test" <alice@example.org>
          From: Smith, Alice <alice@example.org>          | "Smith, Alice" <alice@example.org>
          From: Dr. A. Smith <alice@example.org>          | "Dr. A. Smith" <alice@example.org>
          From: [Support] Alice <alice@example.org>       | "[Support] Alice" <alice@example.org>
          From: Re: Alice <alice@example.org>             | "Re: Alice" <alice@example.org>
          From: Alice "Al" Smith; <alice@example.org>     | "Alice Al Smith;" <alice@example.org>
          From: Alice (at home) <alice@example.org>       | Alice (at home) <alice@example.org>
          From: Alice \\ Bob <alice@example.org>          | "Alice  Bob" <alice@example.org>
          From: =?utf-8?q?J=C3=B6rg?= [Sales] <alice@example.org> | =?utf-8?q?J=C3=B6rg?= "[Sales]" <alice@example.org>
          From: =?utf-8?q?Smith,_A.?= <alice@example.org> | =?utf-8?q?Smith=2C_A=2E?= <alice@example.org>
          From: Alice Smith <alice@example.org>           | Alice Smith <alice@example.org>
          From: "Smith, Alice" <alice@example.org>        | "Smith, Alice" <alice@example.org>
          From: alice@example.org (Alice)                 | alice@example.org (Alice)
          From: al..ice@example.org                       | "al..ice"@example.org
          From: Alice <al..ice@example.org>               | Alice <"al..ice"@example.org>
          From: alice                                     | alice@example.org
          From: Alice <alice>                             | Alice <alice@example.org>
          From: alice (Cron Daemon)                       | alice@example.org (Cron Daemon)
          From: Alice Smith <alice@example.org>, Sales. <sales@example.org> | Alice Smith <alice@example.org>, "Sales." <sales@example.org>
          Subject: no author                              | <alice@example.org>
          From:                                           | <alice@example.org>
          From :  alice@example.org                       | alice@example.org
          """)
  void theFromFieldIsMendedAndItsAddressIsTheUsers(String sent, String expected) {
    Preparation.Prepared prepared = prepared(sent);
    assertEquals(expected, fields(prepared, "From").strip());
    assertTrue(StrictAddresses.wellFormed(fields(prepared, "From")));
    assertEquals(new Authorship.Sign(DomainName.of("example.org")), decision(sent));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          To: Doe, Jane <jane@a.test>, x..y@b.test, z.@c.test | "Doe, Jane" <jane@a.test>, "x..y"@b.test, "z."@c.test
          To: bob, jane@a.test                            | bob@example.org, jane@a.test
          To: <jane@a.test> (Jane), Team. <t@a.test>      | <jane@a.test> (Jane), "Team." <t@a.test>
          To: Team: jane@a.test, bob@b.test;              | Team: jane@a.test, bob@b.test;
          To: undisclosed-recipients:;                    | undisclosed-recipients:;
          To: jane@a.test; bob@b.test                     | jane@a.test, bob@b.test
          To: all the people                              | all the people
          To:                                             | ``
          """)
  void otherAddressFieldsAreMendedWhereTheyCanBe(String sent, String expected) {
    assertEquals(expected, fields(prepared("From: alice@example.org / " + sent), "To"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "From: <ceo@victim.test",
        "From: alice@example.org>",
        "From: \"alice@example.org",
        "From: <<alice@example.org>>",
        "From: <alice@[victim.test]>",
        "From: <alice@example..org>",
        "From: alice@example.org ceo@victim.test",
        "From: <alice@example.org> ceo@victim.test",
        "From: a group: alice@example.org",
        "From: alice@example.org / From: alice@example.org",
        "From: =?utf-8?q?alice=40example.org?=",
        "From: alice@example.org\u0001",
        "From: undisclosed-recipients:;",
        "From: alice@example.org / Sender: <nobody",
        "From: alice@example.org / Sender: (bob@example.org)",
        "From: alice@example.org / Sender: ,",
        "From: alice@example.org / Sender: Board:;",
        "From: alice@example.org / Resent-From: (bob@example.org)",
        "From: alice@example.org / Resent-From: alice@example.org / Resent-Sender: =?utf-8?q?bob?=",
      })
  void whatCouldMeanTwoThingsIsRefusedOrNobodysName(String sent) {
    if (prepare(sent) instanceof Preparation.Prepared) {
      assertInstanceOf(Authorship.Refuse.class, decision(sent));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          From: alice@example.org                                           | sign example.org
          From: sales@example.org, alice@example.org                        | sign example.org
          From: bob@example.org                                             | refuse bob@example.org
          From: ceo@victim.test                                             | refuse ceo@victim.test
          From: alice@example.org, ceo@victim.test                          | refuse ceo@victim.test
          From: ceo@victim.test, Alice <alice@example.org>                  | refuse ceo@victim.test
          From: "sales@example.org"@victim.test                             | refuse "sales@example.org"@victim.test
          From: alice@example.org / Sender: bob@example.org                 | refuse bob@example.org
          From: alice@example.org / Sender: Bob. <bob@shop.example.com>     | refuse bob@shop.example.com
          From: alice@example.org / Sender: x@sub.example.org               | refuse x@sub.example.org
          From: alice@example.org / Sender: bob@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example.org | refuse bob@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example.org
          From: carol@a.test / Sender: bob@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example.org / Resent-From: alice@example.org | refuse bob@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.example.org
          From: alice@example.org / Sender: bob@example.orgÃ                | refuse bob@example.orgÃ
          From: carol@a.test / Sender: bob@éxample.org.fr / Resent-From: alice@example.org | sign example.org
          From: bob@example.orgÃ / Resent-From: alice@example.org           | verify [example.xn--org-ola]
          From: alice@example.org / Sender: sales@example.org               | sign example.org
          From: alice@example.org / Sender: list@lists.test                 | sign example.org
          From: alice@example.org / Resent-From: bob@example.org            | refuse bob@example.org
          From: alice@example.org / Resent-From: alice@example.org          | sign example.org
          From: alice@example.org / Resent-From: carol@a.test               | sign example.org
          From: carol@a.test / Resent-From: alice@example.org               | sign example.org
          From: carol@a.test / Sender: dan@a.test / Resent-From: alice@example.org | sign example.org
          From: carol@a.test / Resent-From: bob@example.org                 | refuse bob@example.org
          From: carol@a.test / Resent-From: carol@a.test                    | refuse carol@a.test
          From: carol@a.test / Resent-From: alice@example.org, dan@a.test   | refuse dan@a.test
          From: carol@a.test / Resent-From: alice@example.org / Resent-Sender: bob@example.org | refuse bob@example.org
          From: bob@example.org / Resent-From: alice@example.org            | verify [example.org]
          From: bob@sub.example.org / Resent-From: alice@example.org        | verify [sub.example.org]
          From: bob@example.org via C. <carol@a.test> / Resent-From: alice@example.org | verify [example.org]
          From: <carol@a.test / Resent-From: alice@example.org              | sign example.org
          From: bob@example.com / Resent-From: alice@example.org            | verify [example.com]
          From: carol@a.test / Sender: bob@example.org / Resent-From: alice@example.org | verify [example.org]
          From: bob@example.org, x@shop.example.com / Resent-From: alice@example.org | verify [example.org, shop.example.com]
          """)
  void nobodySendsInTheNameOfAnotherUser(String sent, String expected) {
    String decided =
        switch (decision(sent)) {
          case Authorship.Sign(DomainName domain) -> "sign " + domain;
          case Authorship.Refuse(String _, MailAddress address) -> "refuse " + address;
          case Authorship.Verify(DomainName domain, Set<DomainName> claimed, MailAddress _) -> {
            assertEquals("example.org", domain.text());
            yield "verify " + claimed;
          }
        };
    assertEquals(expected, decided);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // dots
        "example\u2024org",
        "example\ufe52org",
        "example\u3002org",
        "example\uff0eorg",
        "example\uff61org",
        "mail\u2024example\u2024org",
        "example.org\u2024",
        "example.org\u2025",
        "example.org\u2024test",
        // letters
        "\uff45\uff58\uff41mple.org",
        "\uff25XAMPLE.org",
        "example.\u24de\u24e1\u24d6",
        "\ud835\udc1example.org",
        "ex\u1d43mple.org",
        "\u2139xample.org\uff0eexample.org",
        // what shows nothing
        "exam\u00adple.org",
        "exam\u200bple.org",
        "exam\u200dple.org",
        "exam\u2060ple.org",
        "exam\ufe0fple.org",
        "\u200bexample.org",
        "example.org\ufeff",
        // several things, and others around it
        "exam\u00adple.org\u00e9",
        "\uff45xample.org\u00e9",
        "mail.exam\u00adple.org",
        // names of ours beyond ASCII, and one that IDNA2003 made of another
        "stra\u00dfe.example",
        "STRA\u1e9eE.example",
        "b\u00fccher.example",
        "bu\u0308cher.example",
        "b\u00fccher\u2024example",
        "b\u00fc\u00adcher.example.\u00e9",
        "xn--bcher-kva\uff0eexample",
        // no names at all
        "[example.org]",
        "[IPv6:example.org]",
        "example.org\u0000",
        // names that readers end before a sign, or decode
        "example.org!",
        "example.org'",
        "example.org%x",
        "=?utf-8?q?example.org?=",
        "=?utf-8?q?bob=40example.org?=",
        "example.org=?utf-8?q??=",
        "exam ple.org",
      })
  void aNameOfOursInLookAlikesIsOurs(String domain) {
    String bob = octets("bob@" + domain);
    for (String fields :
        List.of(
            "From: " + bob,
            "From: alice@example.org, " + bob,
            "From: alice@example.org / Sender: " + bob,
            "From: alice@example.org / Sender: Bob <" + bob + ">",
            "From: alice@example.org / Resent-From: " + bob,
            "From: alice@example.org / Resent-From: alice@example.org / Resent-Sender: " + bob,
            "From: carol@a.test / Resent-From: " + bob,
            "From: carol@a.test / Resent-From: alice@example.org / Resent-Sender: " + bob)) {
      if (prepare(fields) instanceof Preparation.Prepared) {
        assertInstanceOf(Authorship.Refuse.class, decision(fields), fields);
      }
    }
    for (String fields :
        List.of(
            "From: " + bob + " / Resent-From: alice@example.org",
            "From: <" + bob + " / Resent-From: alice@example.org",
            "From: carol@a.test@a.test, " + bob + " / Resent-From: alice@example.org",
            "From: =?utf-8?q?bob=40example.org?= / Resent-From: alice@example.org",
            "From: carol@a.test / Sender: " + bob + " / Resent-From: alice@example.org")) {
      if (prepare(fields) instanceof Preparation.Prepared) {
        assertFalse(decision(fields) instanceof Authorship.Sign, fields);
      }
    }
  }

  /// Octets that are no UTF-8: some readers leave them out, others take them for Latin-1.
  @ParameterizedTest
  @ValueSource(
      strings = {"example\u00ad\u00c3.org", "ex\u00ffample.org", "exam\u00adple.org\u00c3"})
  void aNameOfOursWithStrayOctetsIsOurs(String domain) {
    for (String field : List.of("Sender", "Resent-From", "Resent-Sender")) {
      String fields = "From: alice@example.org / " + field + ": bob@" + domain;
      assertInstanceOf(Authorship.Refuse.class, decision(fields), fields);
    }
  }

  /// Other scripts that look alike make other names, with owners of their own (UTS 39).
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ex\u0430mple.org",
        "\u00e9xample.org",
        "example.\u00f6rg",
        "a\u00f1o.test",
        "\u043f\u0440\u0438\u043c\u0435\u0440.test",
        "fa\u00df.de",
        "[192.0.2.1]",
        "[IPv6:2001:db8::1]",
      })
  void aNameOfOthersIsTheirs(String domain) {
    String bob = octets("bob@" + domain);
    assertEquals(
        new Authorship.Sign(DomainName.of("example.org")),
        decision("From: alice@example.org / Sender: " + bob));
    assertInstanceOf(Authorship.Refuse.class, decision("From: " + bob));
  }

  @Test
  void whatIsSentOnKeepsItsFields() {
    String header =
        "Resent-From: Alice. <alice@example.org> / Resent-To: dan@d.test / "
            + "From: Carol, C. <carol@a.test> / To: x..y@b.test / Bcc: s@b.test";
    Preparation.Prepared prepared = prepared(header);
    assertEquals("Carol, C. <carol@a.test>", fields(prepared, "From"));
    assertEquals("x..y@b.test", fields(prepared, "To"));
    assertEquals("\"Alice.\" <alice@example.org>", fields(prepared, "Resent-From"));
    assertEquals("", fields(prepared, "Date") + fields(prepared, "Message-ID"));
    assertEquals("Mon, 30 Nov 2026 12:00:00 +0000", fields(prepared, "Resent-Date"));
    assertTrue(fields(prepared, "Resent-Message-ID").endsWith("@mail.example.org>"));
    assertEquals("Resent-Date", prepared.header().fields().getFirst().name());
    assertEquals("", fields(prepared, "Bcc"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Authentication-Results: mail.example.org; dmarc=pass      | ''
          Authentication-Results: MAIL.example.org 1; spf=pass      | ''
          Authentication-Results : mail.example.org; spf=pass       | ''
          Authentication-Results: mail.example.org                  | ''
          Authentication-Results: mx.other.test; spf=pass           | mx.other.test; spf=pass
          """)
  void nobodyBringsAVerdictInOurName(String sent, String expected) {
    Preparation.Prepared prepared = prepared("From: alice@example.org / " + sent);
    assertEquals(expected, fields(prepared, "Authentication-Results"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Received-SPF: pass (mail.example.org: ok) receiver=mail.example.org; | ''
          Received-SPF: pass receiver="MAIL.example.org"; client-ip=192.0.2.1; | ''
          Received-SPF: pass                                                   | ''
          Received-SPF : pass receiver=mail.example.org;                       | ''
          Received-SPF: fail receiver=mx.other.test;                           | fail receiver=mx.other.test;
          """)
  void nobodyBringsAnSpfResultInOurName(String sent, String expected) {
    Preparation.Prepared prepared = prepared("From: alice@example.org / " + sent);
    assertEquals(expected, fields(prepared, "Received-SPF"));
  }

  // ---- lines

  @Test
  void longLinesAreFoldedAtWhiteSpaceAndSayTheSame() {
    String ids = "<abcdefghijklmnopqrstuvwxyz@example.org> ".repeat(40).strip();
    String text = "words and  more\twords ".repeat(90).strip();
    String many = "aaaaaaaaaaaaaaaaaaaa@example.net,".repeat(60) + "b@example.net";
    String words = "<abcdefghijklmnopqrstuvwxyz@example.org>".repeat(40);
    Preparation.Prepared prepared =
        prepared(
            "From: alice@example.org / References: "
                + ids
                + " / Subject: "
                + text
                + " / In-Reply-To: "
                + words
                + " / To: "
                + many);
    for (HeaderField field : prepared.header().fields()) {
      for (String line : new String(field.raw(), StandardCharsets.ISO_8859_1).split("\r\n", 0)) {
        assertTrue(line.length() <= 78, line);
        assertTrue(!line.isBlank(), field::toString);
      }
    }
    assertEquals(ids, fields(prepared, "References"));
    assertEquals(text, fields(prepared, "Subject"));
    assertEquals(words, fields(prepared, "In-Reply-To").replace(" ", ""));
    assertEquals(many, fields(prepared, "To").replace(" ", ""));
  }

  @Test
  void aLineOf998OctetsStaysAndALongerOneWithoutWhiteSpaceIsRefused() {
    String fits = "Subject: " + "x".repeat(998 - 9);
    assertEquals(
        fits, "Subject: " + fields(prepared("From: alice@example.org / " + fits), "Subject"));
    assertEquals(
        1,
        prepared("From: alice@example.org / " + fits)
            .header()
            .all("Subject")
            .getFirst()
            .value()
            .split("\r\n", -1)
            .length);
    Preparation.Outcome longer = prepare("From: alice@example.org / Subject: " + "x".repeat(998));
    assertInstanceOf(Preparation.Refused.class, longer);
    Preparation.Outcome signed =
        prepare("DKIM-Signature: v=1 / From: alice@example.org / Subject: " + "word ".repeat(300));
    assertInstanceOf(Preparation.Refused.class, signed);
  }
}
