package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.server.TextContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a host announces and then does not do: it never reads what is in a message as commands,
/// and nothing counts as delivered that it did not get.
class ContentAsCommandsTest {
  private static final Destination HOP = new Destination("mx:example.com");
  private static final MessageTraits BINARY =
      new MessageTraits(
          MessageTraits.Body.BINARY_MIME,
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          MessageTraits.Priority.NORMAL);
  private static final String SECOND =
      "hello\r\nRSET\r\nMAIL FROM:<ceo@example.org>\r\nRCPT TO:<victim@example.com>\r\n"
          + "DATA\r\nSubject: forged\r\n\r\npay\r\n.\r\n";

  private final List<String> obeyed = new CopyOnWriteArrayList<>();

  // Each test starts its own.
  @SuppressWarnings("NullAway.Init")
  private ScriptedServer server;

  @SuppressWarnings("NullAway.Init")
  private OutboundAgent agent;

  private void start(ScriptedServer.Script script) throws IOException {
    server = new ScriptedServer(script);
    var zone = new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1");
    agent = Bench.agent(Bench.settings(server.port()), zone);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    server.close();
  }

  private DeliveryOutcome deliver(MessageTraits traits, String body) {
    return Bench.only(
        agent.deliver(
            Bench.attempt(HOP, traits, new TextContent(Bench.HEADER, body), "x@example.com")));
  }

  /// A whole mail server that obeys each line it hears, takes messages by DATA, and answers BDAT
  /// like any word it does not know, whatever it announced.
  private final class Obedient {
    private final ScriptedServer.Peer peer;
    private final String unknown;

    Obedient(ScriptedServer.Peer peer, String unknown) {
      this.peer = peer;
      this.unknown = unknown;
    }

