package net.facteur.queue.prove;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DueDestination;

/// Lets the power fail under a real queue: every write, sync, rename and unlink of a process is
/// recorded while it works, the disk is rebuilt as it may be found after a cut, and the production
/// code opens it. What had been accepted by then is queued, with the right octets, or was delivered
/// or reported.
///
/// The recorder is a few lines of C, compiled here.
public final class PowerCutTrial {
  private static final int LONGEST_MINUTES = 5;

  /// Octets in the log of the database before they are copied: small, so that cuts fall into that.
  private static final String OFTEN_COPIED = "PRAGMA wal_autocheckpoint = 150";

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

  private final Trials trials;
  private final Path directory;
  private final Random random;
  private final int messages;

  /// @param directory an empty one
  /// @param messages that the process accepts
  public PowerCutTrial(Trials trials, Path directory, Random random, int messages) {
    this.trials = trials;
    this.directory = directory;
    this.random = random;
    this.messages = messages;
  }

  /// @param records what the process did to its files
  /// @param lost ids, by the cut that lost them
  public record Outcome(int records, int cuts, int accepted, Map<String, Set<String>> lost) {
    public boolean kept() {
      return lost.isEmpty();
    }

    /// Both together.
    Outcome and(Outcome other) {
      var both = new TreeMap<>(lost);
      both.putAll(other.lost);
      return new Outcome(
          records + other.records, cuts + other.cuts, accepted + other.accepted, both);
    }
  }

  /// True where this machine has what compiles the recorder.
  public static boolean canRecord() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc")));
  }

  /// @param swallow a kind of sync that is left out, `body` or `directory`, empty for none
  /// @param pragmas of the database, besides those of production
  /// @param most cuts, spread over the record
  /// @param again asked with the number of cuts so far whether there is to be another
  public Outcome run(String swallow, List<String> pragmas, int most, IntPredicate again)
      throws IOException, InterruptedException {
    Path root = Files.createDirectory(directory.resolve("process")).toRealPath();
    List<DiskRecord> records = record(root, swallow, pragmas);
    return cut(root, records, plan(records, most), again);
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

  private Outcome cut(
      Path root, List<DiskRecord> records, Map<Integer, List<Damage>> plan, IntPredicate again)
      throws IOException {
    var lost = new TreeMap<String, Set<String>>();
    var disk = new RebuiltDisk(root);
    var marks = new Marks(root);
    int cuts = 0;
    for (int i = 0; i < records.size(); i++) {
      disk.apply(records.get(i));
      marks.apply(records.get(i));
      for (Damage damage : plan.getOrDefault(i, List.of())) {
        if (!again.test(cuts)) {
          return new Outcome(records.size(), cuts, marks.accepted().size(), lost);
        }
        cuts++;
        Path found = fresh();
        disk.write(found, damage.octets, damage.names, random);
        var missing = new TreeSet<String>(marks.accepted().keySet());
        missing.removeAll(marks.arrived());
        missing.removeAll(queued(found, marks.accepted()));
        Trials.delete(found);
        if (!missing.isEmpty()) {
          lost.put("cut " + i + " " + damage, missing);
        }
      }
    }
    return new Outcome(records.size(), cuts, marks.accepted().size(), lost);
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
    Instant late = InstantSource.system().instant().plus(Duration.ofDays(9));
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

  private List<DiskRecord> record(Path root, String swallow, List<String> pragmas)
      throws IOException, InterruptedException {
    Path log = directory.resolve("record");
    Path errors = directory.resolve("errors");
    var rest = new ArrayList<>(List.of(Integer.toString(messages), OFTEN_COPIED));
    rest.addAll(pragmas);
    var builder =
        new ProcessBuilder(
                trials.command(root, "power", random.nextLong(), rest.toArray(String[]::new)))
            .redirectOutput(errors.toFile())
            .redirectErrorStream(true);
    builder.environment().put("LD_PRELOAD", recorder().toString());
    builder.environment().put("DISK_RECORD_ROOT", root.toString());
    builder.environment().put("DISK_RECORD_LOG", log.toString());
    builder.environment().put("DISK_RECORD_SWALLOW", swallow);
    Process process = builder.start();
    if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new TrialFailedException(
          "the recorded process does not end well: " + Files.readString(errors));
    }
    return DiskRecord.read(log);
  }

  private Path recorder() throws IOException, InterruptedException {
    Path source = directory.resolve("disk-recorder.c");
    Path library = directory.resolve("disk-recorder.so");
    try (InputStream in =
        Objects.requireNonNull(PowerCutTrial.class.getResourceAsStream("disk-recorder.c"))) {
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
            .redirectErrorStream(true)
            .start();
    byte[] said = gcc.getInputStream().readAllBytes();
    if (gcc.waitFor() != 0) {
      throw new TrialFailedException("gcc: " + new String(said, StandardCharsets.UTF_8));
    }
    return library;
  }

  /// In memory where there is such a place: a rebuilt disk need not reach another one.
  private Path fresh() throws IOException {
    Path memory = Path.of("/dev/shm");
    return Files.createTempDirectory(
        Files.isWritable(memory) ? memory : directory, "facteur-power-cut");
  }
}
