package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import net.facteur.queue.sql.PostgresDump;
import net.facteur.queue.sql.SqliteCopy;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.config.Settings;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileCopies;
import net.facteur.server.files.SoleTurn;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.HostSettings;
import net.facteur.server.mailbox.DeliveredName;
import net.facteur.server.mailbox.UserHome;
import net.facteur.server.quarantine.QuarantineSettings;
import net.facteur.server.queue.StoreSettings;

/// Everything that belongs to a backup, as it is at one moment, while the server works on.
///
/// The queue is the clock: the moment is that of its one read transaction. Mail that programs or
/// the quarantine hand to the queue is looked at before and after it, mail that leaves the queue
/// for a mailbox is looked at after it, and a copy in a mailbox whose recipient still waits in the
/// queue is left out. So no message is in both, and none is in neither.
final class Snapshot implements AutoCloseable {
  /// The rows of a shared queue, below the root of the queue.
  static final String DUMP = "postgresql.dump";

  private static final String STAGING = "backup-staging";

  /// What must stay free on the disk for the copy of the queue, beside the copy.
  private static final long SPARE = 64L << 20;

  private final Settings settings;
  private final Roots roots;
  private final InstantSource clock;
  private final SoleTurn turn;
  private final List<Path> staged = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private final List<ArchivedDirectory> directories = new ArrayList<>();
  private final Set<String> waiting = new HashSet<>();
  private final Walk walk = new Walk(leftOut);
  private Optional<About> about = Optional.empty();

  private Snapshot(Settings settings, InstantSource clock, SoleTurn turn) {
    this.settings = settings;
    this.roots = Roots.from(settings);
    this.clock = clock;
    this.turn = turn;
  }

  /// Takes one.
  ///
  /// @param program the version of this program
  /// @param mail with the Maildirs, which [#mail] walks through
  /// @throws ToldException where another backup is under way, or there is no room
  static Snapshot take(Settings settings, String program, boolean mail, InstantSource clock)
      throws IOException {
    Path data = Roots.from(settings).data();
    if (!Files.isDirectory(data)) {
      throw new NoSuchFileException(data.toString());
    }
    SoleTurn turn =
        SoleTurn.take(data.resolve("backup.lock"))
            .orElseThrow(() -> new ToldException(SAY.underWay()));
    var taken = new Snapshot(settings, clock, turn);
    boolean whole = false;
    try {
      taken.gather(program, mail);
      whole = true;
      return taken;
    } finally {
      if (!whole) {
        taken.close();
      }
    }
  }

  private void gather(String program, boolean mail) throws IOException {
    Path data = staging(roots.data());
    Map<Path, Path> spooled = spooled(data);
    Path quarantine = QuarantineSettings.directory(HostSettings.from(settings));
    Path linked = data.resolve("quarantine");
    link(quarantine, linked);
    Instant moment = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    QueueAtMoment queued = queue();
    QuarantineAtMoment.settle(quarantine, linked, queued::knows, clock);
    queued.waits(
        open ->
            waiting.add(
                DeliveredName.of(
                    open.received(),
                    open.id(),
                    open.reversePath(),
                    open.address(),
                    open.originalRecipient().orElse(""))));
    for (Map.Entry<Path, Path> each : spooled.entrySet()) {
      // What the server has removed from there meanwhile is in the queue, mostly before the moment.
      if (Files.exists(each.getKey(), LinkOption.NOFOLLOW_LINKS)) {
        add(Root.FILE, each.getKey().toString().substring(1), each.getValue(), each.getKey());
      }
    }
    files(data, quarantine, linked);
    about =
        Optional.of(
            new About(
                program,
                moment,
                HostSettings.from(settings).name().text(),
                addresses(),
                settings.file().toAbsolutePath().normalize(),
                roots.all(),
                queued.schema(),
                queued.shared(),
                queued.messages(),
                queued.recipients(),
                users(),
                mail,
                List.of()));
  }

