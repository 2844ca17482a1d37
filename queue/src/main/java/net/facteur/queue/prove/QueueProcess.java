package net.facteur.queue.prove;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.PostgresStore;
import net.facteur.queue.sql.SqlStore;
import net.facteur.queue.sql.SqliteStore;

/// A process with a real queue, real threads and a next hop that writes down what it takes, for
/// trials that kill it, cut its power or fill its disk: `QueueProcess DIRECTORY MODE SEED [REST]`.
///
/// Each line of the file `accepted` in the directory is one accepted message, `id hash`, written
/// once its stage has completed; each line of `arrived` is a message or report that the next hop
/// has taken.
///
/// | mode | what it does |
/// |---|---|
/// | `feed` | takes mail in without end |
/// | `drain` | delivers what is queued, and ends when nothing is left |
/// | `power MESSAGES [PRAGMA...]` | takes so many in, a part of which stays queued, and ends at once |
/// | `share MESSAGES URL` | is a node of a shared queue: takes so many in, then drains it |
/// | `fill` | takes mail in until there is no room, writes a line into `refused` for each that was refused, drains |
final class QueueProcess {
  private static final int UNDER_WAY = 200;
  private static final Duration SHORT_LEASE = Duration.ofSeconds(3);
  private static final int UNDER_WAY_WITH_POWER = 6;
  private static final Destination WORKS = new Destination("mx:works.test");
  private static final Destination MOODY = new Destination("mx:moody.test");
  private static final Destination REFUSES = new Destination("mx:refuses.test");
  private static final Destination LATE = new Destination("mx:late.test");
  private static final Destination REPORTS = new Destination("report:");
  private static final ReversePath ALICE =
      new ReversePath.Of(new MailAddress("alice", "example.org"));
  private static final int REFUSALS = 20;

  private final FileChannel accepted;
  private final FileChannel arrived;
  private final AtomicInteger refusals = new AtomicInteger();
  private final Random random;
  private final SqlStore store;
  private volatile boolean draining;
  private final QueueRunner runner;

  private QueueProcess(Path directory, long seed, List<String> pragmas) throws IOException {
    this.random = new Random(seed);
    this.accepted = appended(directory.resolve("accepted"));
    this.arrived = appended(directory.resolve("arrived"));
    QueueSettings settings = settings(directory);
    this.store = open(settings, pragmas);
    this.runner =
        new QueueRunner(
            settings,
            store,
            this::deliver,
            this::report,
            InstantSource.system(),
            RandomGenerator.getDefault(),
            new VirtualThreadWorkers());
  }

  private static SqlStore open(QueueSettings settings, List<String> how) throws IOException {
    if (!how.isEmpty() && how.getFirst().startsWith("jdbc:")) {
      var database =
          new PostgresSettings(how.getFirst(), Optional.empty(), Optional.empty(), SHORT_LEASE);
      return PostgresStore.open(settings, database, InstantSource.system());
    }
    return SqliteStore.open(settings, InstantSource.system(), how);
  }

