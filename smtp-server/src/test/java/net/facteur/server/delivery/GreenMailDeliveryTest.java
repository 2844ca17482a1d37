package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.util.stream.IntStream;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import net.facteur.queue.MessageTraits;
import net.facteur.server.TextContent;
import org.junit.jupiter.api.Test;

/// A remote server that is not ours.
class GreenMailDeliveryTest {
  @Test
  void deliversManyMessagesOverFewConnections() throws Exception {
    var greenMail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    greenMail.start();
    var zone = new Bench.Zone().mx("example.com", 1, "mx.test").a("mx.test", "127.0.0.1");
    try (var agent = Bench.agent(Bench.settings(greenMail.getSmtp().getPort()), zone)) {
      var hop = new Destination("mx:example.com");
      IntStream.range(0, 20)
          .forEach(
              i ->
                  assertInstanceOf(
                      Delivered.class,
                      Bench.only(
                          agent.deliver(
                              Bench.attempt(
                                  hop,
                                  MessageTraits.PLAIN,
                                  new TextContent(Bench.HEADER, ".\r\n.. " + i + "\r\n"),
                                  "x@example.com")))));
      var received = greenMail.getReceivedMessages();
      assertEquals(20, received.length);
      assertEquals(".\r\n.. 7", String.valueOf(received[7].getContent()).stripTrailing());
    } finally {
      greenMail.stop();
    }
  }
}
