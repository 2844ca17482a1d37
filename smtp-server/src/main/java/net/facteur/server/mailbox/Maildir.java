package net.facteur.server.mailbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.queue.MessageContent;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// One Maildir on disk.
public final class Maildir {
  private static final List<String> PARTS = List.of("tmp", "new", "cur");
  private static final int BLOCK = 16 * 1024;

  private final Path directory;

  public Maildir(Path directory) {
    this.directory = directory;
  }

  /// True where the Maildir is there, whole or not.
  boolean exists() {
    return PARTS.stream().anyMatch(this::has);
  }

  private boolean has(String part) {
    return Files.isDirectory(directory.resolve(part), LinkOption.NOFOLLOW_LINKS);
  }

  /// Makes the directories that are missing, each synced into its parent: all of them, or what a
  /// backup or a clean-up left out, most often an empty `tmp`.
  public void makeWhole() throws IOException {
    if (PARTS.stream().allMatch(this::has)) {
      return;
    }
    for (String part : PARTS) {
      DurableDirectory.secret(directory.resolve(part)).make();
    }
  }

  /// Marks the directory as a Maildir++ folder.
  void markAsFolder() throws IOException {
    try {
      DurableFile.secret(directory.resolve("maildirfolder")).create(new byte[0]);
    } catch (FileAlreadyExistsException _) {
      // Another delivery was faster.
    }
  }

  /// True where a message is here under a name that begins so, read or not; it is durable then.
  /// Reads the whole directory, since readers add flags to names.
  public boolean holds(String beginning) throws IOException {
    for (String part : List.of("new", "cur")) { // in this order, which messages take
      Path names = directory.resolve(part);
      DirectoryStream.Filter<Path> wanted =
          file -> String.valueOf(file.getFileName()).startsWith(beginning);
      try (DirectoryStream<Path> found = Files.newDirectoryStream(names, wanted)) {
        if (found.iterator().hasNext()) {
          // Whoever died before the record may have died before the sync.
          DurableDirectory.secret(directory.resolve("new")).sync();
          DurableDirectory.secret(names).sync();
          return true;
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return false;
  }

  /// Writes a message and makes it appear, durably.
  ///
  /// @param temporary a name that nobody else makes
  /// @param name the name it gets, without size
  /// @param trace fields on top, with CRLF
  /// @return the file
  public Path store(String temporary, String name, byte[] trace, MessageContent content)
      throws IOException {
    var file = DurableFile.secret(directory.resolve("tmp").resolve(temporary));
    var size = new AtomicLong();
    boolean kept = false;
    try {
      file.fill(out -> size.set(write(out, trace, content)));
      Path target = directory.resolve("new").resolve(name + ",S=" + size);
      file.rename(target);
      kept = true;
      return target;
    } finally {
      if (!kept) {
        Files.deleteIfExists(file.path());
      }
    }
  }

  private static long write(OutputStream out, byte[] trace, MessageContent content)
      throws IOException {
    try (InputStream body = content.openBody()) {
      var lines = new LineFeeds(out);
      lines.write(trace, trace.length);
      byte[] header = content.header();
      lines.write(header, header.length);
      var block = new byte[(int) Math.max(1, Math.min(BLOCK, content.bodySize()))];
      for (int n = body.read(block); n > 0; n = body.read(block)) {
        lines.write(block, n);
      }
      lines.finish();
      return lines.written();
    }
  }
}