    void serve() throws IOException {
      for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
        String verb = line.split("[ :]", -1)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
          case "MAIL", "RCPT", "RSET", "NOOP" -> {
            obeyed.add(line);
            peer.say("250 ok");
          }
          case "DATA" -> {
            obeyed.add(line);
            peer.say("354 go");
            peer.data();
            peer.say("250 2.0.0 taken");
          }
          case "QUIT" -> {
            peer.say("221 bye");
            return;
          }
          default -> peer.say(unknown);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "true, 500 what?",
    "true, 502 no",
    "true, 503 no",
    "false, 500 what?",
    "false, 502 no",
  })
  void aHostWithoutBdatObeysNothingThatABodySays(boolean pipelining, String unknown)
      throws Exception {
    start(
        peer -> {
          if (pipelining) {
            peer.hello("PIPELINING", "CHUNKING", "8BITMIME");
          } else {
            peer.hello("CHUNKING", "8BITMIME");
          }
          new Obedient(peer, unknown).serve();
        });
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, SECOND));
    assertFalse(obeyed.stream().anyMatch(l -> l.contains("ceo") || l.contains("victim")));
    String dotted = SECOND.replace("\r\n.\r\n", "\r\n..\r\n");
    assertEquals(List.of(Bench.HEADER + dotted + ".\r\n"), server.messages);
    // It is remembered, and the session that was in doubt is not used again.
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, SECOND));
    assertFalse(obeyed.stream().anyMatch(l -> l.contains("ceo") || l.contains("victim")));
    assertEquals(2, server.messages.size());
  }

  @Test
  void whatOnlyBdatCarriesReachesNoHostThatDoesNotDoIt() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING", "CHUNKING", "BINARYMIME", "8BITMIME");
          new Obedient(peer, "500 what?").serve();
        });
    var failed = assertInstanceOf(Failed.class, deliver(BINARY, SECOND + "\0\n"));
    assertEquals("5.6.3", failed.status().toString());
    assertFalse(obeyed.stream().anyMatch(l -> l.contains("ceo") || l.contains("victim")));
    assertEquals(List.of(), server.messages);
  }

  @Test
  void theFirstChunkHoldsNoEndOfALine() throws Exception {
    for (String header : List.of(Bench.HEADER, "A: b\r\n\r\n", "DATA\r\n\r\n", "X\n\r\n", "\r\n")) {
      var first = new CopyOnWriteArrayList<String>();
      start(
          peer -> {
            peer.hello("PIPELINING", "CHUNKING");
            peer.expect("MAIL", "RCPT");
            first.add(peer.chunk());
            peer.say("250 ok", "250 ok", "250 that much");
            server.messages.add(first.getFirst() + peer.chunk());
            peer.say("250 taken");
          });
      var attempt =
          Bench.attempt(HOP, MessageTraits.PLAIN, new TextContent(header, SECOND), "x@example.com");
      assertInstanceOf(Delivered.class, Bench.only(agent.deliver(attempt)), header);
      assertEquals(List.of(header + SECOND), server.messages);
      String chunk = first.getFirst();
      assertTrue(
          chunk.equals("\r\n") || (!chunk.isEmpty() && chunk.chars().noneMatch(c -> c < ' ')),
          chunk);
      stop();
    }
  }

  @Test
  void aBodyWithCommandsWaitsForTheRecipientsEvenWhereChunksWereTaken() throws Exception {
    for (String body :
        List.of(SECOND, "a\n mail from:<a@b.test>\r\n", "a\rData\r\n", "bdat 3\r\n")) {
      start(
          peer -> {
            peer.hello("PIPELINING", "CHUNKING");
            peer.chunks("250 ok", "250 ok", "250 that much", "250 taken");
            // A host that forgets to pass over the chunk after a recipient it refused.
            peer.expect("MAIL", "RCPT");
            peer.say("250 ok", "550 5.1.1 nobody");
            new Obedient(peer, "500 what?").serve();
          });
      assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, "hello\r\n"));
      assertEquals("5.1.1", deliver(MessageTraits.PLAIN, body).status().toString());
      assertEquals(List.of(), obeyed.stream().filter(l -> l.contains("b.test")).toList(), body);
      stop();
    }
  }

  private static final List<String> HARMLESS =
      List.of("Data: x\r\n", "mailing\r\n", "Authentication-Results: x\r\n", "my DATA\r\n");

  @Test
  void tellsCommandsFromOtherLines() throws Exception {
    start(peer -> peer.line());
    for (String text : HARMLESS) {
      assertFalse(CommandLines.in(new TextContent("A: b\r\n\r\n", text)), text);
    }
    for (String text :
        List.of("DATA", "data\r\n", "x\nRcpt to:<a>\n", "\t quit\r\n", "STARTTLS\r\n")) {
      assertTrue(CommandLines.in(new TextContent("A: b\r\n\r\n", text)), text);
    }
    assertTrue(CommandLines.in(new TextContent("MAIL FROM:<a>\r\n\r\n", "x")));
  }

  /// Replies that come one too many, so that the next would be taken for another's.
  @ParameterizedTest
  @ValueSource(strings = {"DATA", "BDAT"})
  void nothingCountsAsDeliveredThatTheHostDidNotGet(String by) throws Exception {
    for (boolean pipelining : List.of(true, false)) {
      start(
          peer -> {
            var extensions = new ArrayList<String>(List.of("8BITMIME"));
            if (pipelining) {
              extensions.add("PIPELINING");
            }
            if (by.equals("BDAT")) {
              extensions.add("CHUNKING");
            }
            peer.hello(extensions.toArray(String[]::new));
            for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
              if (line.startsWith("MAIL")) {
                peer.say("250 sender", "250 ok");
              } else if (line.startsWith("DATA")) {
                peer.say("554 5.7.1 not today");
              } else if (line.startsWith("BDAT")) {
                peer.octets(Integer.parseInt(line.split(" ", -1)[1]));
                peer.say("554 5.7.1 not today");
              } else {
                peer.say("250 ok");
              }
            }
          });
      DeliveryOutcome outcome = deliver(MessageTraits.PLAIN, "x\r\n");
      assertFalse(outcome instanceof Delivered, pipelining + " " + outcome);
      assertEquals(List.of(), server.messages);
      stop();
    }
  }

  @Test
  void aHostThatTakesDataForGrantedGetsNoContentAndNoSecondMessage() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          if (peer.number == 1) {
            peer.expect("MAIL", "RCPT", "DATA");
            peer.say("250 ok", "354 go", "250 ok");
            peer.line();
          } else {
            peer.accept();
          }
        });
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, "x\r\n"));
    assertEquals(2, server.connections.get());
    assertEquals(1, server.messages.size());
  }

  @Test
  void a354ToAnythingButDataEndsTheSession() throws Exception {
    for (int at = 0; at < 3; at++) {
      int moment = at;
      start(
          peer -> {
            peer.hello();
            for (int i = 0; i <= moment; i++) {
              peer.line();
              peer.say(i == moment ? (moment == 2 ? "250 sure" : "354 go") : "250 ok");
            }
            obeyed.add(peer.line());
          });
      var deferred = assertInstanceOf(Deferred.class, deliver(MessageTraits.PLAIN, SECOND));
      assertEquals("4.5.0", deferred.status().toString(), "moment " + at);
      stop();
    }
    assertTrue(obeyed.stream().allMatch(String::isEmpty), obeyed.toString());
  }

  @Test
  void noMessageFollowsATransactionThatCannotBeReset() throws Exception {
    start(
        peer -> {
          peer.hello("PIPELINING");
          if (peer.number == 1) {
            peer.expect("MAIL", "RCPT", "DATA");
            peer.say("250 ok", "250 ok", "554 5.7.1 no");
            peer.expect("RSET", "MAIL", "RCPT", "DATA");
            peer.say("502 what?", "503 nested", "250 ok", "354 go");
            peer.line();
          } else {
            peer.accept();
          }
        });
    assertInstanceOf(Failed.class, deliver(MessageTraits.PLAIN, "x\r\n"));
    assertInstanceOf(Delivered.class, deliver(MessageTraits.PLAIN, "y\r\n"));
    assertEquals(List.of(Bench.HEADER + "y\r\n.\r\n"), server.messages);
  }

  @Test
  void aBoundOfLimitsHoldsForTransactionsThatCameToNothing() throws Exception {
    start(
        peer -> {
          peer.hello("LIMITS MAILMAX=2 RCPTMAX=0");
          for (int i = 0; i < 2; i++) {
            peer.expect(i == 0 ? "MAIL" : "RSET");
            peer.say("250 ok");
            if (i == 1) {
              peer.expect("MAIL");
              peer.say("250 ok");
            }
            peer.expect("RCPT");
            peer.say("550 5.1.1 nobody");
          }
          obeyed.add(peer.line());
        });
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(Failed.class, deliver(MessageTraits.PLAIN, "x\r\n"));
    }
    assertEquals(2, server.connections.get());
  }
}
