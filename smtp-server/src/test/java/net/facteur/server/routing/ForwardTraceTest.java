package net.facteur.server.routing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.Test;

/// Addresses that pass mail on, and know it when it comes back.
class ForwardTraceTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final SrsSecret SECRET = new SrsSecret("a secret".getBytes(UTF_8));
  private static final MailAddress F = new MailAddress("f", "a.test");
  private static final ReversePath CAROL = new ReversePath.Of(new MailAddress("carol", "c.test"));

  private static ForwardTrace trace(Instant now, SrsSecret... secrets) {
    return new ForwardTrace(List.of(secrets), InstantSource.fixed(now));
  }

  private static MessageHeader header(String... fields) {
    return MessageHeader.parse((String.join("", fields) + "\r\n").getBytes(ISO_8859_1));
  }

  private static String fields(Instant taken, MailAddress... forwarders) {
    return new String(trace(NOW, SECRET).fields(List.of(forwarders), taken), ISO_8859_1);
  }

  private static boolean seen(ForwardTrace trace, String fields, MailAddress address) {
    return trace.seen(header("Received: x\r\n", fields, "Subject: t\r\n")).includes(address);
  }

  @Test
  void anAddressKnowsItsOwnTraceHoweverItIsWritten() {
    String field = fields(NOW, F);
    assertTrue(field.startsWith("X-Forwarded-Trace: 20261130; "), field);
    assertTrue(seen(trace(NOW, SECRET), field, F));
    assertTrue(seen(trace(NOW, SECRET), field, new MailAddress("F", "A.Test")));
    assertTrue(seen(trace(NOW, SECRET), field.replace(";\r\n ", "; "), F));
    assertFalse(seen(trace(NOW, SECRET), field, new MailAddress("g", "a.test")));
    String two = fields(NOW, F, new MailAddress("g", "a.test"));
    assertTrue(seen(trace(NOW, SECRET), two, new MailAddress("g", "a.test")));
    var odd = new MailAddress("\u00e9 ; x", "b\u00fccher.test");
    String escaped = fields(NOW, odd);
    assertTrue(escaped.chars().allMatch(c -> c < 0x7f), escaped);
    assertTrue(seen(trace(NOW, SECRET), escaped, odd));
  }

  @Test
  void nobodyElseCanMakeOne() {
    String field = fields(NOW, F);
    var g = new MailAddress("g", "a.test");
    List<String> forged =
        List.of(
            field.replace("rfc822;f@", "rfc822;g@"),
            field.replace("20261130", "20261129"),
            "X-Forwarded-Trace: 20261130; AAAA; rfc822;g@a.test\r\n",
            "X-Forwarded-Trace: 20261130; ; rfc822;g@a.test\r\n",
            "X-Forwarded-Trace: rfc822;g@a.test\r\n",
            "X-Forwarded-Trace:\r\n",
            "Delivered-To: g@a.test\r\n",
            "X-Loop: g@a.test\r\n");
    for (String one : forged) {
      assertFalse(seen(trace(NOW, SECRET), one, g), one);
    }
    assertFalse(seen(trace(NOW, SECRET), forged.get(1), F));
    assertFalse(seen(trace(NOW, new SrsSecret("other".getBytes(UTF_8))), field, F));
  }

  @Test
  void anOldSecretIsBelievedAndAnOldDayIsNot() {
    String field = fields(NOW, F);
    var fresh = new SrsSecret("fresh".getBytes(UTF_8));
    assertTrue(seen(trace(NOW, fresh, SECRET), field, F));
    assertTrue(seen(trace(NOW.plus(Duration.ofDays(14)), SECRET), field, F));
    assertFalse(seen(trace(NOW.plus(Duration.ofDays(15)), SECRET), field, F));
    assertFalse(seen(trace(NOW.minus(Duration.ofDays(3)), SECRET), field, F));
  }

  private static Router router() {
    var settings =
        new RoutingSettings(
            List.of(DomainName.of("a.test")),
            java.util.Set.of(),
            "+",
            Map.of(
                "team", List.of("f", "alice", "far@other.test"), "part", List.of("alice", "gone")),
            Map.of(
                "f", new RoutingSettings.Forwarding(List.of("b@other.test", "c@third.test"), true)),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty());
    return new Router(
        settings,
        (local, _) -> List.of("f", "alice").contains(local),
        ReversePathRewriter.identity(),
        Optional.of(trace(NOW, SECRET)));
  }

  private static ForwardPath path(String local) {
    return new ForwardPath(new MailAddress(local, "a.test"), Optional.empty(), Optional.empty());
  }

  private static List<String> ways(List<Envelope> envelopes) {
    var ways = new ArrayList<String>();
    for (Envelope envelope : envelopes) {
      for (Recipient r : envelope.recipients()) {
        ways.add(r.address() + " " + r.destination() + " " + r.forwarders());
      }
    }
    return ways;
  }

  @Test
  void whoPassedAMessageOnIsKeptWithEachWhoGetsIt() {
    assertEquals(
        List.of(
            "f@a.test maildir:f@a.test []",
            "b@other.test mx:other.test [f@a.test]",
            "c@third.test mx:third.test [f@a.test]"),
        ways(router().envelopes(CAROL, List.of(path("f")))));
    assertEquals(
        List.of(
            "alice@a.test maildir:alice@a.test [team@a.test]",
            "far@other.test mx:other.test [team@a.test]",
            "f@a.test maildir:f@a.test [team@a.test]",
            "b@other.test mx:other.test [team@a.test, f@a.test]",
            "c@third.test mx:third.test [team@a.test, f@a.test]"),
        ways(router().envelopes(CAROL, List.of(path("team")))));
  }

  @Test
  void aMessageThatComesBackStopsThereAndGoesOnElsewhere() {
    Router router = router();
    ForwardTrace.Seen seen = router.passedOn(header(fields(NOW, F)));
    assertEquals(
        List.of("f@a.test nowhere:loop []"),
        ways(router.envelopes(CAROL, List.of(path("f")), seen)));
    assertTrue(router.circles(List.of(path("f")), seen));
    assertEquals(
        List.of(
            "f@a.test nowhere:loop [team@a.test]",
            "alice@a.test maildir:alice@a.test [team@a.test]",
            "far@other.test mx:other.test [team@a.test]"),
        ways(router.envelopes(CAROL, List.of(path("team")), seen)));
    assertFalse(router.circles(List.of(path("team")), seen));
    assertFalse(router.circles(List.of(path("f"), path("alice")), seen));
    // A mailbox takes what has been here before: only passing on makes a circle.
    ForwardTrace.Seen alice =
        router.passedOn(header(fields(NOW, new MailAddress("alice", "a.test"))));
    assertEquals(
        List.of("alice@a.test maildir:alice@a.test []"),
        ways(router.envelopes(CAROL, List.of(path("alice")), alice)));
    ForwardTrace.Seen resent = router.passedOn(header("Delivered-To: f@a.test\r\n"));
    assertEquals(3, ways(router.envelopes(CAROL, List.of(path("f")), resent)).size());
  }

  @Test
  void aPartOfAnAliasThatDoesNotExistIsNotForgotten() {
    Router router = router();
    assertEquals(
        List.of(
            "alice@a.test maildir:alice@a.test [part@a.test]",
            "gone@a.test nowhere:unknown [part@a.test]"),
        ways(router.envelopes(CAROL, List.of(path("part")))));
    assertEquals(
        Optional.of("rfc822;part@a.test"),
        router
            .envelopes(CAROL, List.of(path("part")))
            .getFirst()
            .recipients()
            .get(1)
            .originalRecipient());
    // Taken at RCPT, gone since.
    assertEquals(
        List.of("alice@a.test maildir:alice@a.test []", "gone@a.test nowhere:unknown []"),
        ways(router.envelopes(CAROL, List.of(path("gone"), path("alice")))));
    assertEquals(List.of(), ways(router.envelopes(CAROL, List.of(path("gone")))));
  }
}
