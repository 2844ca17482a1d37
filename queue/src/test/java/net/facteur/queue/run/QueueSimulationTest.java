package net.facteur.queue.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.MemoryStore;
import net.facteur.queue.sim.VirtualTime;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// The engine against virtual time, a store that fails and crashes, and next hops that are down,
/// slow, moody or dead, each run from a seed: whatever was accepted is in the end delivered or
/// reported, octet for octet, and nothing else is.
class QueueSimulationTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

  static final QueueInspector NOBODY_LOOKS =
      new QueueInspector() {
        @Override
        public List<Listed> list(QueueFilter filter, int limit) {
          throw new AssertionError();
        }

        @Override
        public List<Listed> list(QueueFilter filter, QueueId after, int limit) {
          throw new AssertionError();
        }

        @Override
        public Summary summary(int limit) {
          throw new AssertionError();
        }

        @Override
        public Optional<Shown> show(QueueId id) {
          throw new AssertionError();
        }

        @Override
        public List<QueueId> find(String text, int limit) {
          throw new AssertionError();
        }

        @Override
        public List<Refusal> refusals(String address, int limit) {
          throw new AssertionError();
        }

        @Override
        public List<Unreported> unreported(Instant from, Instant before, int limit) {
          throw new AssertionError();
        }

        @Override
        public List<Sent> held(Optional<String> account, Optional<QueueId> after, int limit) {
          throw new AssertionError();
        }

        @Override
        public List<Sent> sent(String account, Instant since, int limit) {
          throw new AssertionError();
        }

        @Override
        public Own own(String account, Instant since, int looked, int limit) {
          throw new AssertionError();
        }

        @Override
        public Optional<String> account(QueueId id) {
          throw new AssertionError();
        }

        @Override
        public Optional<MessageContent> content(QueueId id) {
          throw new AssertionError();
        }
      };

  @TestFactory
  List<DynamicTest> nothingAcceptedIsLost() {
    return seeds(200);
  }

  @Tag("long")
  @TestFactory
  List<DynamicTest> nothingAcceptedIsLostInTheLongRun() {
    return seeds(10_000);
  }

  /// All of them, or the one that is asked for.
  private static List<DynamicTest> seeds(int count) {
    Long one = Long.getLong("simulation.seed");
    return (one == null ? LongStream.rangeClosed(1, count) : LongStream.of(one))
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> new World(seed).run()))
        .toList();
  }

  private static final class World {
    private final Random random;
    private final VirtualTime time;
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final QueueSettings settings;
    private final double failureRate;

    /// `id address` to the SHA-256 of the content.
    private final Map<String, String> accepted = new HashMap<>();

    private final Map<String, String> delivered = new HashMap<>();
    private final Set<String> reported = new HashSet<>();
    private final Map<QueueId, String> hashes = new HashMap<>();
    private final Set<QueueId> removed = new HashSet<>();
    private int duplicates;
    private int crashes;
    private boolean calm;
    private MemoryStore store;
    private QueueRunner runner;
    private Workers workers;

    World(long seed) {
      this.random = new Random(seed);
      this.time = new VirtualTime(START, random);
      this.failureRate = random.nextInt(3) * 0.05;
      this.settings =
          QueueSettings.in(java.nio.file.Path.of("unused"))
              .with(
                  new QueueSettings.Retry(
                      Duration.ofMinutes(5),
                      Duration.ofHours(2),
                      Duration.ofDays(1),
                      Duration.ofHours(4),
                      Duration.ofMinutes(1),
                      Duration.ofMinutes(10)))
              .with(
                  new QueueSettings.Load(
                      1 + random.nextInt(12),
                      4,
                      2,
                      1 + random.nextInt(4),
                      100,
                      2 + random.nextInt(20)));
      this.store = newStore();
      this.workers = time.workers(Duration.ofSeconds(90));
      this.runner = newRunner();
    }

    private MemoryStore newStore() {
      return new MemoryStore(
          disk,
          settings.load().recipientsPerAttempt(),
          time,
          task -> time.after(Duration.ofMillis(random.nextInt(20)), task),
          () -> !calm && random.nextDouble() < failureRate);
    }

    private QueueRunner newRunner() {
      int process = crashes;
      return new QueueRunner(
          settings,
          store,
          attempt -> process == crashes ? deliver(attempt) : Map.of(),
          this::report,
          time,
          random,
          workers);
    }

    void run() {
      runner.start();
      int messages = 5 + random.nextInt(30);
      for (int i = 0; i < messages; i++) {
        time.after(Duration.ofSeconds(random.nextInt(4 * 3600)), this::enqueue);
      }
      for (int i = random.nextInt(4); i > 0; i--) {
        time.after(Duration.ofSeconds(random.nextInt(8 * 3600)), this::crash);
      }
      for (int i = random.nextInt(20); i > 0; i--) {
        time.after(Duration.ofSeconds(random.nextInt(8 * 3600)), this::operate);
      }
      time.runUntil(START.plus(Duration.ofHours(9)));
      calm = true;
      hashes.keySet().forEach(id -> runner.operator(NOBODY_LOOKS).release(id, QueueFilter.ALL));
      time.runUntil(START.plus(Duration.ofDays(4)));
      check();
    }

    private void crash() {
      workers.close();
      store.crash();
      crashes++;
      store = newStore();
      workers = time.workers(Duration.ofSeconds(90));
      runner = newRunner();
      runner.start();
    }

    /// An operator does something to one message, sooner or later releasing what was held.
    private void operate() {
      List<QueueId> ids = hashes.keySet().stream().sorted().toList();
      if (ids.isEmpty()) {
        return;
      }
      QueueId id = ids.get(random.nextInt(ids.size()));
      QueueOperator operator = runner.operator(NOBODY_LOOKS);
      switch (random.nextInt(6)) {
        case 0 -> {
          operator.hold(id, QueueFilter.ALL);
          time.after(
              Duration.ofSeconds(random.nextInt(3600)),
              () -> runner.operator(NOBODY_LOOKS).release(id, QueueFilter.ALL));
        }
        case 1 -> operator.release(id, QueueFilter.ALL);
        case 2 -> operator.retryNow(id, QueueFilter.ALL);
        case 3 -> operator.bounce(id, QueueFilter.ALL);
        case 4 -> operator.move(id, QueueFilter.ALL.with(hop(random.nextInt(6))), hop(0));
        default -> {
          removed.add(id);
          operator.remove(id, QueueFilter.ALL);
        }
      }
    }

    private void enqueue() {
      QueueId id = Mail.id(time.instant(), random);
      byte[] body = new byte[random.nextInt(500)];
      random.nextBytes(body);
      var envelopes = new ArrayList<Envelope>();
      for (int e = random.nextInt(2); e >= 0; e--) {
        var recipients = new ArrayList<Recipient>();
        for (int i = random.nextInt(6); i >= 0; i--) {
          recipients.add(Mail.to("e" + e + "r" + i, hop(random.nextInt(6))));
        }
        ReversePath from =
            new ReversePath.Of(
                new net.facteur.queue.MailAddress("s" + random.nextInt(3) + e, "example.org"));
        envelopes.add(new Envelope(from, recipients));
      }
      NewMessage message = Mail.of(id, time.instant(), StagedBody.of(body), envelopes);
      String hash = sha(message.header(), body);
      hashes.put(id, hash);
      int process = crashes;
      runner
          .enqueue(message)
          .whenComplete(
              (queued, failure) -> {
                // A process that is gone cannot say 250.
                if (failure == null && process == crashes) {
                  assertEquals(id, queued);
                  envelopes.forEach(
                      e -> e.recipients().forEach(r -> accepted.put(key(id, r), hash)));
                }
              });
    }

    private static Destination hop(int n) {
      return new Destination("mx:hop" + n + ".test");
    }

    private static String key(QueueId id, Recipient recipient) {
      return id + " " + recipient.address();
    }

    /// Hop 0 works, 1 is moody, 2 refuses half for good, 3 is down by the hour, 4 is dead, 5 makes
    /// the agent fail or forget.
    private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
      if (attempt.destination().text().startsWith("report:")) {
        return arrived(attempt);
      }
      assertTrue(attempt.recipients().size() <= settings.load().recipientsPerAttempt());
      int n = attempt.destination().text().charAt("mx:hop".length()) - '0';
      boolean hourDown = time.instant().getEpochSecond() / 3600 % 2 == 0;
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      if (n == 5 && random.nextInt(300) == 0) {
        throw new IllegalStateException("scripted agent failure");
      }
      for (Recipient recipient : attempt.recipients()) {
        if (n == 4 || (n == 3 && hourDown)) {
          outcomes.put(recipient, deferred(true));
        } else if (n == 2 && recipient.address().localPart().hashCode() % 2 == 0) {
          outcomes.put(
              recipient,
              new DeliveryOutcome.Failed(
                  EnhancedStatusCode.of(5, 1, 1), "550 nobody", Optional.empty()));
        } else if (n == 1 && random.nextBoolean()) {
          outcomes.put(recipient, deferred(false));
        } else if (n != 5 || random.nextBoolean()) {
          outcomes.put(recipient, took(attempt, recipient));
        }
      }
      return outcomes;
    }

    private Map<Recipient, DeliveryOutcome> arrived(DeliveryAttempt attempt) {
      assertEquals(ReversePath.Null.NULL, attempt.reversePath());
      try (InputStream in = attempt.content().openBody()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        text.lines().forEach(reported::add);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      return Map.of(
          attempt.recipients().getFirst(),
          new DeliveryOutcome.Delivered(
              EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), false, false));
    }

    private DeliveryOutcome took(DeliveryAttempt attempt, Recipient recipient) {
      String was = delivered.put(key(attempt.id(), recipient), sha(attempt.content()));
      if (was != null) {
        duplicates++;
      }
      return new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    }

    private static DeliveryOutcome deferred(boolean down) {
      return new DeliveryOutcome.Deferred(
          EnhancedStatusCode.of(4, 4, 1), "451 later", Optional.empty(), down, Optional.empty());
    }

    /// The report is a message like any other, whose arrival counts.
    private Optional<NewMessage> report(ReportWriter.Report report) {
      if (random.nextInt(50) == 0 && !calm) {
        throw new IllegalStateException("scripted report failure");
      }
      assertEquals(hashes.get(report.id()), sha(report.content()));
      var lines = new StringBuilder();
      for (ReportWriter.Entry entry : report.entries()) {
        if (entry.event() == ReportWriter.Event.FAILED) {
          lines.append(key(report.id(), entry.recipient())).append('\n');
        }
      }
      QueueId id = Mail.id(time.instant(), random);
      byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
      return Optional.of(
          new NewMessage(
              id,
              time.instant(),
              Mail.header(id),
              StagedBody.of(body),
              List.of(
                  new Envelope(
                      ReversePath.Null.NULL,
                      List.of(Mail.to("sender", new Destination("report:example.org"))))),
              net.facteur.queue.MessageTraits.PLAIN,
              "report"));
    }

    private void check() {
      String state = " (crashes " + crashes + ", duplicates " + duplicates + ")";
      assertEquals(Set.of(), disk.openIds(), "still queued" + state);
      var missing = new TreeSet<String>();
      accepted.forEach(
          (key, hash) -> {
            String got = delivered.get(key);
            boolean gone = removed.contains(new QueueId(key.substring(0, key.indexOf(' '))));
            if (got == null && !reported.contains(key) && !gone) {
              missing.add(key);
            } else if (got != null) {
              assertEquals(hash, got, "altered: " + key);
            }
          });
      assertEquals(Set.of(), missing, "lost" + state);
      if (crashes == 0) {
        assertEquals(0, duplicates, "duplicates without a crash");
      }
    }

    private static String sha(MessageContent content) {
      try (InputStream in = content.openBody()) {
        return sha(content.header(), in.readAllBytes());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private static String sha(byte[] header, byte[] body) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(header);
        return HexFormat.of().formatHex(digest.digest(body));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
