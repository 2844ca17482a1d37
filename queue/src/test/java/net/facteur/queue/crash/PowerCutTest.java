package net.facteur.queue.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DueDestination;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The power fails under a real store: every write, sync, rename and unlink of a process with the
/// production queue is recorded while it works, the disk is rebuilt as it may be found after a cut,
/// and the production code opens it. What had been accepted by then is queued, with the right
/// octets, or was delivered or reported.
///
/// The same must fail where a sync is missing; otherwise the test would prove nothing.
class PowerCutTest {
  private static final int MESSAGES = 250;
  private static final int CUTS = 160;
  private static final int SOME_CUTS = 60;
  private static final List<String> PRAGMAS = List.of("PRAGMA wal_autocheckpoint = 150");

  /// What may be found after a cut.
  private record Damage(RebuiltDisk.Octets octets, RebuiltDisk.Names names) {}

  private static final List<Damage> DAMAGES =
      List.of(
          new Damage(RebuiltDisk.Octets.LOST, RebuiltDisk.Names.LOST),
          new Damage(RebuiltDisk.Octets.TORN_512, RebuiltDisk.Names.SOME),
          new Damage(RebuiltDisk.Octets.TORN_4096, RebuiltDisk.Names.SOME),
          new Damage(RebuiltDisk.Octets.KEPT, RebuiltDisk.Names.LOST),
          new Damage(RebuiltDisk.Octets.LOST, RebuiltDisk.Names.KEPT),
          new Damage(RebuiltDisk.Octets.ZEROS, RebuiltDisk.Names.KEPT),
          new Damage(RebuiltDisk.Octets.KEPT, RebuiltDisk.Names.KEPT));

  @TempDir private Path directory;
  private final long seed = Long.getLong("facteur.seed", 5321);
  private final Random random = new Random(seed);
  private boolean compiler;

  @BeforeEach
  void findTheCompiler() {
    System.out.println("seed " + seed);
    compiler =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
    if (!compiler) {
      System.out.println("not run: apt-get install gcc");
      assertFalse("true".equals(System.getenv("CI")), "gcc is missing");
    }
  }

  @Test
  void whatWasAcceptedSurvivesAPowerCut() throws IOException, InterruptedException {
    if (compiler) {
      assertEquals(Map.of(), lost(MESSAGES, "", PRAGMAS, CUTS, false));
    }
  }

  @Test
  @Tag("long")
  void whatWasAcceptedSurvivesAPowerCutAtEverySync() throws IOException, InterruptedException {
    if (compiler) {
      assertEquals(Map.of(), lost(MESSAGES, "", PRAGMAS, Integer.MAX_VALUE, false));
    }
  }

  @Test
  void mailIsLostWithoutSyncedCommits() throws IOException, InterruptedException {
    if (compiler) {
      List<String> pragmas = List.of("PRAGMA wal_autocheckpoint = 150", "PRAGMA synchronous = OFF");
      assertFalse(lost(MESSAGES, "", pragmas, SOME_CUTS, true).isEmpty());
    }
  }

  @Test
  void mailIsLostWithoutSyncedBodies() throws IOException, InterruptedException {
    if (compiler) {
      assertFalse(lost(MESSAGES, "body", PRAGMAS, SOME_CUTS, true).isEmpty());
    }
  }

  @Test
  void mailIsLostWithoutSyncedDirectories() throws IOException, InterruptedException {
    if (compiler) {
      assertFalse(lost(MESSAGES, "directory", PRAGMAS, SOME_CUTS, true).isEmpty());
    }
  }

