package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import net.facteur.queue.Destination;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hosts that take fewer recipients in a transaction than they are offered.
class TooManyRecipientsTest {
  private static final Destination HOP = new Destination("mx:example.com");

  /// Takes one recipient of each transaction and answers further ones with `reply`, and content
  /// with `last`.
  private static ScriptedServer.Script one(boolean pipelining, String reply, String last) {
    return peer -> {
      if (pipelining) {
        peer.hello("PIPELINING");
      } else {
        peer.hello();
      }
      int taken = 0;
      for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
        if (line.startsWith("RCPT")) {
          peer.say(taken++ == 0 ? "250 ok" : reply);
        } else if (line.startsWith("DATA")) {
          taken = 0;
          peer.say("354 go");
          peer.data();
          peer.say(last);
        } else {
          taken = 0;
          peer.say("250 ok");
        }
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    // RFC 5321, section 4.5.3.1.10: 452, and 552 of hosts that follow RFC 821.
    "452 too many, Delivered 2.0.0",
    "452 4.5.3 too many, Delivered 2.0.0",
    "552 too many recipients, Delivered 2.0.0",
    "552 5.5.3 too many, Delivered 2.0.0",
    "552 5.0.0 too many, Delivered 2.0.0",
    // RFC 3463, section 3.6: X.5.3, whatever the code.
    "450 4.5.3 too many, Delivered 2.0.0",
    "550 5.5.3 too many, Delivered 2.0.0",
    // About the mailbox, or the message.
    "552 5.2.2 mailbox full, Failed 5.2.2",
    "552 5.3.4 message too big, Failed 5.3.4",
    "552 5.2.3 too long, Failed 5.2.3",
    "550 nobody, Failed 5.0.0",
    "554 5.7.1 no, Failed 5.7.1",
  })
  void offersTheRestAgainOnlyWhereTheyWereTooMany(String reply, String second) throws Exception {
    for (boolean pipelining : new boolean[] {true, false}) {
      try (var server = new ScriptedServer(one(pipelining, reply, "250 2.0.0 taken"));
          var agent =
              Bench.agent(
                  Bench.settings(server.port()),
                  new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1"))) {
        var outcomes =
            agent.deliver(Bench.attempt(HOP, "a@example.com", "b@example.com", "c@example.com"));
        assertEquals(
            Map.of(
                "a@example.com", "Delivered 2.0.0",
                "b@example.com", second,
                "c@example.com", second),
            Bench.byAddress(outcomes),
            "pipelining " + pipelining);
        assertEquals(second.startsWith("Delivered") ? 3 : 1, server.messages.size());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"552 mailbox full, Failed 5.0.0", "552 5.5.3 too many, Failed 5.5.3"})
  void takesItAtItsWordWhereNoRecipientWasTaken(String reply, String outcome) throws Exception {
    ScriptedServer.Script none =
        peer -> {
          peer.hello("PIPELINING");
          peer.expect("MAIL", "RCPT", "RCPT", "DATA");
          peer.say("250 ok", reply, reply, "503 nobody to send it to");
          peer.line();
        };
    try (var server = new ScriptedServer(none);
        var agent =
            Bench.agent(
                Bench.settings(server.port()),
                new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1"))) {
      var outcomes = agent.deliver(Bench.attempt(HOP, "a@example.com", "b@example.com"));
      assertEquals(
          Map.of("a@example.com", outcome, "b@example.com", outcome), Bench.byAddress(outcomes));
    }
  }

  @ParameterizedTest
  @CsvSource({"554 5.7.1 spam, Failed 5.7.1", "451 later, Deferred 4.0.0"})
  void aVerdictOnTheContentIsNotOneOnThoseThatWereTooMany(String last, String each)
      throws Exception {
    try (var server = new ScriptedServer(one(true, "552 5.5.3 too many", last));
        var agent =
            Bench.agent(
                Bench.settings(server.port()),
                new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1"))) {
      var outcomes = agent.deliver(Bench.attempt(HOP, "a@example.com", "b@example.com"));
      assertEquals(Map.of("a@example.com", each, "b@example.com", each), Bench.byAddress(outcomes));
      assertEquals(2, server.messages.size(), "each was offered by itself");
    }
  }
}
