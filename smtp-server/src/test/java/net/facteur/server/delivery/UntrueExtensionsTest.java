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
import java.util.stream.Stream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Hosts that announce an extension and do not do it.
class UntrueExtensionsTest {
  private static final Destination HOP = new Destination("mx:example.com");
  private static final MessageTraits EIGHT_BIT =
      traits(MessageTraits.Body.EIGHT_BIT_MIME, false, false);

  // Each test starts its own.
  @SuppressWarnings("NullAway.Init")
  private ScriptedServer server;

  @SuppressWarnings("NullAway.Init")
  private OutboundAgent agent;

  private void start(ScriptedServer.Script script) throws IOException {
    start(Duration.ofSeconds(60), script);
  }

  private void start(Duration limit, ScriptedServer.Script script) throws IOException {
    server = new ScriptedServer(script);
    var zone = new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1");
    agent = Bench.agent(Bench.settings(server.port(), limit, Map.of()), zone);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    server.close();
  }

  private DeliveryOutcome deliver(MessageTraits traits, String header, String body) {
    return Bench.only(
        agent.deliver(Bench.attempt(HOP, traits, new TextContent(header, body), "x@example.com")));
  }

  private DeliveryOutcome deliver() {
    return deliver(MessageTraits.PLAIN, Bench.HEADER, "hello\r\n");
  }

  private static MessageTraits traits(MessageTraits.Body body, boolean utf8, boolean requireTls) {
    return new MessageTraits(
        body, utf8, requireTls, Optional.empty(), Optional.empty(), MessageTraits.Priority.NORMAL);
  }

  private List<String> heard(String start) {
    return server.heard.stream().filter(line -> line.startsWith(start)).toList();
  }

