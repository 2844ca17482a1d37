package net.facteur.server.backup;

import static net.facteur.server.backup.BackupTexts.SAY;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import net.facteur.server.archive.TarWriter;
import net.facteur.server.config.Settings;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.files.ToldException;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Makes a backup.
///
/// @param program the version of this program
/// @param progress is told how far it is
public record Backup(Settings settings, String program, InstantSource clock, Progress progress) {
  private static final Logger LOG = LogManager.getLogger(Backup.class);
  private static final int BLOCK = 1 << 16;

  /// How often whoever waits is told.
  private static final int OFTEN = 100;

  /// Where it goes.
  public sealed interface To {
    /// A directory of backups, under a name that says when.
    record Directory(Path path) implements To {}

    /// A file that is not there yet.
    record File(Path path) implements To {}

    /// Whoever reads it. It stays open.
    record Stream(OutputStream out) implements To {}
  }

  /// What is wanted.
  ///
  /// @param recipients of age, who can open it; empty where everybody can who has it
  /// @param mail with the Maildirs
  /// @param keep what is kept of those before, in a directory; empty for all
  public record Wish(To to, List<String> recipients, boolean mail, Optional<Keep> keep) {
    public Wish {
      recipients = List.copyOf(recipients);
    }
  }

  /// Is told how far something is.
  @FunctionalInterface
  public interface Progress {
    Progress NONE = (_, _) -> {};

    /// @param octets of these files
    void at(long files, long octets);
  }

  /// What came of it.
  ///
  /// @param where the archive; empty for a stream
  /// @param messages that waited in the queue
  /// @param octets before they were pressed
  /// @param leftOut what could not be read, and why
  /// @param removed older backups that are not kept any more
  public record Made(
      Optional<Path> where,
      Instant taken,
      long files,
      long octets,
      long messages,
      List<String> leftOut,
      int removed) {
    public Made {
      leftOut = List.copyOf(leftOut);
    }
  }

  /// Makes it, and writes down how it went.
  ///
  /// @throws IOException where it could not be made; nothing of it remains
  public Made make(Wish wish) throws IOException {
    Instant began = clock.instant();
    try {
      Made made = made(wish);
      note(
          new BackupLog.Line(
              began,
              BackupLog.Kind.BACKUP,
              made.leftOut().isEmpty() ? BackupLog.Result.GOOD : BackupLog.Result.PARTIAL,
              made.where().map(Path::toString).orElse("-"),
              made.leftOut().stream().findFirst().orElse("")));
      return made;
    } catch (IOException | RuntimeException e) {
      note(
          new BackupLog.Line(
              began,
              BackupLog.Kind.BACKUP,
              BackupLog.Result.FAILED,
              "-",
              e instanceof IOException io
                  ? FileTrouble.text(io).in(Language.ENGLISH)
                  : String.valueOf(e)));
      throw e;
    }
  }

  private void note(BackupLog.Line line) {
    if (!Files.isDirectory(Roots.from(settings).data())) {
      return; // no server has ever run here
    }
    try {
      BackupLog.of(settings).add(line);
    } catch (IOException e) {
      LOG.error("what became of the backup cannot be written down", e);
    }
  }

