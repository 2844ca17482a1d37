package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.sql.SqliteCopy;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileCopies;
import net.facteur.server.files.FileCopies.Belonging;
import net.facteur.server.files.ToldException;
import net.facteur.server.keys.RestoredKeys;
import net.facteur.server.mailbox.UserHome;

/// Puts a backup back: unpacks it beside what is there, and then renames. What was there before is
/// kept, in a directory `before-restore-` and the time.
final class Restore {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// Places of the system, which no backup of a mail server has anything to put into.
  private static final Set<Path> SYSTEM =
      Set.of(
          Path.of("/"),
          Path.of("/bin"),
          Path.of("/boot"),
          Path.of("/dev"),
          Path.of("/etc"),
          Path.of("/home"),
          Path.of("/lib"),
          Path.of("/proc"),
          Path.of("/root"),
          Path.of("/run"),
          Path.of("/sbin"),
          Path.of("/srv"),
          Path.of("/sys"),
          Path.of("/tmp"),
          Path.of("/usr"),
          Path.of("/var"),
          Path.of("/var/lib"),
          Path.of("/var/spool"));

  private final Archive archive;
  private final Manifest manifest;
  private final Roots places;
  private final Path settings;
  private final Set<Part> parts;
  private final InstantSource clock;
  private final String stamp;
  private final Map<Path, Path> staging = new LinkedHashMap<>();
  private final List<String> elsewhere = new ArrayList<>();
  private final Set<Path> made = new LinkedHashSet<>();

  /// @param manifest as the archive was found to be
  /// @param places where the directories of the server are to be
  /// @param settings the settings file
  /// @param parts what is put back
  Restore(
      Archive archive,
      Manifest manifest,
      Roots places,
      Path settings,
      Set<Part> parts,
      InstantSource clock) {
    this.archive = archive;
    this.manifest = manifest;
    this.places = places;
    this.settings = settings.toAbsolutePath().normalize();
    this.parts = parts.isEmpty() ? EnumSet.noneOf(Part.class) : EnumSet.copyOf(parts);
    this.clock = clock;
    this.stamp = STAMP.format(clock.instant());
  }

  /// What came of it.
  ///
  /// @param held recipients that wait for a release
  /// @param kept where what was there before is
  /// @param elsewhere files that belong to other programs' directories, and were put aside
  /// @param dump the rows of a shared queue, to be put into the database
  record Done(long held, List<Path> kept, List<String> elsewhere, Optional<Path> dump) {}

  /// Puts it back.
  ///
  /// @param go what waits in the queue may leave at once
  Done run(boolean go) throws IOException {
    refuseSystem();
    if (RestorePlan.pending(places.data())) {
      throw new ToldException(SAY.planPending());
    }
    DurableDirectory.secret(places.data()).make();
    boolean begun = false;
    try {
      unpack();
      long held = go ? 0 : hold();
      if (parts.contains(Part.KEYS)) {
        doubtKeys();
      }
      RestorePlan plan = plan();
      plan.begin(places.data());
      begun = true;
      List<Path> kept = plan.finish(places.data());
      Path dump = places.queue().resolve(Snapshot.DUMP);
      return new Done(
          held,
          kept,
          elsewhere,
          parts.contains(Part.QUEUE) && Files.exists(dump) ? Optional.of(dump) : Optional.empty());
    } finally {
      if (!begun) {
        for (Path each : staging.values()) {
          new UserHome(each).erase();
        }
      }
    }
  }

  /// A manifest may say anything; a directory that is somebody else's stays alone.
  private void refuseSystem() throws IOException {
    for (Path each : places.all().values()) {
      if (SYSTEM.contains(each) || each.getNameCount() < 2) {
        throw new ToldException(SAY.systemPlace(each));
      }
    }
    Path data = places.data();
    if (Files.isDirectory(data) && !looksLikeOurs(data)) {
      throw new ToldException(SAY.notOurs(data));
    }
  }

  /// Empty, or with something that every server of ours has.
  private boolean looksLikeOurs(Path data) throws IOException {
    boolean empty;
    try (var all = Files.newDirectoryStream(data)) {
      empty = !all.iterator().hasNext();
    }
    return empty
        || List.of("queue", "users", "keys", "srs-secret", "backup.lock", "backups").stream()
            .anyMatch(name -> Files.exists(data.resolve(name)))
        || Files.exists(places.queue().resolve("queue.db"));
  }

  /// The directory in which a file is unpacked and renamed, on the file system of its place.
  private Path base(ArchivedFile file) {
    return base(file.root());
  }

  private Path base(Root root) {
    return switch (root) {
      case DATA -> places.data();
      case QUEUE -> places.queue();
      case KEYS -> places.keys();
      case MAIL -> places.mail();
      case FILE -> Optional.ofNullable(settings.getParent()).orElse(settings);
    };
  }

  /// Where a file belongs below its base; empty where it is not put back by itself.
  private Optional<String> within(ArchivedFile file) {
    if (file.root() != Root.FILE) {
      return Optional.of(file.relative());
    }
    Path was = Path.of("/").resolve(file.relative());
    Path home = manifest.about().settings().getParent();
    if (home == null || !was.startsWith(home)) {
      return Optional.empty();
    }
    // The settings file may get another name.
    return Optional.of(
        was.equals(manifest.about().settings())
            ? String.valueOf(settings.getFileName())
            : home.relativize(was).toString());
  }

