package net.facteur.server.mailbox;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.archive.TarWriter;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// What a user has on the disk: the directory with the Maildir, and whatever another program, such
/// as an IMAP server, keeps beside it there. Links are never followed.
///
/// @param path may not be there yet
public record UserHome(Path path) {
  /// The one of a user.
  ///
  /// @param base the directory that holds all Maildirs
  /// @param user `local-part@domain`
  /// @return empty where the name is too long for a directory
  public static Optional<UserHome> of(Path base, String user) {
    return new MaildirPath(base)
        .of(user)
        .flatMap(maildir -> Optional.ofNullable(maildir.getParent()))
        .map(UserHome::new);
  }

  public Path maildir() {
    return path.resolve("Maildir");
  }

  public boolean exists() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /// Moves everything to the home of another name. Where something is there, what has come
  /// meanwhile is put beside it; nothing is written over.
  ///
  /// @throws IOException where a file of one name is in both; what was moved before stays moved,
  ///   and the rest stays where it was
  public void moveTo(UserHome other) throws IOException {
    if (!exists()) {
      return;
    }
    Path above = other.path.getParent();
    if (above != null) {
      DurableDirectory.secret(above).make();
    }
    if (!other.exists()) {
      DurableDirectory.secret(path).rename(other.path);
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        Path target = other.path.resolve(path.relativize(each).toString());
        if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
          DurableDirectory.secret(target).make();
        } else if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException(target + " is there already; " + each + " stays where it is");
        } else {
          DurableFile.secret(each).rename(target);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    erase();
  }

  /// Removes everything.
  public void erase() throws IOException {
    if (!exists()) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // a reader has just moved it
            }
            throw e;
          }
        });
    Path above = path.getParent();
    if (above != null) {
      DurableDirectory.secret(above).sync();
    }
  }

  /// The octets of all messages, or empty where there is no Maildir.
  public Optional<Long> size(Instant now) throws IOException {
    return Files.isDirectory(maildir(), LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new MaildirSize(maildir()).count(now))
        : Optional.empty();
  }

  /// Writes a tar archive of a text and everything that is here.
  ///
  /// @param account what else is known of the user, for a file `account.json`
  public void archive(String account, Instant now, OutputStream out) throws IOException {
    var tar = new TarWriter(out);
    tar.add("account.json", now, account.getBytes(StandardCharsets.UTF_8));
    if (exists()) {
      tar.addTree(path, "mail");
    }
    tar.finish();
  }
}
