package net.facteur.server.mailbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many octets the messages of a Maildir and its folders have. Other programs add, move and
/// delete mail without telling anybody; each of them changes the time of a directory. So a
/// directory is read again only if its time is another one, and what has not changed costs one
/// look.
///
/// Not for use by several threads.
final class MaildirSize {
  /// Times of directories are no finer than this on any file system we know of, so one that is
  /// younger may hide a change.
  private static final Duration GRAIN = Duration.ofSeconds(2);

  private static final Pattern SIZE = Pattern.compile(",S=([0-9]{1,15})(?:,|:|$)");

  private final Path maildir;
  private Map<Path, Counted> counted = Map.of();

  /// @param modified of the directory, before it was read
  /// @param settled it was old enough to hide nothing
  private record Counted(FileTime modified, boolean settled, long octets) {}

  MaildirSize(Path maildir) {
    this.maildir = maildir;
  }

  /// Counts what has changed since the last time, and gives the sum. Folders in the trash count as
  /// all others: they take up room.
  ///
  /// @param today the present time
  long count(Instant today) throws IOException {
    Map<Path, Counted> now = new HashMap<>();
    for (Path directory : directories()) {
      Counted before = counted.get(directory);
      try {
        FileTime modified = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS);
        now.put(
            directory,
            before != null && before.settled() && before.modified().equals(modified)
                ? before
                : counted(directory, modified, today));
      } catch (NoSuchFileException | NotDirectoryException _) {
        // a folder that is not whole, or has just gone
      }
    }
    counted = now;
    return now.values().stream().mapToLong(Counted::octets).sum();
  }

  private List<Path> directories() throws IOException {
    List<Path> all = new ArrayList<>(List.of(maildir.resolve("new"), maildir.resolve("cur")));
    DirectoryStream.Filter<Path> folders =
        path ->
            String.valueOf(path.getFileName()).startsWith(".")
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(maildir, folders)) {
      for (Path folder : found) {
        all.add(folder.resolve("new"));
        all.add(folder.resolve("cur"));
      }
    } catch (NoSuchFileException _) {
      // nobody has mail yet
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all;
  }

  private static Counted counted(Path directory, FileTime modified, Instant today)
      throws IOException {
    long octets = 0;
    try (DirectoryStream<Path> messages = Files.newDirectoryStream(directory)) {
      for (Path message : messages) {
        octets += size(message);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    FileTime last = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS);
    boolean old = modified.toInstant().plus(GRAIN).isBefore(today) && last.equals(modified);
    return new Counted(modified, old, octets);
  }

  /// By its name, where it says it (Maildir++); else the file is asked.
  private static long size(Path message) throws IOException {
    String name = String.valueOf(message.getFileName());
    Matcher said = SIZE.matcher(name);
    if (said.find()) {
      return Long.parseLong(said.group(1));
    }
    try {
      var attributes =
          Files.readAttributes(
              message,
              java.nio.file.attribute.BasicFileAttributes.class,
              LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (NoSuchFileException _) {
      return 0; // moved or deleted at this moment
    }
  }
}
