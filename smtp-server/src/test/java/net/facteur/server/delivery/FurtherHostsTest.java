package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
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

/// Two hosts of a domain that do not think alike: the better one puts mail off or cannot carry it,
/// the other takes it.
class FurtherHostsTest {
  private static final Destination HOP = new Destination("mx:example.com");

  // Each test starts its own.
  @SuppressWarnings("NullAway.Init")
  private ScriptedServer first;

  @SuppressWarnings("NullAway.Init")
  private ScriptedServer second;

  @SuppressWarnings("NullAway.Init")
  private OutboundAgent agent;

  private void start(ScriptedServer.Script better, ScriptedServer.Script worse) throws IOException {
    first = new ScriptedServer("127.0.0.2", 0, better);
    second = new ScriptedServer("127.0.0.3", first.port(), worse);
    var zone =
        new Bench.Zone()
            .mx(
                "example.com",
                new MxRecord(10, DomainName.of("a.test")),
                new MxRecord(20, DomainName.of("b.test")))
            .a("a.test", "127.0.0.2")
            .a("b.test", "127.0.0.3");
    agent = Bench.agent(Bench.settings(first.port()), zone);
  }

  @AfterEach
  void stop() throws IOException {
    agent.close();
    first.close();
    second.close();
  }

  /// A host that answers the commands named so with a reply of its own, and takes all else.
  ///
  /// @param refused the start of commands, and the reply to them
  private static ScriptedServer.Script host(Map<String, String> refused, String... extensions) {
    return peer -> {
      peer.hello(extensions);
      for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
        String command = line;
        String reply =
            refused.entrySet().stream()
                .filter(e -> command.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("250 ok");
        if (line.startsWith("BDAT")) {
          peer.octets(Integer.parseInt(line.split(" ", -1)[1]));
        }
        if (line.startsWith("DATA") && reply.startsWith("250")) {
          peer.say("354 go");
          peer.data();
          peer.say(refused.getOrDefault(".", "250 2.0.0 taken"));
        } else {
          peer.say(reply);
        }
      }
    };
  }

  private static ScriptedServer.Script takes() {
    return host(Map.of(), "PIPELINING", "SMTPUTF8", "8BITMIME");
  }

  @ParameterizedTest
  @CsvSource({
    "PIPELINING, RCPT, 450 4.7.1 greylisted",
    "PIPELINING, RCPT, 451 later",
    "PIPELINING, RCPT, 452 4.2.2 full",
    "PIPELINING, MAIL, 451 4.3.0 later",
    "PIPELINING, MAIL, 452 4.3.1 no space",
    "PIPELINING, DATA, 451 4.3.0 later",
    "PIPELINING, DATA, 452 4.5.3 too many",
    "8BITMIME, RCPT, 450 greylisted",
    "8BITMIME, MAIL, 451 later",
    "8BITMIME, DATA, 451 later",
    "CHUNKING, RCPT, 450 greylisted",
    "CHUNKING, MAIL, 451 later",
    "CHUNKING, BDAT, 452 4.3.1 no space",
  })
  void whatOneHostPutsOffBeforeItHasTheContentTheNextMayTake(
      String extension, String command, String reply) throws Exception {
    start(host(Map.of(command, reply), extension), takes());
    for (int i = 0; i < 2; i++) {
      var done =
          assertInstanceOf(
              Delivered.class, Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com"))));
      assertEquals("b.test", done.remote().orElseThrow().name());
    }
    assertEquals(2, second.messages.size());
    // A lone dot ends data that nobody was to get.
    assertEquals(List.of(), first.messages.stream().filter(m -> !m.equals(".\r\n")).toList());
  }

  @Test
  void eachRecipientGoesToTheFirstHostThatTakesIt() throws Exception {
    start(
        host(
            Map.of(
                "RCPT TO:<b@", "450 later",
                "RCPT TO:<c@", "550 5.1.1 nobody",
                "RCPT TO:<d@", "451 later"),
            "PIPELINING"),
        host(Map.of("RCPT TO:<d@", "450 4.7.1 later still"), "PIPELINING"));
    var outcomes =
        agent.deliver(
            Bench.attempt(HOP, "a@example.com", "b@example.com", "c@example.com", "d@example.com"));
    assertEquals(
        Map.of(
            "a@example.com", "Delivered 2.0.0",
            "b@example.com", "Delivered 2.0.0",
            "c@example.com", "Failed 5.1.1",
            "d@example.com", "Deferred 4.7.1"),
        Bench.byAddress(outcomes));
    assertEquals(1, first.messages.size());
    assertEquals(1, second.messages.size());
  }

  @ParameterizedTest
  @CsvSource({"451 4.3.0 later", "452 4.3.1 no space", "550 5.7.1 spam", "554 no"})
  void noOtherHostIsAskedOnceOneHadTheContent(String reply) throws Exception {
    start(host(Map.of(".", reply), "PIPELINING"), takes());
    var outcome = Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com")));
    assertEquals(reply, outcome.reply());
    assertEquals(0, second.connections.get());
  }

  @Test
  void aFinalRefusalOfTheEnvelopeIsFinal() throws Exception {
    for (String command : List.of("MAIL", "RCPT")) {
      start(host(Map.of(command, "550 5.7.1 no"), "PIPELINING"), takes());
      assertInstanceOf(
          Failed.class, Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com"))));
      assertEquals(0, second.connections.get());
      stop();
    }
    start(takes(), takes());
  }

  @Test
  void whatAHostSaidIsToldWhereTheOthersCannotBeReached() throws Exception {
    for (String command : List.of("MAIL", "RCPT")) {
      start(host(Map.of(command, "450 4.2.0 later"), "PIPELINING"), takes());
      second.close();
      var deferred =
          assertInstanceOf(
              Deferred.class, Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com"))));
      assertEquals("450 4.2.0 later", deferred.reply());
      assertFalse(deferred.destinationDown(), "a host answered");
      stop();
    }
    start(takes(), takes());
  }

  @Test
  void aHostThatCannotCarryAMessageLeavesItToOneThatCan() throws Exception {
    var utf8 =
        new MessageTraits(
            MessageTraits.Body.EIGHT_BIT_MIME,
            true,
            false,
            Optional.empty(),
            Optional.empty(),
            MessageTraits.Priority.NORMAL);
    var accented = new TextContent("Subject: \u00c3\u00a9\r\n\r\n", "x\r\n");
    start(host(Map.of(), "PIPELINING"), takes());
    var done =
        assertInstanceOf(
            Delivered.class,
            Bench.only(agent.deliver(Bench.attempt(HOP, utf8, accented, "x@example.com"))));
    assertEquals("b.test", done.remote().orElseThrow().name());
    stop();
    start(host(Map.of(), "PIPELINING", "SIZE 10"), takes());
    assertInstanceOf(
        Delivered.class, Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com"))));
    stop();
    start(host(Map.of(), "SIZE 10"), host(Map.of(), "SIZE 20"));
    assertEquals(
        "5.3.4",
        Bench.only(agent.deliver(Bench.attempt(HOP, "x@example.com"))).status().toString());
  }
}
