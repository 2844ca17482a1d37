package net.facteur.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.SqlCountStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Their servers say 5.1.1 of whoever is called nobody, and 5.7.1 of whoever is called blocked.
class DeliveryFeedbackTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final String ALICE = "alice@example.org";
  private static final Destination NET = new Destination("mx:example.net");
  private static final Destination HERE = new Destination("maildir:bob@example.org");

  private final SqlCountStore store;
  private final SendingLimits limits;
  private Optional<String> account = Optional.of(ALICE);
  private boolean unavailable;

  DeliveryFeedbackTest(@TempDir Path directory) {
    store = SqlCountStore.in(directory, () -> NOW);
    limits = new SendingLimits(store, "node", new LoginHistory(() -> 0), () -> NOW, Runnable::run);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /// Knows who answers for a message, and nothing else.
  private QueueInspector queue() {
    return (QueueInspector)
        Proxy.newProxyInstance(
            QueueInspector.class.getClassLoader(),
            new Class<?>[] {QueueInspector.class},
            (_, method, _) -> {
              if (!method.getName().equals("account")) {
                throw new AssertionError(method.getName());
              }
              if (unavailable) {
                throw new QueueUnavailableException(
                    "down", false, new java.io.IOException("scripted"));
              }
              return account;
            });
  }

  private static Recipient to(String local, Destination destination, MailAddress... forwarders) {
    return new Recipient(
        new MailAddress(local, "example.net"),
        destination,
        Optional.empty(),
        Optional.empty(),
        List.of(forwarders));
  }

  private static DeliveryOutcome outcome(Recipient recipient) {
    return switch (recipient.address().localPart()) {
      case "nobody" -> failed(EnhancedStatusCode.of(5, 1, 1));
      case "blocked" -> failed(EnhancedStatusCode.of(5, 7, 1));
      case "later" ->
          new DeliveryOutcome.Deferred(
              EnhancedStatusCode.of(4, 1, 1), "450", Optional.empty(), false, Optional.empty());
      default ->
          new DeliveryOutcome.Delivered(
              EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    };
  }

  private static DeliveryOutcome failed(EnhancedStatusCode status) {
    return new DeliveryOutcome.Failed(status, "550", Optional.empty());
  }

  private void deliver(Recipient... recipients) {
    Map<Recipient, DeliveryOutcome> expected =
        Stream.of(recipients).collect(Collectors.toMap(r -> r, DeliveryFeedbackTest::outcome));
    var feedback = new DeliveryFeedback(_ -> expected, queue(), limits);
    var attempt =
        new DeliveryAttempt(
            QueueId.next(() -> NOW, new Random(1)),
            ReversePath.Null.NULL,
            NET,
            List.of(recipients),
            new Content(),
            MessageTraits.PLAIN,
            1,
            NOW,
            false);
    assertEquals(expected, feedback.deliver(attempt), "what the agent said stays as it is");
  }

  /// Nobody reads it.
  private record Content() implements MessageContent {
    @Override
    public byte[] header() {
      return new byte[0];
    }

    @Override
    public long bodySize() {
      return 0;
    }

    @Override
    public java.io.InputStream openBody() throws java.io.IOException {
      return StagedBody.of(new byte[0]).open();
    }
  }

  private long unknown() {
    return limits.standing(ALICE).getFirst().unknown();
  }

  @Test
  void recipientsElsewhereWhomTheirServersDoNotKnowCountAgainstTheSender() {
    deliver(to("nobody", NET), to("bob", NET), to("blocked", NET), to("later", NET));
    assertEquals(1, unknown());
  }

  @Test
  void whomAnAddressHerePassedItOnToAndWhoIsHereCountForNobody() {
    deliver(to("nobody", NET, new MailAddress("carol", "example.org")), to("nobody", HERE));
    assertEquals(0, unknown());
  }

  @Test
  void mailOfNobodyHereAndAQueueThatCannotBeAskedCountNothing() {
    account = Optional.empty();
    deliver(to("nobody", NET));
    assertEquals(0, unknown());
    unavailable = true;
    deliver(to("nobody", NET));
    assertEquals(0, unknown());
  }
}