  /// Runs the process, and cuts the power.
  ///
  /// @param untilLoss stop at the first loss
  /// @return what was lost, by cut
  private Map<String, Set<String>> lost(
      int messages, String swallow, List<String> pragmas, int cuts, boolean untilLoss)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(directory.resolve("process")).toRealPath();
    List<DiskRecord> records = record(root, messages, swallow, pragmas);
    Map<Integer, List<Damage>> plan = plan(records, cuts);
    Map<String, Set<String>> lost = cut(root, records, plan, untilLoss);
    System.out.printf(
        "records %d, cuts %d, of these with a loss %d%n", records.size(), plan.size(), lost.size());
    return lost;
  }

  /// Before and after syncs, and in between; each with one damage after the other where not all
  /// cuts are made. The last with all of them.
  private Map<Integer, List<Damage>> plan(List<DiskRecord> records, int cuts) {
    var places = new ArrayList<Integer>();
    for (int i = 0; i < records.size(); i++) {
      boolean boundary =
          records.get(i) instanceof DiskRecord.SyncBegin
              || records.get(i) instanceof DiskRecord.SyncEnd;
      if (boundary || random.nextInt(4) == 0) {
        places.add(i);
      }
    }
    var plan = new TreeMap<Integer, List<Damage>>();
    for (int i = 0; i < Math.min(cuts, places.size()); i++) {
      if (places.size() <= cuts) {
        plan.put(places.get(i), DAMAGES);
      } else {
        plan.put(
            places.get(random.nextInt(places.size())), List.of(DAMAGES.get(i % DAMAGES.size())));
      }
    }
    plan.put(records.size() - 1, DAMAGES);
    return plan;
  }

  private Map<String, Set<String>> cut(
      Path root, List<DiskRecord> records, Map<Integer, List<Damage>> plan, boolean untilLoss)
      throws IOException {
    var lost = new TreeMap<String, Set<String>>();
    var disk = new RebuiltDisk(root);
    var marks = new Marks(root);
    for (int i = 0; i < records.size(); i++) {
      disk.apply(records.get(i));
      marks.apply(records.get(i));
      for (Damage damage : plan.getOrDefault(i, List.of())) {
        Path found = fresh();
        disk.write(found, damage.octets, damage.names, random);
        Set<String> missing = new TreeSet<>(marks.accepted().keySet());
        missing.removeAll(marks.arrived());
        missing.removeAll(queued(found, marks.accepted()));
        remove(found);
        if (!missing.isEmpty()) {
          lost.put("cut " + i + " " + damage + " seed " + seed, missing);
          if (untilLoss) {
            return lost;
          }
        }
      }
    }
    assertTrue(marks.accepted().size() > MESSAGES / 2, "the process did not work");
    return lost;
  }

  /// What a process says it accepted and delivered, as far as it had come.
  private static final class Marks {
    private final Map<Path, StringBuilder> files = new HashMap<>();
    private final Map<Long, StringBuilder> handles = new HashMap<>();
    private final Path root;

    Marks(Path root) {
      this.root = root;
      files.put(root.resolve("accepted"), new StringBuilder());
      files.put(root.resolve("arrived"), new StringBuilder());
    }

    void apply(DiskRecord record) {
      if (record instanceof DiskRecord.Open(long handle, boolean _, Path path)) {
        Optional.ofNullable(files.get(path)).ifPresent(text -> handles.put(handle, text));
      } else if (record instanceof DiskRecord.Write(long handle, long _, byte[] octets)) {
        Optional.ofNullable(handles.get(handle))
            .ifPresent(text -> text.append(new String(octets, StandardCharsets.ISO_8859_1)));
      }
    }

    private List<String[]> words(String name) {
      return files
          .getOrDefault(root.resolve(name), new StringBuilder())
          .toString()
          .lines()
          .map(l -> l.split(" ", -1))
          .toList();
    }

    /// Hashes by id.
    Map<String, String> accepted() {
      var accepted = new HashMap<String, String>();
      words("accepted").forEach(words -> accepted.put(words[0], words[1]));
      return accepted;
    }

    Set<String> arrived() {
      var arrived = new HashSet<String>();
      words("arrived").forEach(words -> arrived.add(words[1]));
      return arrived;
    }
  }

  /// The ids of messages that are queued with the right octets, and of those that a queued report
  /// is about.
  private static Set<String> queued(Path found, Map<String, String> accepted) throws IOException {
    var queued = new HashSet<String>();
    Instant late = Instant.now().plus(Duration.ofDays(9));
    try (SqliteStore store =
        SqliteStore.open(QueueProcess.settings(found), InstantSource.system())) {
      for (DueDestination due : store.destinations("", 100)) {
        for (Consignment mail : store.lease(due.destination(), late, 100_000).consignments()) {
          byte[] body = body(store, mail);
          String text = new String(body, StandardCharsets.ISO_8859_1);
          boolean report = due.destination().text().equals("report:");
          String id = report ? text.substring(0, 16) : mail.id().text();
          String hash = report ? text.substring(17) : QueueProcess.sha(body);
          if (hash.equals(accepted.getOrDefault(id, hash))) {
            queued.add(id);
          }
        }
      }
    }
    return queued;
  }

  /// Empty, which has another hash, where the body is gone.
  private static byte[] body(SqliteStore store, Consignment mail) {
    try (InputStream in = store.content(mail).openBody()) {
      return in.readAllBytes();
    } catch (IOException e) {
      return new byte[17];
    }
  }

  private List<DiskRecord> record(Path root, int messages, String swallow, List<String> pragmas)
      throws IOException, InterruptedException {
    Path log = directory.resolve("record");
    Path errors = directory.resolve("errors");
    List<String> command = new ArrayList<>();
    command.addAll(KilledQueueTest.java(root, "power", random.nextLong()));
    command.add(Integer.toString(messages));
    command.addAll(pragmas);
    var builder =
        new ProcessBuilder(command).redirectOutput(errors.toFile()).redirectErrorStream(true);
    builder.environment().put("LD_PRELOAD", recorder().toString());
    builder.environment().put("DISK_RECORD_ROOT", root.toString());
    builder.environment().put("DISK_RECORD_LOG", log.toString());
    builder.environment().put("DISK_RECORD_SWALLOW", swallow);
    Process process = builder.start();
    assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the process does not end");
    assertEquals(0, process.exitValue(), () -> KilledQueueTest.text(errors));
    return DiskRecord.read(log);
  }

  private Path recorder() throws IOException, InterruptedException {
    Path source = directory.resolve("disk-recorder.c");
    Path library = directory.resolve("disk-recorder.so");
    try (InputStream in = PowerCutTest.class.getResourceAsStream("disk-recorder.c")) {
      Files.copy(in, source);
    }
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-O1",
                "-o",
                library.toString(),
                source.toString(),
                "-ldl",
                "-lpthread")
            .inheritIO()
            .start();
    assertEquals(0, gcc.waitFor(), "gcc");
    return library;
  }

  /// In memory where there is such a place: a rebuilt disk need not reach another one.
  private Path fresh() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.createTempDirectory(
        Files.isWritable(memory) ? memory : directory, "facteur-power-cut");
  }

  private static void remove(Path found) throws IOException {
    try (Stream<Path> files = Files.walk(found)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        // the store that was opened here takes stray bodies away beside its other work
        Files.deleteIfExists(file);
      }
    }
  }
}