  private Path staging(Path root) throws IOException {
    Path staging = root.resolve(STAGING);
    new UserHome(staging).erase(); // of one that was killed
    DurableDirectory.secret(staging).make();
    staged.add(staging);
    return staging;
  }

  /// Copies what programs left, since the server takes no file with two names.
  private Map<Path, Path> spooled(Path staging) throws IOException {
    var copies = new LinkedHashMap<Path, Path>();
    for (Path spool : Inventory.spools(settings)) {
      walk.through(
          spool,
          _ -> true,
          (file, _) -> {
            Path copy = staging.resolve("spool-" + copies.size());
            try {
              FileCopies.copy(file, copy);
              copies.put(file, copy);
            } catch (FileSystemException e) {
              if (!(e instanceof NoSuchFileException)) {
                walk.note(file, e);
              }
            }
          });
    }
    return copies;
  }

  private void link(Path from, Path to) throws IOException {
    DurableDirectory.secret(to).make();
    walk.through(
        from,
        path -> !Inventory.leftOut(Inventory.LEFT_OUT, String.valueOf(path.getFileName())),
        (file, relative) -> {
          Path target = to.resolve(relative);
          if (target.getParent() != null) {
            new DurableDirectory(target.getParent(), Access.PRIVATE).make();
          }
          FileCopies.link(file, target);
        });
  }

  private QueueAtMoment queue() throws IOException {
    StoreSettings.Place place = StoreSettings.Place.from(settings);
    if (place.shared().isPresent()) {
      Path dump = staging(roots.queue()).resolve(DUMP);
      PostgresDump.Taken taken = PostgresDump.take(place.shared().get().postgres(), dump);
      sources.add(Source.of(Root.QUEUE.name(DUMP), dump));
      return new QueueAtMoment.Shared(taken);
    }
    Path database = roots.queue().resolve("queue.db");
    if (Files.notExists(database)) {
      return new QueueAtMoment.None();
    }
    Path staging = staging(roots.queue());
    room(database, staging);
    SqliteCopy.Taken taken = SqliteCopy.take(roots.queue(), staging);
    add(Root.QUEUE, "queue.db", taken.database(), database);
    walk.through(
        taken.bodies(), _ -> true, (file, relative) -> add(Root.QUEUE, "bodies/" + relative, file));
    return new QueueAtMoment.Own(taken);
  }

  private static void room(Path database, Path staging) throws IOException {
    long wanted = Files.size(database) + SPARE;
    Path wal = database.resolveSibling("queue.db-wal");
    wanted += Files.exists(wal) ? Files.size(wal) : 0;
    long free = staging.toFile().getUsableSpace();
    if (free < wanted) {
      throw new ToldException(SAY.noRoom(staging, free >> 20, wanted >> 20));
    }
  }

  private void files(Path staging, Path quarantine, Path linked) throws IOException {
    var taken = new ArrayList<Path>(roots.inner());
    taken.add(quarantine);
    root(Root.DATA, roots.data(), staging, path -> !taken.contains(path));
    walk.through(
        linked,
        _ -> true,
        (file, relative) ->
            add(Root.DATA, roots.data().relativize(quarantine.resolve(relative)).toString(), file));
    root(
        Root.QUEUE,
        roots.queue(),
        staging,
        path ->
            !roots.queue().equals(path.getParent())
                || !Inventory.leftOut(
                    Inventory.LEFT_OUT_OF_QUEUE, String.valueOf(path.getFileName())));
    root(Root.KEYS, roots.keys(), staging, _ -> true);
    for (Path file : Inventory.named(settings)) {
      try {
        sources.add(Source.of(Root.FILE.name(file.toString().substring(1)), file));
      } catch (FileSystemException e) {
        walk.note(file, e);
      }
    }
  }

  /// Notes the directories of a root, so that they come back with their owners and modes.
  private Walk.Visitor noting(Root root, Walk.Visitor files) {
    return new Walk.Visitor() {
      @Override
      public void visit(Path file, String relative) throws IOException {
        files.visit(file, relative);
      }

      @Override
      public void enter(Path directory, String relative) throws IOException {
        note(root, directory, relative);
      }
    };
  }

