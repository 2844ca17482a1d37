package net.facteur.server.mailbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.SqlStore;
import net.facteur.queue.sql.SqliteStore;

/// A process with a real queue that delivers into Maildirs, and dies between a copy and its record:
/// `MaildirProcess DIRECTORY MESSAGES COPIES`. It accepts so many messages first, and is gone as
/// soon as it has written so many copies; with 0 copies it lives until the queue is empty.
final class MaildirProcess {
  static final int DIED = 9;

  private MaildirProcess() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    int messages = Integer.parseInt(arguments[1]);
    int copies = Integer.parseInt(arguments[2]);
    var left = new AtomicInteger(copies == 0 ? Integer.MAX_VALUE : copies);
    QueueSettings settings = QueueSettings.in(directory.resolve("queue"));
    InstantSource clock = InstantSource.system();
    RandomGenerator random = RandomGenerator.getDefault();
    SqlStore store = SqliteStore.open(settings, clock);
    DeliveryAgent maildirs =
        new MaildirAgent(
            MailboxSettings.of(directory.resolve("mail"), "mx.example.org"), clock, random);
    var runner =
        new QueueRunner(
            settings,
            store,
            attempt -> delivered(maildirs, attempt, left),
            _ -> Optional.empty(),
            clock,
            random,
            new VirtualThreadWorkers());
    var accepted = new ArrayList<CompletableFuture<QueueId>>();
    for (int i = 0; i < messages; i++) {
      accepted.add(runner.enqueue(message("m" + i, clock, random)).toCompletableFuture());
    }
    accepted.forEach(CompletableFuture::join);
    runner.start();
    while (store.inspector().summary(0).total().all() > 0) {
      Thread.sleep(20);
    }
    runner.close();
  }

  /// No handler, no flush, like SIGKILL.
  private static Map<Recipient, DeliveryOutcome> delivered(
      DeliveryAgent maildirs, DeliveryAttempt attempt, AtomicInteger left) {
    Map<Recipient, DeliveryOutcome> outcomes = maildirs.deliver(attempt);
    if (left.decrementAndGet()
        <= 0) { // whoever comes after the last one is not written down either
      Runtime.getRuntime().halt(DIED);
    }
    return outcomes;
  }

  private static NewMessage message(String name, InstantSource clock, RandomGenerator random) {
    return new NewMessage(
        QueueId.next(clock, random),
        Instant.now(),
        ("Subject: " + name + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1),
        StagedBody.of("hello\r\n".getBytes(StandardCharsets.ISO_8859_1)),
        List.of(
            new Envelope(
                new ReversePath.Of(new MailAddress("s", "example.net")),
                List.of(
                    to("alice", "maildir:alice@example.org"),
                    to("bob+x", "maildir:bob@example.org"),
                    to("carol", "junk:carol@example.org")))),
        MessageTraits.PLAIN,
        "test");
  }

  private static Recipient to(String localPart, String destination) {
    return Recipient.of(new MailAddress(localPart, "example.org"), new Destination(destination));
  }
}