  private static FileChannel appended(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /// The settings of the queue that such a process has in a directory.
  static QueueSettings settings(Path directory) {
    return QueueSettings.in(directory.resolve("queue"))
        .with(new QueueSettings.Storage(16 << 10, 1024, 8 << 20, Duration.ofDays(1)))
        .with(
            new QueueSettings.Retry(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1)));
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    List<String> rest = List.of(arguments).subList(3, arguments.length);
    var process =
        new QueueProcess(
            directory,
            Long.decode(arguments[2]),
            rest.subList(Math.min(1, rest.size()), rest.size()));
    process.runner.start();
    switch (arguments[1]) {
      case "feed" -> process.feed(Integer.MAX_VALUE);
      case "fill" -> process.fill(directory.resolve("refused"));
      case "drain" -> {
        process.draining = true;
        process.drain();
      }
      case "power" -> process.power(Integer.decode(rest.getFirst()));
      case "share" -> {
        process.feed(Integer.decode(rest.getFirst()));
        process.draining = true;
        process.drain();
      }
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  private void feed(int messages) throws IOException, InterruptedException {
    feed(new Semaphore(UNDER_WAY), messages, List.of(WORKS, WORKS, MOODY, REFUSES));
  }

  private void power(int messages) throws IOException, InterruptedException {
    var room = new Semaphore(UNDER_WAY_WITH_POWER);
    feed(room, messages, List.of(WORKS, LATE, LATE, REFUSES));
    room.acquire(UNDER_WAY_WITH_POWER);
    Runtime.getRuntime().halt(0);
  }

  private void fill(Path refused) throws IOException, InterruptedException {
    var room = new Semaphore(UNDER_WAY_WITH_POWER);
    while (refusals.get() < REFUSALS) {
      feed(room, 1, List.of(LATE));
    }
    room.acquire(UNDER_WAY_WITH_POWER);
    note(appended(refused), String.join("\n", Collections.nCopies(refusals.get(), "refused")));
    draining = true;
    drain();
  }

  private void feed(Semaphore room, int messages, List<Destination> destinations)
      throws IOException, InterruptedException {
    for (int i = 0; i < messages; i++) {
      room.acquire();
      NewMessage message;
      try {
        message = message(destinations.get(random.nextInt(destinations.size())));
      } catch (IOException e) {
        refusals.incrementAndGet();
        room.release();
        continue;
      }
      runner
          .enqueue(message)
          .whenComplete(
              (id, failure) -> {
                if (failure == null) {
                  note(accepted, id + " " + new String(message.header(), 0, 64, LATIN));
                } else {
                  refusals.incrementAndGet();
                }
                room.release();
              });
    }
  }

  private static final Charset LATIN = StandardCharsets.ISO_8859_1;

  /// Waits until nothing is queued, and says what is, should that never happen.
  private void drain() throws InterruptedException {
    while (store.inspector().summary(0).total().all() > 0) {
      Thread.sleep(50);
    }
    if (!store.inspector().list(QueueFilter.ALL, 1).isEmpty()) {
      throw new IllegalStateException("the list and the summary disagree");
    }
    runner.close();
  }

  /// Some bodies fit the row, others go to a file. The header begins with the body's hash.
  private NewMessage message(Destination destination) throws IOException {
    byte[] body = new byte[random.nextInt(10) == 0 ? 20_000 + random.nextInt(80_000) : 2000];
    random.nextBytes(body);
    QueueId id = QueueId.next(InstantSource.system(), random);
    BodyStage stage = runner.stage();
    try {
      stage.write(ByteBuffer.wrap(body));
    } catch (IOException e) {
      stage.discard();
      throw e;
    }
    return new NewMessage(
        id,
        InstantSource.system().instant(),
        (sha(body) + ": x\r\n\r\n").getBytes(LATIN),
        stage.complete(),
        List.of(
            new Envelope(
                ALICE, List.of(Recipient.of(new MailAddress("bob", "example.net"), destination)))),
        MessageTraits.PLAIN,
        "test");
  }

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    var outcomes = new HashMap<Recipient, DeliveryOutcome>();
    for (Recipient recipient : attempt.recipients()) {
      outcomes.put(recipient, outcome(attempt));
    }
    return outcomes;
  }

  private DeliveryOutcome outcome(DeliveryAttempt attempt) {
    if (attempt.destination().equals(REFUSES)) {
      return new DeliveryOutcome.Failed(
          EnhancedStatusCode.of(5, 1, 1), "550 nobody", Optional.empty());
    }
    if ((attempt.destination().equals(LATE) && !draining)
        || (attempt.destination().equals(MOODY)
            && !draining
            && ThreadLocalRandom.current().nextBoolean())) {
      return new DeliveryOutcome.Deferred(
          EnhancedStatusCode.of(4, 2, 0), "450 later", Optional.empty(), false, Optional.empty());
    }
    String body = body(attempt.content());
    note(
        arrived,
        attempt.destination().equals(REPORTS)
            ? "reported " + body
            : "delivered " + attempt.id() + " " + body);
    return new DeliveryOutcome.Delivered(
        EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
  }

  /// The text of a report, the hash of anything else.
  private static String body(MessageContent content) {
    try (InputStream in = content.openBody()) {
      byte[] body = in.readAllBytes();
      return content.header()[0] == 'R' ? new String(body, LATIN) : sha(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One write, so that lines stay whole; what a process has written survives its death.
  private static void note(FileChannel file, String line) {
    try {
      file.write(ByteBuffer.wrap((line + "\n").getBytes(LATIN)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<NewMessage> report(ReportWriter.Report about) {
    return Optional.of(
        new NewMessage(
            QueueId.next(InstantSource.system(), RandomGenerator.getDefault()),
            InstantSource.system().instant(),
            "Report: x\r\n\r\n".getBytes(LATIN),
            StagedBody.of((about.id() + " " + body(about.content())).getBytes(LATIN)),
            List.of(
                new Envelope(
                    ReversePath.Null.NULL,
                    List.of(Recipient.of(new MailAddress("alice", "example.org"), REPORTS)))),
            MessageTraits.PLAIN,
            "report " + about.id()));
  }

  static String sha(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
