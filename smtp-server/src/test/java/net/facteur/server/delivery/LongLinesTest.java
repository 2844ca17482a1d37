package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.util.List;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.server.TextContent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mail of others with lines that are longer than DATA may carry.
class LongLinesTest {
  private static final Destination HOP = new Destination("mx:example.com");

  private static DeliverySettings withoutChunking(int port) {
    DeliverySettings s = Bench.settings(port);
    return new DeliverySettings(
        s.hostName(),
        s.port(),
        s.families(),
        s.sources(),
        s.ownAddresses(),
        false,
        s.reuse(),
        s.timeouts(),
        s.relays());
  }

  private static ScriptedServer.Script takes(String... extensions) {
    return peer -> {
      peer.hello(extensions);
      for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
        if (line.startsWith("DATA")) {
          peer.say("354 go");
          peer.data();
        } else if (line.startsWith("BDAT")) {
          peer.octets(Integer.parseInt(line.split(" ", -1)[1]));
        }
        peer.say("250 ok");
      }
    };
  }

  private static String verb(String header, String body, String... extensions) throws IOException {
    var zone = new Bench.Zone().mx("example.com", 10, "mx.test").a("mx.test", "127.0.0.1");
    try (var server = new ScriptedServer(takes(extensions));
        var agent = Bench.agent(withoutChunking(server.port()), zone)) {
      var attempt =
          Bench.attempt(HOP, MessageTraits.PLAIN, new TextContent(header, body), "x@example.com");
      assertInstanceOf(Delivered.class, Bench.only(agent.deliver(attempt)));
      List<String> verbs =
          server.heard.stream()
              .map(line -> line.split(" ", -1)[0])
              .filter(v -> v.equals("DATA") || v.equals("BDAT"))
              .distinct()
              .toList();
      if (verbs.equals(List.of("DATA"))) {
        assertEquals(List.of(header + body + ".\r\n"), server.messages, "as it is");
      }
      return String.join(" ", verbs);
    }
  }

  @ParameterizedTest
  @CsvSource({"998, DATA", "999, BDAT", "5000, BDAT", "20000, BDAT"})
  void goByChunksWhereTheHostHasThem(int length, String verb) throws Exception {
    String line = "x".repeat(length) + "\r\n";
    assertEquals(verb, verb(Bench.HEADER, "a\r\n" + line + "b\r\n", "PIPELINING", "CHUNKING"));
    assertEquals(verb, verb("References: " + line.substring(12) + "\r\n", "b\r\n", "CHUNKING"));
    assertEquals("DATA", verb(Bench.HEADER, "a\r\n" + line, "PIPELINING"));
  }

  @Test
  void areMeasuredAcrossThePartsInWhichTheyCome() {
    var lengths = new LineLengths();
    for (String part : List.of("abc\r", "\nde", "fgh", "\n", "i\r\n", "")) {
      lengths.add(part.getBytes(java.nio.charset.StandardCharsets.US_ASCII), part.length());
    }
    assertEquals(5, lengths.longest());
    byte[] rest = new byte[7];
    lengths.add(rest, rest.length);
    assertEquals(7, lengths.longest(), "a last line without an end");
  }
}
