package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.Recipient;
import net.facteur.server.TextContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One candidate, `mx.test` at 127.0.0.1, that follows a script.
class SmtpDeliveryTest {
  private static final Destination HOP = new Destination("mx:example.com");

  private ScriptedServer server;
  private OutboundAgent agent;

  private void start(ScriptedServer.Script script) throws IOException {
    start(script, Duration.ofSeconds(20));
  }

  @BeforeEach
  void begin() throws IOException {
    begin(_ -> {}, Duration.ofSeconds(20));
  }

  private void start(ScriptedServer.Script script, Duration limit) throws IOException {
    stop();
    begin(script, limit);
  }

  private void begin(ScriptedServer.Script script, Duration limit) throws IOException {
    server = new ScriptedServer(script);
    var zone = new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1");
    agent = Bench.agent(Bench.settings(server.port(), limit, Map.of()), zone);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    server.close();
  }

  private DeliveryOutcome deliver() {
    return Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com")));
  }

  private DeliveryOutcome deliver(MessageTraits traits, String header, String body) {
    return Bench.only(
        agent.deliver(Bench.attempt(HOP, traits, new TextContent(header, body), "x@example.com")));
  }

  @Test
  void deliversStepByStepToAHostWithoutExtensions() throws Exception {
    start(
        peer -> {
          peer.hello();
          peer.accept();
        });
    var done = assertInstanceOf(Delivered.class, deliver());
    assertEquals("250 2.0.0 taken", done.reply());
    assertEquals("2.0.0", done.status().toString());
    assertEquals("mx.test", done.remote().orElseThrow().name());
    assertTrue(done.relayed());
    assertFalse(done.remoteReports());
    assertEquals(Bench.HEADER + "hello\r\n.\r\n", server.messages.getFirst());
    assertEquals("MAIL FROM:<sender@example.org>", server.heard.get(1));
  }

  @Test
  void fallsBackToHelo() throws Exception {
    start(
        peer -> {
          peer.say("220 old");
          peer.expect("EHLO");
          peer.say("500 what?");
          peer.expect("HELO client.test");
          peer.say("250 old");
          peer.accept();
        });
    assertInstanceOf(Delivered.class, deliver());
  }

