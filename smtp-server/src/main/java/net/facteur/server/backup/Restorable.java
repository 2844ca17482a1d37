package net.facteur.server.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.sql.PostgresDump;

/// A backup that was looked at as a whole, and found to be what its manifest says. Nothing was
/// written so far.
public final class Restorable {
  private final Archive archive;
  private final Manifest manifest;

  private Restorable(Archive archive, Manifest manifest) {
    this.archive = archive;
    this.manifest = manifest;
  }

  /// Looks at a backup.
  ///
  /// @param identity the file with the key that opens it, where it is encrypted
  /// @param most octets, unpacked, beyond which it is refused
  /// @throws net.facteur.server.files.ToldException where it is none, damaged, or made to do harm
  public static Restorable check(
      Path file, Optional<Path> identity, long most, Backup.Progress progress) throws IOException {
    var archive = new Archive(file, identity);
    return new Restorable(archive, archive.check(most, progress));
  }

  Manifest manifest() {
    return manifest;
  }

  Archive archive() {
    return archive;
  }

  /// What it is.
  ///
  /// @param program the version that made it
  /// @param taken the moment that it shows
  /// @param messages that waited in the queue
  /// @param mail the Maildirs are in it
  /// @param leftOut files that could not be read when it was made, each with why
  public record Summary(
      String host,
      String program,
      Instant taken,
      Path settings,
      Path data,
      long users,
      long messages,
      long files,
      long octets,
      boolean mail,
      List<String> leftOut) {
    public Summary {
      leftOut = List.copyOf(leftOut);
    }
  }

  public Summary summary() {
    About about = manifest.about();
    return new Summary(
        about.host(),
        about.program(),
        about.taken(),
        about.settings(),
        Roots.of(about.roots()).data(),
        about.users(),
        about.messages(),
        manifest.files().size(),
        manifest.files().stream().mapToLong(ArchivedFile::size).sum(),
        about.mail(),
        about.leftOut());
  }

  /// The files of each part that is in it.
  public Map<Part, Long> parts() {
    var counts = new TreeMap<Part, Long>();
    manifest.files().forEach(file -> counts.merge(file.part(), 1L, Long::sum));
    return counts;
  }

  /// Where the directories of the server go, if its settings go to a file.
  ///
  /// @param settings the settings file, where it was or elsewhere; relative paths go along
  public Roots places(Path settings) {
    Path old = home(manifest.about().settings());
    Path fresh = home(settings.toAbsolutePath().normalize());
    Roots roots = Roots.of(manifest.about().roots());
    return old.equals(fresh)
        ? roots
        : new Roots(
            moved(roots.data(), old, fresh),
            moved(roots.queue(), old, fresh),
            moved(roots.keys(), old, fresh),
            moved(roots.mail(), old, fresh));
  }

  private static Path moved(Path path, Path old, Path fresh) {
    return path.startsWith(old) ? fresh.resolve(old.relativize(path).toString()) : path;
  }

  /// Where relative paths of the settings start.
  private static Path home(Path settings) {
    Path directory = Optional.ofNullable(settings.getParent()).orElse(settings);
    Path above = directory.getParent();
    return above != null && directory.endsWith("conf") ? above : directory;
  }

  /// What came of a restore.
  ///
  /// @param held recipients that wait for a release
  /// @param kept where what was there before is
  /// @param elsewhere files that lay in directories of others
  /// @param dump the rows of a shared queue, which are not in the database yet
  /// @param addresses that the machine of the backup had and this one has not
  public record Restored(
      long held,
      List<Path> kept,
      List<String> elsewhere,
      Optional<Path> dump,
      List<String> addresses) {
    public Restored {
      kept = List.copyOf(kept);
      elsewhere = List.copyOf(elsewhere);
      addresses = List.copyOf(addresses);
    }
  }

  /// Puts it back. No server may run there.
  ///
  /// @param some parts; empty for all that are in it
  /// @param go what waits in the queue may leave at once
  public Restored restore(
      Roots places, Path settings, Set<Part> some, boolean go, InstantSource clock)
      throws IOException {
    Set<Part> parts = some.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(some);
    if (!manifest.about().mail()) {
      parts.remove(Part.MAIL);
    }
    Restore.Done done = new Restore(archive, manifest, places, settings, parts, clock).run(go);
    var gone = new ArrayList<String>(manifest.about().addresses());
    gone.removeAll(Snapshot.addresses());
    return new Restored(done.held(), done.kept(), done.elsewhere(), done.dump(), gone);
  }

  /// Puts the rows of a shared queue into its database, beside which those that are there are kept
  /// in a schema of their own. Everything waits for a release unless it may go.
  ///
  /// @return the name of that schema
  public String intoDatabase(Path dump, PostgresSettings database, boolean go, InstantSource clock)
      throws IOException {
    String aside = "before_restore_" + clock.instant().getEpochSecond();
    PostgresDump.restore(
        database, dump, aside, !go, clock.instant(), Restore.heldBecause(manifest));
    return aside;
  }

  /// Goes on with a restore that was cut off.
  ///
  /// @return where what was there before is; empty where none was cut off
  public static Optional<List<Path>> resume(Path data) throws IOException {
    return RestorePlan.pending(data)
        ? Optional.of(RestorePlan.read(data).finish(data))
        : Optional.empty();
  }

  /// True where a restore was cut off, so that nothing may be started there.
  public static boolean pending(Path data) {
    return RestorePlan.pending(data);
  }
}