  private void note(Root root, Path directory, String relative) throws IOException {
    if (Files.isDirectory(directory)) {
      Source its = Source.of(relative, directory);
      directories.add(
          new ArchivedDirectory(
              relative.isEmpty() ? root.word() : root.name(relative),
              its.mode(),
              its.owner(),
              its.group()));
    }
  }

  /// Those of what was taken so far.
  List<ArchivedDirectory> directories() {
    return List.copyOf(directories);
  }

  private void root(Root root, Path top, Path staging, Predicate<Path> wanted) throws IOException {
    note(root, top, "");
    walk.through(
        top,
        path ->
            wanted.test(path)
                && !Inventory.leftOut(Inventory.LEFT_OUT, String.valueOf(path.getFileName())),
        noting(
            root,
            (file, relative) -> {
              try {
                if (Walk.isDatabase(file)) {
                  Path copy = staging.resolve("database-" + sources.size());
                  SqliteCopy.copy(file, copy);
                  add(root, relative, copy, file);
                } else {
                  add(root, relative, file);
                }
              } catch (NoSuchFileException e) {
                throw e;
              } catch (IOException e) {
                walk.note(file, e);
              }
            }));
  }

  private void add(Root root, String relative, Path file) throws IOException {
    add(root, relative, file, file);
  }

  private void add(Root root, String relative, Path read, Path original) throws IOException {
    sources.add(Source.of(root.name(relative), read, original));
  }

  private long users() {
    try {
      return new UsersFile(AccountsSettings.file(settings), new SecureRandom())
          .read()
          .users()
          .size();
    } catch (IOException _) {
      return 0;
    }
  }

  /// Those of this machine that others may see.
  static List<String> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(
              address ->
                  !address.isLoopbackAddress()
                      && !address.isLinkLocalAddress()
                      && !address.isMulticastAddress())
          .map(address -> address.getHostAddress().replaceFirst("%.*", ""))
          .sorted()
          .toList();
    } catch (SocketException _) {
      return List.of();
    }
  }

  About about() {
    return about.orElseThrow();
  }

  /// What could not be read, and why.
  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /// Everything but the mail.
  List<Source> sources() {
    return List.copyOf(sources);
  }

  /// Walks through the Maildirs, but what waits in the queue as well. Readers move messages and
  /// change their names, so it looks twice: what is elsewhere by then is taken there.
  void mail(Walk.Visitor visitor) throws IOException {
    note(Root.MAIL, roots.mail(), "");
    var seen = new HashSet<String>();
    for (int i = 0; i < 2; i++) {
      walk.through(
          roots.mail(),
          path -> {
            String name = String.valueOf(path.getFileName());
            return !name.equals("tmp")
                && !Inventory.leftOut(Inventory.LEFT_OUT, name)
                && !isWaiting(name);
          },
          i == 0 ? noting(Root.MAIL, once(seen, visitor)) : once(seen, visitor));
    }
  }

  private static Walk.Visitor once(Set<String> seen, Walk.Visitor visitor) {
    return (file, relative) -> {
      String message = message(relative);
      if (!seen.contains(message)) {
        visitor.visit(file, relative);
        seen.add(message);
      }
    };
  }

  /// The same for a message whatever flags it has, read or not.
  static String message(String relative) {
    int flags = relative.lastIndexOf(":2,");
    return (flags < 0 ? relative : relative.substring(0, flags)).replace("/new/", "/cur/");
  }

  Walk walk() {
    return walk;
  }

  /// True for a copy whose recipient is in the queue of this backup.
  private boolean isWaiting(String name) {
    int mark = name.indexOf(".Q");
    int end = mark < 0 ? -1 : name.indexOf('.', mark + 1);
    return end > 0 && waiting.contains(name.substring(0, end + 1));
  }

  @Override
  public void close() throws IOException {
    try (turn) {
      for (Path each : staged) {
        new UserHome(each).erase();
      }
    }
  }
}
