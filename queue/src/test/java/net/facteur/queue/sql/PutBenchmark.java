package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.schedule.GroupCommit;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.QueueStore;
import net.facteur.queue.store.Settlement;

/// Durable puts a second with one way to commit and another, in turn, for people to run:
/// `PutBenchmark DIRECTORY [octets] [milliseconds of a turn] [rounds]`. Each session waits for its
/// message to be on disk before it makes the next, on a thread that is not the writer's, and has it
/// delivered at once, as the queue does.
public final class PutBenchmark {
  private static final GroupCommit S = GroupCommit.STANDARD;

  private static final List<Integer> SESSIONS = List.of(1, 20, 100);

  /// Octets that are read before a message is put.
  private static final int WORK = 1 << 20;

  private PutBenchmark() {}

  /// A way to commit, and what came of it.
  private record Way(String name, GroupCommit policy, List<Result> results) {
    Way(String name, GroupCommit policy) {
      this(name, policy, new ArrayList<>());
    }
  }

  private static List<Way> ways() {
    return List.of(
        new Way("standard", S),
        new Way(
            "no pause",
            new GroupCommit(
                Integer.MAX_VALUE, 0, 0, S.patience(), S.patientTogether(), S.urgentTogether())),
        new Way(
            "no patience", new GroupCommit(S.crowd(), S.crowdLasts(), S.longestPause(), 0, 1, 1)),
        new Way("neither", new GroupCommit(Integer.MAX_VALUE, 0, 0, 0, 1, 1)));
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    int octets = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4096;
    int millis = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 10;
    for (int sessions : SESSIONS) {
      List<Way> ways = ways();
      // One more, for the compiler.
      for (int round = 0; round <= rounds; round++) {
        var turns = new ArrayList<>(ways);
        Collections.shuffle(turns);
        for (Way way : turns) {
          Result result = run(directory, way.policy, sessions, octets, millis);
          if (round > 0) {
            way.results.add(result);
          }
        }
      }
      for (Way way : ways) {
        System.out.printf(
            "%4d sessions %-12s %6.0f puts/s, %4.0f us of processor time for each%n",
            sessions,
            way.name,
            middle(way.results.stream().map(Result::rate)),
            middle(way.results.stream().map(Result::micros)));
      }
    }
  }

  /// @param rate puts a second
  /// @param micros of processor time for each
  private record Result(double rate, double micros) {}

  private static double middle(Stream<Double> found) {
    List<Double> sorted = found.sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static Result run(
      Path directory, GroupCommit policy, int sessions, int octets, int millis)
      throws IOException, InterruptedException {
    Path here = Files.createTempDirectory(directory, "puts");
    QueueSettings settings =
        QueueSettings.in(here)
            .with(new QueueSettings.Storage(64 << 10, 0, 1 << 20, Duration.ofDays(7)));
    try (var store = SqliteStore.open(settings, InstantSource.system(), policy, List::of);
        var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      return new Run(store, clients, octets, millis).puts(sessions);
    }
  }

  private static final class Run {
    private final QueueStore store;
    private final ExecutorService clients;
    private final byte[] body;
    private final long millis;
    private final LongAdder done = new LongAdder();

    Run(QueueStore store, ExecutorService clients, int octets, long millis) {
      this.store = store;
      this.clients = clients;
      this.body = new byte[octets];
      this.millis = millis;
    }

    Result puts(int sessions) throws InterruptedException {
      long cpu = cpu();
      var ended = new CountDownLatch(sessions);
      long start = System.nanoTime();
      long end = start + millis * 1_000_000L;
      for (int i = 0; i < sessions; i++) {
        clients.execute(() -> next(end, ended));
      }
      ended.await();
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Result(done.sum() / seconds, (cpu() - cpu) / 1e3 / done.sum());
    }

    private static long cpu() {
      return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private void next(long end, CountDownLatch ended) {
      if (System.nanoTime() >= end) {
        ended.countDown();
        return;
      }
      var _ =
          store
              .put(message())
              .whenCompleteAsync(
                  (consignments, failure) -> {
                    if (failure != null) {
                      failure.printStackTrace();
                      ended.countDown();
                      return;
                    }
                    consignments.forEach(c -> store.settle(delivered(c)));
                    done.increment();
                    next(end, ended);
                  },
                  clients);
    }

    /// With about as much work as it costs a server to take a message in.
    private NewMessage message() {
      var digest = new CRC32C();
      for (int i = 0; i < WORK; i += body.length) {
        digest.update(body);
      }
      byte[] header =
          ("Subject: " + digest.getValue() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
      return new NewMessage(
          QueueId.next(InstantSource.system(), RandomGenerator.getDefault()),
          Instant.now(),
          header,
          StagedBody.of(body),
          List.of(
              new Envelope(
                  new ReversePath.Of(new MailAddress("from", "example.org")),
                  List.of(
                      Recipient.of(
                          new MailAddress("to", "example.net"),
                          new Destination("mx:example.net"))))),
          MessageTraits.PLAIN,
          "benchmark");
    }

    private static Settlement delivered(Consignment consignment) {
      var outcome =
          new DeliveryOutcome.Delivered(
              EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
      return new Settlement(
          consignment,
          true,
          Instant.now(),
          Duration.ofMillis(1),
          consignment.recipients().stream()
              .map(
                  r ->
                      new Settlement.Entry(
                          r, outcome, new Settlement.Fate.Leaves(Settlement.Ending.DELIVERED)))
              .toList(),
          List.of());
    }
  }
}
