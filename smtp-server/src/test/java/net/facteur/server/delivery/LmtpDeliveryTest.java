package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// LMTP: a reply for each recipient after the final dot.
class LmtpDeliveryTest {
  @Test
  void judgesEachRecipientAfterTheDot() throws Exception {
    try (var server =
            new ScriptedServer(
                peer -> {
                  peer.say("220 lmtp.test");
                  peer.expect("LHLO client.test");
                  peer.say("250-lmtp.test", "250 PIPELINING");
                  peer.expect("MAIL");
                  for (int i = 0; i < 3; i++) {
                    peer.expect("RCPT");
                  }
                  peer.expect("DATA");
                  peer.say("250 ok", "250 ok", "550 5.1.1 nobody", "250 ok", "354 go");
                  peer.data();
                  peer.say("250 2.0.0 stored", "452 4.2.2 full");
                });
        var agent = Bench.agent(Bench.settings(25), new Bench.Zone())) {
      var hop = new Destination("lmtp:127.0.0.1:" + server.port());
      var outcomes =
          agent.deliver(Bench.attempt(hop, "a@example.com", "b@example.com", "c@example.com"));
      assertEquals(
          Map.of(
              "a@example.com", "Delivered 2.0.0",
              "b@example.com", "Failed 5.1.1",
              "c@example.com", "Deferred 4.2.2"),
          Bench.byAddress(outcomes));
      outcomes
          .values()
          .forEach(
              o -> {
                if (o instanceof Delivered d) {
                  assertFalse(d.relayed());
                }
              });
    }
  }

  @Test
  void speaksOverAUnixSocket(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("lmtp");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        var agent = Bench.agent(Bench.settings(25), new Bench.Zone())) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.startVirtualThread(
          () -> {
            try (var peer = server.accept()) {
              // The replies of a host that never looks at what it is told.
              for (String reply :
                  new String[] {
                    "220 hi\r\n",
                    "250 lmtp\r\n",
                    "250 ok\r\n",
                    "250 ok\r\n",
                    "354 go\r\n",
                    "250 2.0.0 stored\r\n"
                  }) {
                peer.write(ByteBuffer.wrap(reply.getBytes(StandardCharsets.ISO_8859_1)));
                peer.read(ByteBuffer.allocate(4096));
              }
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      var outcome =
          Bench.only(
              agent.deliver(Bench.attempt(new Destination("lmtp:" + path), "a@example.com")));
      assertInstanceOf(Delivered.class, outcome);
    }
  }
}