  private Made made(Wish wish) throws IOException {
    return switch (wish.to()) {
      case To.Stream(OutputStream out) -> {
        var written = new Written();
        try (Snapshot snapshot = Snapshot.take(settings, program, wish.mail(), clock)) {
          write(snapshot, wish, out, Optional.empty(), written);
          out.flush();
          yield written.made(Optional.empty(), snapshot, 0);
        }
      }
      case To.File(Path path) -> {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
          throw new FileAlreadyExistsException(path.toString());
        }
        yield file(path, wish, Optional.empty());
      }
      case To.Directory(Path path) -> directory(path, wish);
    };
  }

  private Made directory(Path directory, Wish wish) throws IOException {
    Path data = Roots.from(settings).data().toAbsolutePath().normalize();
    if (directory.toAbsolutePath().normalize().startsWith(data)) {
      throw new ToldException(SAY.insideData(directory, data));
    }
    DurableDirectory.secret(directory).make();
    String host = HostSettings.from(settings).name().text();
    var name = new ArchiveName(host, clock.instant());
    Optional<Pooled> pool =
        wish.mail()
            ? Optional.of(
                new Pooled(
                    MailPool.open(MailPool.beside(directory, host), wish.recipients()),
                    directory.resolve(name.mail())))
            : Optional.empty();
    Made made = file(directory.resolve(name.file(!wish.recipients().isEmpty())), wish, pool);
    int removed =
        wish.keep().isPresent() ? new Archives(directory, host).prune(wish.keep().get()) : 0;
    return new Made(
        made.where(),
        made.taken(),
        made.files(),
        made.octets(),
        made.messages(),
        made.leftOut(),
        removed);
  }

  private Made file(Path path, Wish wish, Optional<Pooled> pool) throws IOException {
    var written = new Written();
    try (Snapshot snapshot = Snapshot.take(settings, program, wish.mail(), clock)) {
      Path whole = path.toAbsolutePath();
      DurableFile.secret(whole).create(out -> write(snapshot, wish, out, pool, written));
      return written.made(Optional.of(whole), snapshot, 0);
    }
  }

  /// Mail that lies beside the archive.
  ///
  /// @param list the file that names what the archive needs
  private record Pooled(MailPool pool, Path list) {}

  /// What was written so far.
  private final class Written {
    private final List<ArchivedFile> files = new ArrayList<>();
    private long octets;

    void add(ArchivedFile file) {
      files.add(file);
      octets += file.size();
      if (files.size() % OFTEN == 0) {
        progress.at(files.size(), octets);
      }
    }

    Made made(Optional<Path> where, Snapshot snapshot, int removed) {
      progress.at(files.size(), octets);
      return new Made(
          where,
          snapshot.about().taken(),
          files.size(),
          octets,
          snapshot.about().messages(),
          snapshot.leftOut(),
          removed);
    }
  }

  private void write(
      Snapshot snapshot, Wish wish, OutputStream out, Optional<Pooled> pool, Written written)
      throws IOException {
    var below = new Uncloseable(out);
    try (OutputStream pressed =
        new GZIPOutputStream(
            wish.recipients().isEmpty()
                ? new BufferedOutputStream(below, BLOCK)
                : Encryption.to(wish.recipients(), below),
            BLOCK)) {
      var tar = new TarWriter(pressed);
      tar.add(Manifest.FIRST, snapshot.about().taken(), Manifest.first(snapshot.about()));
      for (Source source : snapshot.sources()) {
        try {
          file(snapshot, source, tar, written);
        } catch (NoSuchFileException _) {
          // removed since it was seen
        }
      }
      if (wish.mail()) {
        snapshot.mail(
            (file, relative) -> {
              Source source = Source.of(Root.MAIL.name(relative), file);
              if (pool.isPresent()) {
                pooled(snapshot, pool.get().pool(), source, relative, written);
              } else {
                file(snapshot, source, tar, written);
              }
            });
      }
      About about = snapshot.about();
      var manifest = new ByteArrayOutputStream();
      new Manifest(complete(about, snapshot.leftOut()), snapshot.directories(), written.files)
          .write(manifest);
      tar.add(Manifest.NAME, about.taken(), manifest.toByteArray());
      tar.finish();
    }
    if (pool.isPresent()) {
      list(pool.get().list(), written);
      pool.get().pool().remember();
    }
  }

  private static About complete(About about, List<String> leftOut) {
    return new About(
        about.program(),
        about.taken(),
        about.host(),
        about.addresses(),
        about.settings(),
        about.roots(),
        about.schema(),
        about.shared(),
        about.messages(),
        about.recipients(),
        about.users(),
        about.mail(),
        leftOut);
  }

  private static void file(Snapshot snapshot, Source source, TarWriter tar, Written written)
      throws IOException {
    try (InputStream in = Files.newInputStream(source.read())) {
      long size = Files.size(source.read());
      var exact = new ExactStream(in, size);
      tar.add(source.name(), source.modified(), source.mode(), size, exact);
      written.add(
          new ArchivedFile(
              source.name(),
              size,
              exact.hash(),
              source.mode(),
              source.owner(),
              source.group(),
              source.modified(),
              false));
    } catch (AccessDeniedException e) {
      snapshot.walk().note(source.read(), e);
    }
  }

  private static void pooled(
      Snapshot snapshot, MailPool pool, Source source, String relative, Written written)
      throws IOException {
    try {
      written.add(pool.keep(source, relative));
    } catch (AccessDeniedException e) {
      snapshot.walk().note(source.read(), e);
    }
  }

  /// The mail that an archive needs, for whoever removes what none needs.
  private static void list(Path list, Written written) throws IOException {
    var hashes = new TreeSet<String>();
    for (ArchivedFile file : written.files) {
      if (file.pooled()) {
        hashes.add(file.hash());
      }
    }
    DurableFile.secret(list)
        .replace(
            out -> {
              for (String hash : hashes) {
                out.write((hash + "\n").getBytes(StandardCharsets.US_ASCII));
              }
            });
  }
}
