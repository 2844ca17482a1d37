package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
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
import net.facteur.queue.store.QueueStore;

/// Durable puts a second, for people to run: `PutBenchmark DIRECTORY [octets] [seconds]`. Each
/// session waits for its message to be on disk before it sends the next.
public final class PutBenchmark {
  private PutBenchmark() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    int octets = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4096;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 4;
    for (int sessions : new int[] {20, 1, 20, 100, 1, 20, 100}) {
      Path here = Files.createTempDirectory(directory, "puts");
      try (var store = SqliteStore.open(QueueSettings.in(here), InstantSource.system())) {
        System.out.printf(
            "%4d sessions: %6.0f puts/s%n", sessions, run(store, sessions, octets, seconds));
      }
    }
  }

  private static double run(QueueStore store, int sessions, int octets, int seconds)
      throws InterruptedException {
    var done = new AtomicLong();
    var ended = new CountDownLatch(sessions);
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    byte[] header =
        "Subject: benchmark\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    byte[] body = new byte[octets];
    for (int i = 0; i < sessions; i++) {
      next(store, header, body, end, done, ended);
    }
    ended.await();
    return done.get() / ((System.nanoTime() - start) / 1e9);
  }

  private static void next(
      QueueStore store,
      byte[] header,
      byte[] body,
      long end,
      AtomicLong done,
      CountDownLatch ended) {
    if (System.nanoTime() >= end) {
      ended.countDown();
      return;
    }
    var id = QueueId.next(InstantSource.system(), RandomGenerator.getDefault());
    var envelope =
        new Envelope(
            new ReversePath.Of(new MailAddress("from", "example.org")),
            List.of(
                Recipient.of(
                    new MailAddress("to", "example.net"), new Destination("mx:example.net"))));
    var _ =
        store
            .put(
                new NewMessage(
                    id,
                    Instant.now(),
                    header,
                    StagedBody.of(body),
                    List.of(envelope),
                    MessageTraits.PLAIN,
                    "benchmark"))
            .whenComplete(
                (consignments, failure) -> {
                  if (failure != null) {
                    failure.printStackTrace();
                    ended.countDown();
                    return;
                  }
                  consignments.forEach(store::release);
                  done.incrementAndGet();
                  next(store, header, body, end, done, ended);
                });
  }
}