  @Test
  void sendsTheEnvelopeInOneFlightAndTheParametersOfTheExtensions() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "SIZE 1000000", "8BITMIME", "DSN");
          // Nothing is said until the whole flight is there: only a pipelining client gets on.
          peer.expect("MAIL", "RCPT", "DATA");
          peer.say("250 ok", "250 ok", "354 go");
          peer.data();
          peer.say("250 2.6.0 taken");
        });
    var recipient =
        new Recipient(
            Bench.address("x@example.com"),
            HOP,
            Optional.of(Set.of(Notify.DELAY, Notify.SUCCESS)),
            Optional.of("rfc822;x+2Bo@example.com"));
    var traits =
        new MessageTraits(
            MessageTraits.Body.EIGHT_BIT_MIME,
            false,
            false,
            Optional.of(MessageTraits.Returned.HDRS),
            Optional.of("Q+2B1"),
            MessageTraits.Priority.NORMAL);
    var attempt =
        Bench.attempt(HOP, traits, new TextContent(Bench.HEADER, "x\r\n"), List.of(recipient));
    var done = assertInstanceOf(Delivered.class, Bench.only(agent.deliver(attempt)));
    assertTrue(done.remoteReports());
    int size = Bench.HEADER.length() + 3;
    assertEquals(
        "MAIL FROM:<sender@example.org> SIZE=" + size + " BODY=8BITMIME RET=HDRS ENVID=Q+2B1",
        server.heard.get(1));
    assertEquals(
        "RCPT TO:<x@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2Bo@example.com",
        server.heard.get(2));
  }

  @Test
  void sendsEverythingInOneFlightByBdatOnceTheHostHasTakenAChunk() throws Exception {
    String body = ".\r\n..x\rbare\n.\r\n";
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING");
          peer.chunks("250 ok", "250 ok", "250 8 octets", "250 2.6.0 taken");
          // Nothing is said until the whole flight is there.
          peer.expect("MAIL", "RCPT");
          server.messages.add(peer.chunk());
          peer.say("250 ok", "250 ok", "250 2.6.0 taken");
        });
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, Bench.HEADER, body));
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, Bench.HEADER, body));
    assertEquals(List.of(Bench.HEADER + body, Bench.HEADER + body), server.messages);
    assertEquals(1, server.connections.get());
  }

  @Test
  void doublesDotsAndEndsTheLastLine() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.accept();
        });
    assertInstanceOf(
        Delivered.class, deliver(MessageTraits.PLAIN, Bench.HEADER, ".\r\na.b\r\n..c\r\nend"));
    assertEquals(Bench.HEADER + "..\r\na.b\r\n...c\r\nend\r\n.\r\n", server.messages.getFirst());
  }

  @Test
  void neverSendsABareCrOrLfByData() throws Exception {
    for (String body : List.of("a\n.\r\n", "a\r.\r\n", "a\n.\n", "a\r", "\n")) {
      var ends = new CopyOnWriteArrayList<String>();
      start(
          peer -> {
            peer.hello("PIPELINING");
            peer.expect("MAIL", "RCPT", "DATA");
            peer.say("250 ok", "250 ok", "354 go");
            ends.add(peer.data());
          });
      var failed = assertInstanceOf(Failed.class, deliver(MessageTraits.PLAIN, Bench.HEADER, body));
      assertEquals("5.6.0", failed.status().toString());
      assertEquals(List.of(), ends);
    }
  }

  @Test
  void judgesEachRecipientByItself() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "ENHANCEDSTATUSCODES");
          peer.expect("MAIL");
          peer.say("250 2.1.0 ok");
          for (String reply :
              List.of("250 2.1.5 ok", "550 5.1.1 nobody", "451 4.7.1 later", "550 no code")) {
            peer.expect("RCPT");
            peer.say(reply);
          }
          peer.expect("DATA");
          peer.say("354 go");
          peer.data();
          peer.say("250 taken");
        });
    var outcomes =
        agent.deliver(
            Bench.attempt(HOP, "a@example.com", "b@example.com", "c@example.com", "d@example.com"));
    assertEquals(
        Map.of(
            "a@example.com", "Delivered 2.0.0",
            "b@example.com", "Failed 5.1.1",
            "c@example.com", "Deferred 4.7.1",
            "d@example.com", "Failed 5.0.0"),
        Bench.byAddress(outcomes));
  }

  @Test
  void sendsTheRestAgainWhereTheHostTakesFewerRecipients() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          for (String second : List.of("452 4.5.3 too many", "250 ok")) {
            peer.expect("MAIL", "RCPT");
            boolean more = second.startsWith("452");
            if (more) {
              peer.expect("RCPT");
            }
            peer.expect("DATA");
            peer.say("250 ok", more ? "250 ok" : second);
            if (more) {
              peer.say(second);
            }
            peer.say("354 go");
            peer.data();
            peer.say("250 taken");
          }
        });
    var outcomes = agent.deliver(Bench.attempt(HOP, "a@example.com", "b@example.com"));
    assertEquals(
        Map.of("a@example.com", "Delivered 2.0.0", "b@example.com", "Delivered 2.0.0"),
        Bench.byAddress(outcomes));
    assertEquals(1, server.connections.get());
  }

  @Test
  void sendsAnEmptyMessageNowhereWhereAllRecipientsAreRefused() throws Exception {
    var data = new CopyOnWriteArrayList<String>();
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.expect("MAIL", "RCPT", "DATA");
          peer.say("250 ok", "550 5.1.1 no", "354 go on then");
          data.add(peer.data());
          peer.say("554 5.5.1 no valid recipients");
          peer.expect("RSET");
          peer.say("250 ok");
          peer.accept();
        });
    assertInstanceOf(Failed.class, deliver());
    assertEquals(List.of(".\r\n"), data);
    // The session is used again, after RSET.
    assertInstanceOf(Delivered.class, deliver());
    assertEquals(1, server.connections.get());
  }

  @Test
  void appliesARefusalOfMailToAll() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.expect("MAIL", "RCPT", "DATA");
          peer.say("550 5.7.1 not from you", "503 first mail", "503 first mail");
          peer.line();
        });
    var failed = assertInstanceOf(Failed.class, deliver());
    assertEquals("550 5.7.1 not from you", failed.reply());
  }

  @Test
  void defersWhereTheConnectionIsLostBeforeTheDot() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.expect("MAIL", "RCPT", "DATA");
          peer.say("250 ok", "250 ok");
        });
    var deferred = assertInstanceOf(Deferred.class, deliver());
    assertEquals("4.4.2", deferred.status().toString());
    assertTrue(deferred.destinationDown());
  }

  @Test
  void defersWhereTheConnectionIsLostAfterTheDot() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.expect("MAIL", "RCPT", "DATA");
          peer.say("250 ok", "250 ok", "354 go");
          peer.data();
        });
    var deferred = assertInstanceOf(Deferred.class, deliver());
    assertTrue(deferred.reply().contains("after the end of data"), deferred.reply());
    assertEquals(1, server.connections.get());
  }

  @Test
  void defersOn421AtAnyMoment() throws Exception {
    for (int at = 0; at < 5; at++) {
      int moment = at;
      start(
          peer -> {
            if (moment == 0) {
              peer.say("421 4.3.2 busy");
              return;
            }
            peer.say("220 mx.test");
            peer.expect("EHLO");
            if (moment == 1) {
              peer.say("421 4.3.2 busy");
              return;
            }
            peer.say("250-mx.test", "250 PIPELINING");
            peer.expect("MAIL", "RCPT", "DATA");
            if (moment == 2) {
              peer.say("421 4.3.2 busy");
              return;
            }
            peer.say("250 ok", moment == 3 ? "421 4.3.2 busy" : "250 ok");
            if (moment == 4) {
              peer.say("354 go");
              peer.data();
              peer.say("421 4.3.2 busy");
            }
          });
      var deferred = assertInstanceOf(Deferred.class, deliver(), "moment " + at);
      assertEquals("421 4.3.2 busy", deferred.reply(), "moment " + at);
    }
  }

  @Test
  void boundsAFloodOfReplyLines() throws Exception {
    start(
        peer -> {
          for (int i = 0; i < 100_000; i++) {
            peer.raw("220-more\r\n");
          }
        });
    assertTrue(deliver().reply().contains("100 lines"));
    start(peer -> peer.raw("220 " + "x".repeat(100_000)));
    assertTrue(deliver().reply().contains("1000 octets"));
    stop();
    for (String nonsense :
        List.of("hello", "2x0 ok", "220+ok", "999 x", "\0\0\0", "220-a\r\n250 b")) {
      start(peer -> peer.say(nonsense));
      var deferred = assertInstanceOf(Deferred.class, deliver(), nonsense);
      assertTrue(deferred.destinationDown());
    }
  }

  @Test
  void cleansWhatTheHostSays() throws Exception {
    start(peer -> peer.raw("554 5.7.1 a\u001b[31mb\rc\u0007 \u00ff\r\n"));
    assertEquals("554 5.7.1 a?[31mb?c? ?", deliver().reply());
  }

  @Test
  void givesUpOnAHostThatSaysNothingOrDribbles() throws Exception {
    start(
        peer -> {
          while (true) {
            peer.raw("2");
            try {
              Thread.sleep(50);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
        },
        Duration.ofMillis(300));
    var deferred = assertInstanceOf(Deferred.class, deliver());
    assertTrue(deferred.reply().contains("took too long"), deferred.reply());
  }

  @Test
  void givesUpOnAHostThatDoesNotReadTheMessage() throws Exception {
    start(
        peer -> {
          peer.hello();
          peer.expect("MAIL");
          peer.say("250 ok");
          peer.expect("RCPT");
          peer.say("250 ok");
          peer.expect("DATA");
          peer.say("354 go");
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        },
        Duration.ofMillis(500));
    var deferred =
        assertInstanceOf(
            Deferred.class,
            deliver(
                MessageTraits.PLAIN, Bench.HEADER, "x".repeat(60).concat("\r\n").repeat(500_000)));
    assertTrue(deferred.reply().contains("took too long"), deferred.reply());
  }

  @Test
  void asksNothingOfAHostThatCannotDoIt() throws Exception {
    start(peer -> peer.hello("PIPELINING", "CHUNKING", "SIZE 20"));
    assertEquals("5.3.4", deliver().status().toString());
    start(peer -> peer.hello("PIPELINING", "CHUNKING"));
    assertEquals(
        "5.6.3",
        deliver(traits(MessageTraits.Body.BINARY_MIME, false, false), Bench.HEADER, "x")
            .status()
            .toString());
    assertEquals(
        "5.6.7",
        deliver(
                traits(MessageTraits.Body.EIGHT_BIT_MIME, true, false),
                "Subject: \u00c3\u00a9\r\n\r\n",
                "x")
            .status()
            .toString());
    assertEquals(
        "5.7.30",
        deliver(traits(MessageTraits.Body.EIGHT_BIT_MIME, false, true), Bench.HEADER, "x")
            .status()
            .toString());
  }

  @Test
  void sendsAnInternationalDomainAsALabelsAndAnAsciiMessageWithoutSmtpUtf8() throws Exception {
    start(
        peer -> {
          peer.hello();
          peer.accept();
        });
    DeliveryAttempt attempt =
        Bench.attempt(
            HOP,
            traits(MessageTraits.Body.EIGHT_BIT_MIME, true, false),
            new TextContent(Bench.HEADER, "x\r\n"),
            "x@b\u00fccher.example");
    assertInstanceOf(Delivered.class, Bench.only(agent.deliver(attempt)));
    assertEquals("RCPT TO:<x@xn--bcher-kva.example>", server.heard.get(2));
  }

  @Test
  void reusesAConnectionAndSurvivesThatItDied() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          peer.accept();
          if (peer.number > 1) {
            peer.accept();
            peer.accept();
            peer.line();
          }
        });
    for (int i = 0; i < 4; i++) {
      assertInstanceOf(Delivered.class, deliver(), "message " + i);
    }
    assertEquals(2, server.connections.get());
  }

  @Test
  void knowsItselfByTheNameInTheReplyToEhlo() throws Exception {
    start(
        peer -> {
          peer.say("220 hello");
          peer.expect("EHLO");
          peer.say("250 CLIENT.test at your service");
          peer.line();
        });
    var failed = assertInstanceOf(Failed.class, deliver());
    assertEquals("5.4.6", failed.status().toString());
  }

  private static MessageTraits traits(MessageTraits.Body body, boolean utf8, boolean requireTls) {
    return new MessageTraits(
        body, utf8, requireTls, Optional.empty(), Optional.empty(), MessageTraits.Priority.NORMAL);
  }
}
