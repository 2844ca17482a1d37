package net.facteur.server.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import net.facteur.queue.Destination;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.RecipientState;
import net.facteur.queue.sim.Mail;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.mime.Entity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What strangers can make us believe of the addresses that forwards lead to.
class ForgedReportsTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final String TARGET = "dan@example.net";
  private static final String RETURN = "SRS0=abcd=T5=evil.example=mallory@example.org";

  @TempDir private Path directory;

  private static Shown forwarded() {
    return new Shown(
        Mail.id(NOW, new Random(1)),
        NOW,
        Optional.of(NOW),
        100,
        "smtp",
        "8BITMIME",
        false,
        false,
        "normal",
        Optional.empty(),
        Optional.of("1@evil.example"),
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new ShownRecipient(
                1,
                RETURN,
                TARGET,
                new Destination("mx:example.net"),
                RecipientState.DELIVERED,
                NOW,
                1,
                false,
                Optional.empty(),
                List.of())));
  }

  private static QueueInspector queue() {
    return (QueueInspector)
        Proxy.newProxyInstance(
            QueueInspector.class.getClassLoader(),
            new Class<?>[] {QueueInspector.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "find" -> List.of(forwarded().id());
                  case "show" -> Optional.of(forwarded());
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static Entity report(String said) {
    return Entity.parse(
        """
        From: <>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net

        Final-Recipient: rfc822; dan@example.net
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 %s

        --b
        Content-Type: text/rfc822-headers

        Message-ID: <1@evil.example>

        --b--
        """
            .formatted(said)
            .replace("\n", "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void whoWroteToAForwardCannotSayThatNobodyIsBehindIt() throws Exception {
    try (var store = SqlCountStore.in(directory, () -> NOW)) {
      var limits =
          new SendingLimits(store, "node", new LoginHistory(() -> 0), () -> NOW, Runnable::run);
      var feedback = new Feedback(store, "node", queue(), limits, () -> NOW);
      MailAddress target = new MailAddress("dan", "example.net");
      feedback.forwards().arrived(new MailAddress("sales", "example.org"), target, true);

      feedback.read(report("User unknown"), List.of("alice@example.org"));
      assertEquals("arrives", feedback.forwards().list().getFirst().state());

      feedback.read(report("User unknown"), List.of(RETURN.toLowerCase(Locale.ROOT)));
      assertEquals("refused", feedback.forwards().list().getFirst().state());
    }
  }

  @Test
  void nothingIsKeptOfAReportThatADatabaseOrATerminalMayStumbleOver() {
    assertFalse(
        DeadAddresses.words("550 a\u0000b\u001b[31m\u0007c\r\nd").chars().anyMatch(c -> c < ' '));
  }
}