  /// Knows no BDAT: answers it, and then every line of the content, with this.
  private static void refuseChunk(ScriptedServer.Peer peer, boolean together, String reply)
      throws IOException {
    peer.expect("MAIL");
    if (!together) {
      peer.say("250 ok");
    }
    peer.expect("RCPT");
    if (!together) {
      peer.say("250 ok");
    }
    peer.expect("BDAT");
    if (together) {
      peer.say("250 ok", "250 ok");
    }
    peer.say(reply);
    while (!peer.line().isEmpty()) {
      peer.say(reply);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "500 5.5.1 unknown command",
        "501 syntax",
        "502 5.5.2 not implemented",
        "503 bad sequence",
        "504 no"
      })
  void goesByDataInANewSessionWhereBdatIsNotUnderstood(String reply) throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING", "8BITMIME");
          if (peer.number == 1) {
            refuseChunk(peer, true, reply);
          } else {
            peer.accept();
            peer.accept();
          }
        });
    var done = assertInstanceOf(Delivered.class, deliver());
    assertEquals("250 2.0.0 taken", done.reply());
    assertEquals(Bench.HEADER + "hello\r\n.\r\n", server.messages.getFirst());
    assertInstanceOf(Delivered.class, deliver());
    assertEquals(1, heard("BDAT").size(), "it is remembered");
    assertEquals(2, server.connections.get(), "the session goes on");
    assertEquals(List.of(), server.troubles);
  }

  @Test
  void remembersTheHostWithoutASessionToReuse() throws Exception {
    start(
        peer -> {
          peer.hello("CHUNKING");
          if (peer.number == 1) {
            refuseChunk(peer, false, "500 what?");
          } else {
            peer.accept();
          }
        });
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(Delivered.class, deliver(), "message " + i);
    }
    assertEquals(1, heard("BDAT").size());
    assertEquals(3, server.messages.size());
  }

  @Test
  void bouncesWhatOnlyBdatCanCarry() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME");
          refuseChunk(peer, true, "502 5.5.2 not implemented");
        });
    var binary = traits(MessageTraits.Body.BINARY_MIME, false, false);
    var failed = assertInstanceOf(Failed.class, deliver(binary, Bench.HEADER, "a\nb\rc\0\r\n"));
    assertEquals("5.6.3", failed.status().toString());
    assertEquals(1, heard("BDAT").size());
    assertEquals(List.of(), server.messages);
  }

  @Test
  void takesARefusalOfTheContentForOne() throws Exception {
    for (String reply : List.of("550 5.7.1 spam", "552 5.3.4 too large", "554 5.6.0 no")) {
      start(
          peer -> {
            peer.hello("PIPELINING", "CHUNKING");
            peer.chunks("250 ok", "250 ok", "250 8 octets", reply);
            peer.line();
          });
      assertEquals(reply, assertInstanceOf(Failed.class, deliver()).reply());
      assertEquals(1, server.connections.get());
      stop();
    }
  }

  @Test
  void leavesAHostThatReadsTheContentOfRefusedRecipientsAsCommands() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING");
          if (peer.number == 1) {
            peer.expect("MAIL", "RCPT", "BDAT");
            peer.say("250 ok", "550 5.1.1 nobody", "500 unknown command");
            while (!peer.line().isEmpty()) {
              peer.say("500 unknown command");
            }
          } else {
            peer.chunks("250 ok", "250 ok", "250 8 octets", "250 2.6.0 taken");
          }
        });
    assertEquals("550 5.1.1 nobody", assertInstanceOf(Failed.class, deliver()).reply());
    // Replies to lines of the first content are never taken for replies to the second envelope.
    assertEquals("250 2.6.0 taken", assertInstanceOf(Delivered.class, deliver()).reply());
    assertEquals(2, server.connections.get());
  }

  @Test
  void goesByDataAtOnceWhereBdatEndsTheConnection() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING");
          if (peer.number == 1) {
            peer.expect("MAIL", "RCPT", "BDAT");
            peer.say("250 ok", "250 ok");
          } else {
            peer.accept();
          }
        });
    // The host had a few octets of it, which it cannot have taken for a message.
    assertInstanceOf(Delivered.class, deliver());
    assertEquals(2, server.connections.get());
    assertEquals(1, server.messages.size());
  }

  @Test
  void sendsOneByOneWhereTheFlightBreaksTheConnection() throws Exception {
    for (String broken : List.of("", "what was that", "250-and more")) {
      start(
          peer -> {
            peer.hello("PIPELINING");
            if (peer.number == 1) {
              peer.expect("MAIL");
              peer.say("250 ok");
              if (!broken.isEmpty()) {
                peer.say(broken);
              }
            } else {
              peer.accept();
            }
          });
      assertInstanceOf(Delivered.class, deliver(), broken);
      assertEquals(2, server.connections.get());
      assertEquals(1, server.messages.size());
      stop();
    }
  }

  @Test
  void sendsOneByOneNextTimeWhereRepliesToTheFlightStayAway() throws Exception {
    start(
        Duration.ofSeconds(2),
        peer -> {
          peer.hello("PIPELINING");
          if (peer.number == 1) {
            peer.expect("MAIL");
            peer.say("250 ok");
            // The rest of the flight is lost on it.
            while (!peer.line().isEmpty()) {}
          } else {
            peer.accept();
          }
        });
    assertInstanceOf(Deferred.class, deliver());
    assertInstanceOf(Delivered.class, deliver());
    assertEquals(2, server.connections.get());
  }

  @Test
  void sendsOneByOneWhereTheHostLosesItsWayInTheFlight() throws Exception {
    var confused =
        List.of(
            List.of("503 5.5.1 one at a time", "503 one", "503 one"),
            List.of("250 ok", "503 one at a time", "503 one"),
            List.of("250 ok", "250 ok", "503 one at a time"),
            List.of("250 ok", "500 what?", "354 go on then"));
    for (List<String> replies : confused) {
      start(
          peer -> {
            peer.hello("PIPELINING");
            peer.expect("MAIL", "RCPT", "DATA");
            peer.say(replies.toArray(String[]::new));
            if (replies.getLast().startsWith("354")) {
              peer.data();
              peer.say("554 nobody");
              server.messages.clear();
            }
            if (replies.getFirst().startsWith("250")) {
              peer.expect("RSET");
              peer.say("250 ok");
            }
            peer.accept();
          });
      assertInstanceOf(Delivered.class, deliver(), replies.toString());
      assertEquals(1, server.connections.get(), "in the same session");
      assertEquals(List.of(Bench.HEADER + "hello\r\n.\r\n"), server.messages);
      assertEquals(List.of(), server.troubles);
      stop();
    }
  }

  @Test
  void givesUpAfterOneMoreTry() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING", "SIZE", "8BITMIME", "DSN");
          for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
            peer.say("503 5.5.1 no");
          }
        });
    var failed = assertInstanceOf(Failed.class, deliver(EIGHT_BIT, Bench.HEADER, "x\r\n"));
    assertEquals("503 5.5.1 no", failed.reply());
    assertEquals(2, heard("MAIL").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"555 5.5.4 parameters not known", "501 syntax error", "504 5.5.4 not implemented"})
  void leavesOutRefusedParametersOfMail(String reply) throws Exception {
    start(
        peer -> {
          peer.hello("SIZE 100000", "8BITMIME", "DSN");
          for (String line = peer.line(); !line.startsWith("QUIT"); line = peer.line()) {
            if (line.startsWith("MAIL") && line.contains("=")) {
              peer.say(reply);
            } else if (line.startsWith("DATA")) {
              peer.say("354 go");
              peer.data();
              peer.say("250 taken");
            } else {
              peer.say("250 ok");
            }
          }
        });
    assertInstanceOf(Delivered.class, deliver(EIGHT_BIT, Bench.HEADER, "x\r\n"));
    assertInstanceOf(Delivered.class, deliver(EIGHT_BIT, Bench.HEADER, "x\r\n"));
    int size = Bench.HEADER.length() + 3;
    assertEquals(
        List.of(
            "MAIL FROM:<sender@example.org> SIZE=" + size + " BODY=8BITMIME",
            "MAIL FROM:<sender@example.org>",
            "MAIL FROM:<sender@example.org>"),
        heard("MAIL"));
    assertEquals(1, server.connections.get());
  }

  @Test
  void leavesOutRefusedParametersOfRcptForThoseRecipientsOnly() throws Exception {
    start(
        peer -> {
          peer.hello("DSN");
          for (String line = peer.line(); !line.startsWith("QUIT"); line = peer.line()) {
            if (line.contains("NOTIFY=")) {
              peer.say("555 5.5.4 NOTIFY is not known");
            } else if (line.startsWith("DATA")) {
              peer.say("354 go");
              peer.data();
              peer.say("250 taken");
            } else {
              peer.say("250 ok");
            }
          }
        });
    var notified =
        new Recipient(
            Bench.address("a@example.com"),
            HOP,
            Optional.of(Set.of(Notify.SUCCESS)),
            Optional.empty());
    var plain = Recipient.of(Bench.address("b@example.com"), HOP);
    var outcomes =
        agent.deliver(
            Bench.attempt(
                HOP,
                MessageTraits.PLAIN,
                new TextContent(Bench.HEADER, "x\r\n"),
                List.of(notified, plain)));
    var done = assertInstanceOf(Delivered.class, outcomes.get(notified));
    assertFalse(done.remoteReports(), "so that the report is ours");
    assertInstanceOf(Delivered.class, outcomes.get(plain));
    assertEquals(
        List.of(
            "RCPT TO:<a@example.com> NOTIFY=SUCCESS",
            "RCPT TO:<b@example.com>",
            "RCPT TO:<a@example.com>"),
        heard("RCPT"));
    assertEquals(2, server.messages.size());
  }

  @Test
  void takesARefusalOfTheAddressForOne() throws Exception {
    start(
        peer -> {
          peer.hello("SIZE", "8BITMIME");
          peer.expect("MAIL");
          peer.say("501 5.1.7 bad sender");
          peer.line();
        });
    var failed = assertInstanceOf(Failed.class, deliver(EIGHT_BIT, Bench.HEADER, "x\r\n"));
    assertEquals("5.1.7", failed.status().toString());
    assertEquals(1, heard("MAIL").size());
  }

  @Test
  void saysWhichExtensionWasMissingAfterAll() throws Exception {
    var needs =
        Map.of(
            "5.6.7", traits(MessageTraits.Body.EIGHT_BIT_MIME, true, false),
            "5.6.3", traits(MessageTraits.Body.BINARY_MIME, false, false));
    for (var need : needs.entrySet()) {
      for (String reply : List.of("555 5.5.4 not known", "501 syntax")) {
        start(
            peer -> {
              peer.hello("SIZE", "8BITMIME", "SMTPUTF8", "BINARYMIME", "CHUNKING");
              while (peer.line().startsWith("MAIL")) {
                peer.say(reply);
              }
            });
        var failed =
            assertInstanceOf(
                Failed.class, deliver(need.getValue(), "Subject: \u00c3\u00a9\r\n\r\n", "x\r\n"));
        assertEquals(need.getKey(), failed.status().toString());
        assertEquals(reply, failed.reply());
        assertEquals(2, heard("MAIL").size(), "once more without what it could do without");
        assertTrue(Stream.of("SMTPUTF8", "BINARYMIME").anyMatch(heard("MAIL").getLast()::contains));
        stop();
      }
    }
  }
}
