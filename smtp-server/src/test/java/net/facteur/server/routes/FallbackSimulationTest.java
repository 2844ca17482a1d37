package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.Workers;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.sim.MemoryStore;
import net.facteur.queue.sim.VirtualTime;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.delivery.Journey;
import net.facteur.server.delivery.Way;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.language.Language;
import net.facteur.server.routing.NextHop;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The queue over five weeks of virtual time, with a provider that throttles, blocks, recovers,
/// goes down and recovers again: each message that was accepted arrives once, or its sender hears
/// of it once, and the mail finds its way round and back.
class FallbackSimulationTest {
  private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");
  private static final EnhancedStatusCode OK = EnhancedStatusCode.of(2, 0, 0);

  @TempDir private Path directory;

  @TestFactory
  List<DynamicTest> nothingIsLostOrDoubledAndTheWayBackIsFound() {
    return seeds(6);
  }

  @Tag("long")
  @TestFactory
  List<DynamicTest> norInTheLongRun() {
    return seeds(1000);
  }

  private List<DynamicTest> seeds(int count) {
    Long one = Long.getLong("simulation.seed");
    return (one == null ? LongStream.rangeClosed(1, count) : LongStream.of(one))
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> run(seed)))
        .toList();
  }

  private void run(long seed) throws IOException {
    Path home = Files.createDirectory(directory.resolve("seed" + seed));
    Settings settings =
        RouteSettingsText.read(
            home,
            "routes { second { host = smtp.relay.example } }",
            "fallback { route = second, after = 4h, pause = 12h }");
    try (var world = new World(seed, settings, home)) {
      world.run();
    }
  }

  /// How the provider is at a time.
  private enum Mood {
    WELL,
    THROTTLES,
    BLOCKS,
    DOWN
  }

  private static Mood mood(Instant at) {
    long hours = Duration.between(START, at).toHours();
    if (hours >= 24 && hours < 36) {
      return Mood.THROTTLES;
    }
    if (hours >= 5 * 24 && hours < 16 * 24) {
      return Mood.BLOCKS;
    }
    return hours >= 26 * 24 && hours < 28 * 24 ? Mood.DOWN : Mood.WELL;
  }

  /// Two nodes that share what is counted, and one queue.
  private static final class World implements AutoCloseable {
    private final Random random;
    private final VirtualTime time;
    private final Settings settings;
    private final CountStore store;
    private final MemoryStore.Disk disk = new MemoryStore.Disk();
    private final Workers workers;
    private final QueueRunner runner;
    private final List<Node> nodes = new ArrayList<>();

    /// `id address` of what was accepted.
    private final Set<String> accepted = new TreeSet<>();

    /// The same to how often it arrived, and by which ways.
    private final Map<String, List<String>> arrived = new TreeMap<>();

    private final Map<String, Integer> reported = new HashMap<>();
    private final List<String> notices = new ArrayList<>();

    /// Attempts at the provider while it blocks.
    private int knocks;

    /// What a host took without saying so.
    private final Set<String> unsaid = new HashSet<>();

    private record Node(Fallbacks fallbacks, Routes routes) {}

    World(long seed, Settings settings, Path home) throws IOException {
      this.random = new Random(seed);
      this.settings = settings;
      this.time = new VirtualTime(START, random);
      this.store = SqlCountStore.in(home, time);
      this.workers = time.workers(Duration.ofSeconds(60));
      var queue =
          QueueSettings.in(Path.of("unused"))
              .with(
                  new QueueSettings.Retry(
                      Duration.ofMinutes(5),
                      Duration.ofHours(4),
                      Duration.ofDays(5),
                      Duration.ofHours(4),
                      Duration.ofMinutes(1),
                      Duration.ofMinutes(10)));
      this.runner =
          new QueueRunner(
              queue,
              new MemoryStore(
                  disk,
                  queue.load().recipientsPerAttempt(),
                  time,
                  task -> time.after(Duration.ofMillis(random.nextInt(20)), task),
                  () -> false),
              this::deliver,
              this::report,
              time,
              random,
              workers);
      nodes.add(node());
      nodes.add(node());
    }

    private Node node() throws IOException {
      var fallbacks = new Fallbacks(shared(store), time);
      fallbacks.exchange();
      return new Node(
          fallbacks,
          Routes.of(
              RouteWiring.table(settings),
              fallbacks,
              Explanations.shipped(),
              new FallbackNotices(notice -> notices.add(notice.subject().in(Language.ENGLISH))),
              _ -> false,
              time));
    }

    void run() {
      runner.start();
      for (int i = 0; i < 900; i++) {
        time.after(Duration.ofMinutes(random.nextInt(33 * 24 * 60)), this::enqueue);
      }
      for (int i = 0; i < 6; i++) {
        time.after(Duration.ofMinutes(random.nextInt(33 * 24 * 60)), this::restart);
      }
      time.runUntil(START.plus(Duration.ofDays(45)));
      check();
    }

    private void restart() {
      try {
        nodes.set(random.nextInt(nodes.size()), node());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    private void enqueue() {
      QueueId id = Mail.id(time.instant(), random);
      var destination = new Destination("mx:d" + random.nextInt(4) + ".example");
      List<Recipient> recipients =
          IntStream.rangeClosed(0, random.nextInt(3))
              .mapToObj(i -> Mail.to(name() + i, destination))
              .toList();
      NewMessage message =
          Mail.of(
              id,
              time.instant(),
              StagedBody.of(new byte[10]),
              List.of(new Envelope(Mail.ALICE, recipients)));
      runner
          .enqueue(message)
          .thenAccept(queued -> recipients.forEach(r -> accepted.add(key(queued, r))));
    }

    private String name() {
      int draw = random.nextInt(100);
      return draw < 5 ? "nobody" : draw < 8 ? "spam" : draw < 10 ? "lost" : "alice";
    }

    private static String key(QueueId id, Recipient recipient) {
      return id + " " + recipient.address();
    }

    private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
      if (attempt.destination().text().startsWith("report:")) {
        return took(attempt, "report");
      }
      Node node = nodes.get(random.nextInt(nodes.size()));
      node.fallbacks().exchange();
      NextHop hop = NextHop.parse(attempt.destination()).toOptional().orElseThrow();
      return new Journey(this::carry)
          .make(
              attempt,
              node.routes().begin(attempt, hop, _ -> List.of(DomainName.of("mx1.big.example"))));
    }

    private Map<Recipient, DeliveryOutcome> carry(Way way, DeliveryAttempt attempt) {
      if (way.name().equals("second")) {
        return random.nextInt(20) == 0
            ? all(attempt, deferred(451, 4, 3, 0, "smarthost is busy", true))
            : took(attempt, "second");
      }
      return switch (mood(time.instant())) {
        case WELL -> took(attempt, "direct");
        case THROTTLES ->
            random.nextInt(3) == 0
                ? took(attempt, "direct")
                : all(attempt, deferred(421, 4, 7, 28, "rate of mail is too high", false));
        case BLOCKS -> {
          knocks++;
          yield all(attempt, failed("550 5.7.1 blocked, your IP is on our block list S3140"));
        }
        case DOWN -> all(attempt, deferred(0, 4, 4, 1, "cannot connect: timed out", true));
      };
    }

    private Map<Recipient, DeliveryOutcome> took(DeliveryAttempt attempt, String way) {
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      for (Recipient recipient : attempt.recipients()) {
        outcomes.put(recipient, took(attempt, recipient, way));
      }
      return outcomes;
    }

    private DeliveryOutcome took(DeliveryAttempt attempt, Recipient recipient, String way) {
      String name = recipient.address().localPart();
      if (name.startsWith("nobody")) {
        return failed("550 5.1.1 no such user");
      }
      if (name.startsWith("spam")) {
        return failed("554 5.7.1 this content looks like spam");
      }
      String key = key(attempt.id(), recipient);
      if (name.startsWith("lost") && way.equals("direct") && unsaid.add(key)) {
        // The host did not take it, but nobody can know.
        return new DeliveryOutcome.Deferred(
            EnhancedStatusCode.of(4, 4, 2),
            "connection lost after the end of data: reset",
            remote(),
            true,
            Optional.empty());
      }
      arrived.computeIfAbsent(key, _ -> new ArrayList<>()).add(way + " " + time.instant());
      return new DeliveryOutcome.Delivered(OK, "250 2.0.0 taken", remote(), true, false);
    }

    private static Optional<RemoteHost> remote() {
      return Optional.of(new RemoteHost("mx1.big.example", "192.0.2.1:25", "none"));
    }

    private static DeliveryOutcome failed(String reply) {
      String[] status = reply.split(" ", -1)[1].split("\\.", -1);
      return new DeliveryOutcome.Failed(
          EnhancedStatusCode.of(5, Integer.parseInt(status[1]), Integer.parseInt(status[2])),
          reply,
          remote());
    }

    private static DeliveryOutcome deferred(
        int code, int category, int subject, int detail, String text, boolean down) {
      return new DeliveryOutcome.Deferred(
          EnhancedStatusCode.of(category, subject, detail),
          (code == 0 ? "" : code + " ") + text,
          remote(),
          down,
          Optional.empty());
    }

    private static Map<Recipient, DeliveryOutcome> all(
        DeliveryAttempt attempt, DeliveryOutcome outcome) {
      var outcomes = new HashMap<Recipient, DeliveryOutcome>();
      attempt.recipients().forEach(r -> outcomes.put(r, outcome));
      return outcomes;
    }

    private Optional<NewMessage> report(ReportWriter.Report report) {
      for (ReportWriter.Entry entry : report.entries()) {
        if (entry.event() == ReportWriter.Event.FAILED) {
          reported.merge(key(report.id(), entry.recipient()), 1, Integer::sum);
        }
      }
      QueueId id = Mail.id(time.instant(), random);
      return Optional.of(
          new NewMessage(
              id,
              time.instant(),
              Mail.header(id),
              StagedBody.of("report".getBytes(StandardCharsets.UTF_8)),
              List.of(
                  new Envelope(
                      ReversePath.Null.NULL,
                      List.of(Mail.to("sender", new Destination("report:example.org"))))),
              MessageTraits.PLAIN,
              "report"));
    }

    private void check() {
      assertEquals(Set.of(), disk.openIds(), "still queued");
      assertTrue(accepted.size() > 900);
      for (String key : accepted) {
        String name = key.substring(key.indexOf(' ') + 1);
        boolean refused = name.startsWith("nobody") || name.startsWith("spam");
        assertEquals(refused ? 0 : 1, arrived.getOrDefault(key, List.of()).size(), key);
        assertEquals(refused ? 1 : 0, reported.getOrDefault(key, 0), key);
      }
      assertEquals(
          List.of(
              "big.example refuses mail of this server; it takes another way",
              "Mail to big.example goes the usual way again",
              "No mail gets through to big.example; it takes another way",
              "Mail to big.example goes the usual way again"),
          notices);
      // The block lasts eleven days; a message tries after 12, 24, 48, 96 hours.
      assertTrue(knocks >= 2 && knocks <= 12, () -> knocks + " knocks");
      for (String day : List.of("2026-11-03", "2026-12-03")) {
        assertTrue(ways(day).equals(Set.of("direct")), () -> day + " " + ways(day));
      }
      assertEquals(Set.of("second"), ways("2026-11-11"));
      for (Node node : nodes) {
        node.fallbacks().exchange();
        assertEquals(Map.of(), node.fallbacks().all());
      }
    }

    private Set<String> ways(String day) {
      var ways = new TreeSet<String>();
      arrived.values().stream()
          .flatMap(List::stream)
          .filter(each -> each.contains(day) && !each.startsWith("report"))
          .forEach(each -> ways.add(each.substring(0, each.indexOf(' '))));
      return ways;
    }

    @Override
    public void close() {
      workers.close();
      store.close();
    }
  }

  /// The same store as one that others write, too.
  private static CountStore shared(CountStore store) {
    return (CountStore)
        Proxy.newProxyInstance(
            CountStore.class.getClassLoader(),
            new Class<?>[] {CountStore.class},
            (_, method, values) ->
                method.getName().equals("shared") ? true : method.invoke(store, values));
  }
}
