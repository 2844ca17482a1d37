package net.facteur.server.pickup;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Where `sendmail` keeps mail while no server runs.
///
/// Everybody may put files there and nobody but the server may list it (mode 3733: write and enter,
/// sticky, and files get the group of the server). A file is its owner's message. It is written
/// with mode 0600 and whole once its group may read it. The server first moves a file into a
/// directory of its own, where nobody can put something else in its place, and then looks what it
/// is: a plain file with one name, or it is removed.
///
/// @param path the directory itself
/// @param refusals tells the owner of a file what became of it
public record DropDirectory(Path path, Pickup pickup, RefusedDrops refusals, InstantSource clock)
    implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(DropDirectory.class);
  private static final int MOST_AT_ONCE = 1_000;
  private static final Duration ABANDONED = Duration.ofDays(1);

  @Override
  public String name() {
    return "drop directory of sendmail";
  }

  @Override
  public String stamp() {
    try {
      return Files.getLastModifiedTime(path).toString();
    } catch (IOException _) {
      return "";
    }
  }

  @Override
  public void advance() throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path taken = path.toAbsolutePath().resolveSibling("taken");
    DurableDirectory.secret(taken).make();
    for (Path file : files(path)) {
      if (whole(file)) {
        new DurableFile(file, Access.PRIVATE)
            .rename(taken.resolve(String.valueOf(file.getFileName())));
      }
    }
    for (Path file : files(taken)) {
      take(file);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path file : all) {
        if (found.size() == MOST_AT_ONCE) {
          break;
        }
        found.add(file);
      }
    }
    return found;
  }

  /// Removes what nobody goes on writing.
  private boolean whole(Path file) throws IOException {
    try {
      PosixFileAttributes about = attributes(file);
      if (about.permissions().contains(PosixFilePermission.GROUP_READ)) {
        return !about.isDirectory();
      }
      Instant written = about.lastModifiedTime().toInstant();
      if (!about.isDirectory() && written.plus(ABANDONED).isBefore(clock.instant())) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException _) {
      // its writer has thought better of it
    }
    return false;
  }

  private static PosixFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void take(Path file) throws IOException {
    PosixFileAttributes about = attributes(file);
    boolean one = Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    if (!about.isRegularFile() || !one) {
      LOG.warn("drop file={} owner={} result=removed, no plain file", file, about.owner());
      Files.deleteIfExists(file);
      return;
    }
    String owner = about.owner().getName();
    try {
      Pickup.Result result = read(file, owner);
      SmtpReply reply = result.reply();
      LOG.info(
          "drop file={} owner={} reply=\"{} {}\"",
          file.getFileName(),
          owner,
          reply.code(),
          reply.text());
      if (reply.positive()
          || (reply.code() >= 500 && refusals.tell(owner, result, () -> open(file)))) {
        Files.deleteIfExists(file);
      }
    } catch (AccessDeniedException | EOFException e) {
      LOG.warn("drop file={} owner={} result=removed reason=\"{}\"", file, owner, e.toString());
      Files.deleteIfExists(file);
    }
  }

  private Pickup.Result read(Path file, String owner) throws IOException {
    try (InputStream in = open(file)) {
      return pickup.take(owner, in);
    }
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
  }
}
