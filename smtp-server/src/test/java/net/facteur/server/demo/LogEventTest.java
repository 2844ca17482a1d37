package net.facteur.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LogEventTest {
  @Test
  void readsTheStepsOfAMessage() {
    LogEvent event =
        LogEvent.parse(
                "2026-11-22T12:00:00Z INFO attempt id=0ABC from=<a@asso.test> to=<b@friends.test>"
                    + " outcome=delivered remote=mx.friends.test[127.0.0.3] tls=\"TLSv1.3 X\""
                    + " reply=\"250 2.0.0 said \\\"ok\\\" = fine\"")
            .orElseThrow();
    assertEquals("attempt", event.kind());
    assertEquals("0ABC", event.id());
    assertEquals("<b@friends.test>", event.get("to"));
    assertEquals("TLSv1.3 X", event.get("tls"));
    assertEquals("250 2.0.0 said \"ok\" = fine", event.get("reply"));
    assertEquals("-", event.get("number"));
  }

  @Test
  void leavesOtherLinesAlone() {
    assertTrue(LogEvent.parse("TLS by BoringSSL: [certificate]").isEmpty());
    assertTrue(LogEvent.parse("requeued id=1").isEmpty());
    assertTrue(LogEvent.parse("").isEmpty());
  }
}
