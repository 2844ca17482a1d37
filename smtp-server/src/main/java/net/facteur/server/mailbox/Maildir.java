package net.facteur.server.mailbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import net.facteur.queue.MessageContent;

/// One Maildir on disk.
final class Maildir {
  private static final FileAttribute<?> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int BLOCK = 16 * 1024;

  private final Path directory;

  Maildir(Path directory) {
    this.directory = directory;
  }

  boolean exists() {
    return Files.isDirectory(directory.resolve("new"), LinkOption.NOFOLLOW_LINKS);
  }

  /// Makes the directories that are missing, each synced into its parent.
  void create() throws IOException {
    createDirectory(directory);
    for (String part : new String[] {"tmp", "new", "cur"}) {
      createDirectory(directory.resolve(part));
    }
  }

  private static void createDirectory(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      createDirectory(parent);
    }
    try {
      Files.createDirectory(path, DIRECTORY_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
    if (parent != null) {
      sync(parent);
    }
  }

  /// Marks the directory as a Maildir++ folder.
  void markAsFolder() throws IOException {
    try {
      Files.createFile(directory.resolve("maildirfolder"), FILE_MODE);
    } catch (FileAlreadyExistsException _) {
      // Another delivery was faster.
    }
  }

  /// Writes a message and makes it appear, durably.
  ///
  /// @param name unique, without size
  /// @param trace fields on top, with CRLF
  /// @return the file
  Path store(String name, byte[] trace, MessageContent content) throws IOException {
    Path temporary = directory.resolve("tmp").resolve(name);
    boolean kept = false;
    try {
      long size = write(temporary, trace, content);
      Path target = directory.resolve("new").resolve(name + ",S=" + size);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      kept = true;
      sync(directory.resolve("new"));
      return target;
    } finally {
      if (!kept) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  private static long write(Path file, byte[] trace, MessageContent content) throws IOException {
    var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (var channel = FileChannel.open(file, options, FILE_MODE);
        OutputStream out = Channels.newOutputStream(channel);
        InputStream body = content.openBody()) {
      var lines = new LineFeeds(out);
      lines.write(trace, trace.length);
      byte[] header = content.header();
      lines.write(header, header.length);
      var block = new byte[(int) Math.max(1, Math.min(BLOCK, content.bodySize()))];
      for (int n = body.read(block); n > 0; n = body.read(block)) {
        lines.write(block, n);
      }
      lines.finish();
      channel.force(true);
      return lines.written();
    }
  }

  private static void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
