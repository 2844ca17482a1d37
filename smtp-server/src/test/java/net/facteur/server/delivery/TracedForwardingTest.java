package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Recipient;
import net.facteur.server.TextContent;
import net.facteur.server.routing.ForwardTrace;
import org.junit.jupiter.api.Test;

class TracedForwardingTest {
  private static final DeliveryOutcome DONE =
      new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);

  private final ForwardTrace trace =
      new ForwardTrace(List.of(new SrsSecret(new byte[] {1})), InstantSource.fixed(Instant.EPOCH));
  private final Map<String, String> headers = new HashMap<>();

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    String header = new String(attempt.content().header(), ISO_8859_1);
    assertEquals(header.length() + 7, attempt.content().size());
    for (Recipient r : attempt.recipients()) {
      headers.put(r.address().localPart(), header);
      outcomes.put(r, DONE);
    }
    return outcomes;
  }

  private Recipient to(String local, String hop, String... forwarders) {
    return new Recipient(
        Bench.address(local + "@example.com"),
        new Destination(hop),
        Optional.empty(),
        Optional.empty(),
        List.of(forwarders).stream().map(Bench::address).toList());
  }

  private void deliver(String hop, Recipient... recipients) {
    var outcomes =
        new TracedForwarding(this::deliver, trace)
            .deliver(
                Bench.attempt(
                    new Destination(hop),
                    MessageTraits.PLAIN,
                    new TextContent(Bench.HEADER, "hello\r\n"),
                    List.of(recipients)));
    assertEquals(recipients.length, outcomes.size());
  }

  private boolean traced(String local, String forwarder) {
    MailAddress address = Bench.address(forwarder);
    byte[] fields = trace.fields(List.of(address), Instant.EPOCH);
    String header = headers.getOrDefault(local, "");
    assertTrue(header.endsWith(Bench.HEADER), header);
    assertEquals(
        "t",
        MessageHeader.parse(header.getBytes(ISO_8859_1)).first("Subject").orElseThrow().unfolded());
    return header.contains(new String(fields, ISO_8859_1));
  }

  @Test
  void eachGetsTheTraceOfThoseWhoPassedTheMessageOnToHim() {
    for (String hop : List.of("mx:example.com", "relay:smtp.test:25", "mx:[192.0.2.1]")) {
      deliver(
          hop,
          to("direct", hop),
          to("one", hop, "f@a.test"),
          to("two", hop, "f@a.test", "g@a.test"),
          to("other", hop, "g@a.test"));
      assertEquals(Bench.HEADER, headers.get("direct"));
      assertEquals(
          List.of(true, false), List.of(traced("one", "f@a.test"), traced("one", "g@a.test")));
      assertEquals(
          List.of(true, true), List.of(traced("two", "f@a.test"), traced("two", "g@a.test")));
      assertEquals(
          List.of(false, true), List.of(traced("other", "f@a.test"), traced("other", "g@a.test")));
      headers.clear();
    }
  }

  @Test
  void whatStaysHereIsNotMarkedSoThatItCanBeSentAgain() {
    for (String hop : List.of("maildir:x@a.test", "junk:x@a.test", "lmtp:/run/lmtp")) {
      deliver(hop, to("x", hop, "f@a.test"));
      assertEquals(Bench.HEADER, headers.get("x"), hop);
    }
  }
}