  private Path staging(Path base) throws IOException {
    Path known = staging.get(base);
    if (known != null) {
      return known;
    }
    DurableDirectory.secret(base).make();
    try (var all = Files.newDirectoryStream(base, ".restore-*")) {
      for (Path left : all) { // of one that was killed before it had a plan
        if (Files.isDirectory(left, LinkOption.NOFOLLOW_LINKS)) {
          new UserHome(left).erase();
        }
      }
    }
    Path fresh = base.resolve(".restore-" + stamp);
    DurableDirectory.secret(fresh).make();
    staging.put(base, fresh);
    return fresh;
  }

  private void unpack() throws IOException {
    for (ArchivedDirectory directory : manifest.directories()) {
      if (!directory.relative().isEmpty()
          && parts.contains(Part.of(directory.root(), directory.relative()))) {
        Path path = staging(base(directory.root())).resolve(directory.relative());
        make(path, Optional.of(directory));
      }
    }
    archive.each(
        manifest,
        file -> parts.contains(file.part()),
        (file, octets) -> {
          Optional<String> within = within(file);
          Path target;
          if (within.isPresent()) {
            target = staging(base(file)).resolve(within.get());
          } else {
            elsewhere.add("/" + file.relative());
            target =
                staging(places.data()).resolve("restored-files-" + stamp).resolve(file.relative());
          }
          make(Optional.ofNullable(target.getParent()).orElse(target), Optional.empty());
          FileCopies.unpack(
              target,
              new Belonging(file.mode(), file.owner(), file.group()),
              file.modified(),
              octets::transferTo);
        });
    for (Path each : made) {
      DurableDirectory.secret(each).sync();
    }
  }

  private void make(Path path, Optional<ArchivedDirectory> its) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    DurableDirectory.secret(Optional.ofNullable(path.getParent()).orElse(path)).make();
    if (its.isPresent()) {
      FileCopies.directory(
          path, new Belonging(its.get().mode(), its.get().owner(), its.get().group()));
    } else {
      DurableDirectory.secret(path).make();
    }
    made.add(path);
  }

  private long hold() throws IOException {
    Path base = staging.get(places.queue());
    if (!parts.contains(Part.QUEUE) || base == null) {
      return 0;
    }
    Path database = base.resolve("queue.db");
    return Files.exists(database)
        ? SqliteCopy.hold(database, clock.instant(), heldBecause(manifest))
        : 0;
  }

  /// For the life of each message that is held.
  static String heldBecause(Manifest manifest) {
    return "restored from the backup of " + manifest.about().taken();
  }

  private void doubtKeys() throws IOException {
    Path base = staging.get(places.keys());
    if (base != null) {
      RestoredKeys.in(base).doubt(clock.instant());
    }
  }

  /// What is renamed: all that was unpacked, and what would not go with it.
  private RestorePlan plan() throws IOException {
    var moves = new ArrayList<RestorePlan.Move>();
    for (Map.Entry<Path, Path> each : staging.entrySet()) {
      Path base = each.getKey();
      Path aside = base.resolve("before-restore-" + stamp);
      var fresh = new LinkedHashSet<String>();
      for (Path unpacked : inside(each.getValue())) {
        String name = String.valueOf(unpacked.getFileName());
        fresh.add(name);
        moves.add(
            new RestorePlan.Move(Optional.of(unpacked), base.resolve(name), aside.resolve(name)));
      }
      for (Path old : inside(base)) {
        String name = String.valueOf(old.getFileName());
        if (!fresh.contains(name) && goes(base, old, name, fresh)) {
          moves.add(new RestorePlan.Move(Optional.empty(), old, aside.resolve(name)));
        }
      }
    }
    // What goes away goes first: a log beside a database would be taken for that of the new one.
    moves.sort(Comparator.comparing(move -> move.from().isPresent()));
    return new RestorePlan(moves, List.copyOf(staging.values()));
  }

  /// Whether something that is there, and not in the backup, goes aside.
  private boolean goes(Path base, Path old, String name, Set<String> fresh) {
    if ((Inventory.leftOut(Inventory.LEFT_OUT, name) && !isLogOf(name, fresh))
        || name.equals(BackupLog.FILE_NAME)
        || places.all().values().stream().anyMatch(root -> root.startsWith(old))
        || base.equals(base(Root.FILE))) {
      return false;
    }
    if (isLogOf(name, fresh)) {
      return true;
    }
    if (base.equals(places.keys())) {
      return true;
    }
    if (base.equals(places.queue())) {
      return (parts.contains(Part.QUEUE) && name.equals("bodies"))
          || (whole() && !Inventory.leftOut(Inventory.LEFT_OUT_OF_QUEUE, name));
    }
    return base.equals(places.data()) && whole();
  }

  private boolean whole() {
    return parts.containsAll(EnumSet.complementOf(EnumSet.of(Part.MAIL)));
  }

  /// The log of a database that is replaced.
  private static boolean isLogOf(String name, Set<String> fresh) {
    return List.of("-wal", "-shm").stream()
        .anyMatch(
            end ->
                name.endsWith(end)
                    && fresh.contains(name.substring(0, name.length() - end.length())));
  }

  private static List<Path> inside(Path directory) throws IOException {
    var found = new ArrayList<Path>();
    try (var all = Files.newDirectoryStream(directory)) {
      all.forEach(found::add);
    } catch (NoSuchFileException | NotDirectoryException _) {
      return List.of();
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }
}
