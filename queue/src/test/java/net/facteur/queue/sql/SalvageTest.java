package net.facteur.queue.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.StagedBody;
import net.facteur.queue.sim.Mail;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.DueDestination;
import net.facteur.queue.store.Settlement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bit or an end of any file of the queue changes while nobody looks. The next start works; what
/// leaves is what was accepted, to whom it was accepted for; what does not leave is named; and no
/// more is lost than what stood on the page that was hit.
class SalvageTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final int MESSAGES = 60;

  /// Messages whose rows share a page: of recipients, the shortest rows, there are some 25.
  private static final int ON_A_PAGE = 45;

  @TempDir private Path base;
  private Path sound;
  private final Map<String, Set<String>> accepted = new HashMap<>();
  private final Map<String, byte[]> octets = new HashMap<>();

  /// Recipients that had left already. A log whose last transaction was hit looks like one after a
  /// power cut, so what that settled goes once more, as it would then.
  private final Set<String> settled = new HashSet<>();

  private static SqliteStore open(Path directory) throws IOException {
    return SqliteStore.open(
        QueueSettings.in(directory)
            .with(new QueueSettings.Storage(8 << 10, 0, 1 << 20, Duration.ofDays(7))),
        InstantSource.fixed(NOW));
  }

  /// A queue as a killed server leaves it: some in the database, some in its log, some delivered.
  @BeforeEach
  void fill() throws IOException {
    Path live = base.resolve("live");
    sound = base.resolve("sound");
    var random = new Random(23);
    try (SqliteStore store = open(live)) {
      for (int i = 0; i < MESSAGES / 2; i++) {
        put(store, i, random);
      }
    }
    try (SqliteStore store = open(live)) {
      for (int i = MESSAGES / 2; i < MESSAGES; i++) {
        put(store, i, random);
      }
      int number = 0;
      for (Consignment due : store.lease(Mail.NET, NOW, 1000).consignments()) {
        if (number++ % 3 == 0) {
          settle(store, due);
          for (var recipient : due.recipients()) {
            String address = recipient.recipient().address().text();
            Objects.requireNonNull(accepted.get(due.id().text())).remove(address);
            settled.add(due.id() + " " + address);
          }
        }
      }
      copy(live, sound);
    }
    accepted.values().removeIf(Set::isEmpty);
  }

  private static void settle(SqliteStore store, Consignment due) {
    var delivered =
        new Delivered(EnhancedStatusCode.of(2, 0, 0), "ok", Optional.empty(), false, false);
    store
        .settle(
            new Settlement(
                due,
                true,
                NOW,
                Duration.ofMillis(5),
                due.recipients().stream()
                    .map(
                        r ->
                            new Settlement.Entry(
                                r,
                                delivered,
                                new Settlement.Fate.Leaves(Settlement.Ending.DELIVERED)))
                    .toList(),
                List.of()))
        .toCompletableFuture()
        .join();
  }

  private void put(SqliteStore store, int number, Random random) throws IOException {
    var id = new QueueId("00000000000001%02d".formatted(number));
    byte[] body = new byte[number % 10 == 0 ? 20_000 : 100 + random.nextInt(6000)];
    random.nextBytes(body);
    var recipients = new ArrayList<Recipient>();
    for (int r = 0; r <= number % 3; r++) {
      recipients.add(Mail.to("user" + number + "-" + r, r == 2 ? Mail.COM : Mail.NET));
    }
    StagedBody staged;
    if (body.length == 20_000) {
      BodyStage stage = store.stage();
      stage.write(ByteBuffer.wrap(body));
      staged = stage.complete();
    } else {
      staged = StagedBody.of(body);
    }
    NewMessage mail = Mail.of(id, NOW, staged, List.of(new Envelope(Mail.ALICE, recipients)));
    var names = new HashSet<String>();
    recipients.forEach(r -> names.add(r.address().text()));
    accepted.put(id.text(), names);
    octets.put(id.text(), body);
    for (Consignment put : store.put(mail).toCompletableFuture().join()) {
      store.release(put);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from, new FileVisitOption[0])) {
      for (Path path : all.toList()) {
        Path name = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(name);
        } else if (!path.endsWith("lock") && !path.endsWith("queue.db-shm")) {
          Files.copy(path, name, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /// What became of the queue.
  private record Outcome(Set<String> left, Set<String> again, int named) {}

  private Outcome drain(Path directory) throws IOException {
    var left = new HashSet<String>();
    var again = new HashSet<String>();
    try (SqliteStore store = open(directory)) {
      for (DueDestination destination : store.destinations("", 100)) {
        for (Consignment due : store.lease(destination.destination(), NOW, 1000).consignments()) {
          deliver(store, due, left, again);
        }
      }
    }
    int named;
    try (SqliteStore store = open(directory)) {
      named = 0;
      for (QueueInspector.Listed listed : store.inspector().list(QueueFilter.ALL, 1000)) {
        named += listed.counts().damaged();
      }
    }
    return new Outcome(left, again, named);
  }

  private void deliver(SqliteStore store, Consignment due, Set<String> left, Set<String> again)
      throws IOException {
    String id = due.id().text();
    try {
      MessageContent content = store.content(due);
      byte[] body;
      try (var in = content.openBody()) {
        body = in.readAllBytes();
      }
      assertTrue(Arrays.equals(octets.get(id), body), "body of " + id);
      assertEquals(
          new String(Mail.header(due.id()), StandardCharsets.ISO_8859_1),
          new String(content.header(), StandardCharsets.ISO_8859_1));
      for (var recipient : due.recipients()) {
        String address = recipient.recipient().address().text();
        if (settled.contains(id + " " + address)) {
          again.add(id);
        } else {
          assertTrue(accepted.getOrDefault(id, Set.of()).contains(address), address + " of " + id);
          assertTrue(left.add(id + " " + address), "twice: " + address);
        }
        assertEquals(
            address.substring(address.indexOf('@') + 1),
            due.destination().text().substring("mx:".length()));
      }
    } catch (DamagedMessageException e) {
      store.setAside(due, String.valueOf(e.getMessage())).toCompletableFuture().join();
    }
  }

  private int total() {
    return accepted.values().stream().mapToInt(Set::size).sum();
  }

  @Test
  void nothingIsLackingWhereNothingWasHit() throws IOException {
    Path copy = base.resolve("copy");
    copy(sound, copy);
    assertEquals(0, drain(copy).named());
    assertEquals(total(), drainAgain().left().size());
  }

  private Outcome drainAgain() throws IOException {
    Path copy = base.resolve("again" + System.nanoTime());
    copy(sound, copy);
    return drain(copy);
  }

  @Test
  void aFlippedBitCostsAtMostWhatItHit() throws IOException {
    flip(Long.getLong("facteur.seed", 11), 60);
  }

  @Test
  @Tag("long")
  void aThousandFlippedBits() throws IOException {
    flip(System.nanoTime(), 1000);
  }

  private void flip(long seed, int times) throws IOException {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    List<Path> files;
    try (Stream<Path> all = Files.walk(sound)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    int total = total();
    int lostInAll = 0;
    for (int i = 0; i < times; i++) {
      // The database and its log are most of what there is.
      Path file = files.get(random.nextInt(files.size()));
      if (random.nextInt(3) > 0) {
        file = sound.resolve(random.nextBoolean() ? "queue.db" : "queue.db-wal");
      }
      byte[] all = Files.readAllBytes(file);
      if (all.length == 0) {
        continue;
      }
      // Of the database, rather the pages that everything hangs on.
      int at = random.nextInt(random.nextInt(4) == 0 ? Math.min(all.length, 8192) : all.length);
      boolean cut = random.nextInt(10) == 0;
      byte[] changed = cut ? Arrays.copyOf(all, at) : all.clone();
      if (!cut) {
        changed[at] ^= (byte) (1 << random.nextInt(8));
      }
      Path copy = base.resolve("copy" + i);
      copy(sound, copy);
      Files.write(copy.resolve(sound.relativize(file).toString()), changed);
      String what =
          (cut ? "cut " : "flip ")
              + sound.relativize(file)
              + " at "
              + at
              + " seed "
              + seed
              + " #"
              + i;
      Outcome outcome;
      try {
        outcome = drain(copy);
      } catch (IOException | RuntimeException e) {
        throw new AssertionError(what, e);
      }
      int lost = total - outcome.left().size();
      lostInAll += lost;
      int bound =
          cut && String.valueOf(file.getFileName()).startsWith("queue.db") ? total : ON_A_PAGE;
      if (lost > 0 || outcome.named() > 0) {
        System.out.println(what + ": lost " + lost + " named " + outcome.named());
      }
      assertTrue(lost <= bound, what + " lost " + lost);
      boolean inLog = file.endsWith("queue.db-wal");
      assertTrue(
          cut || outcome.again().size() <= (inLog ? 1 : 0), what + " again " + outcome.again());
      // What is gone is seen, but for what stood behind a cut.
      assertTrue(lost <= outcome.named() || inLog || cut, what + ": named " + outcome.named());
      delete(copy);
    }
    System.out.println("lost " + lostInAll + " of " + (long) total * times);
  }
}
