package net.facteur.auth.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A file that is replaced as a whole and is on disk afterwards, 0600 whatever the umask. Where
/// root writes it, it belongs to the owner of its directory.
///
/// @param path where it lies; one writer at a time
public record WholeFile(Path path) {
  /// Ending of the name under which it is written first.
  public static final String FRESH = ".new";

  /// Writes a text in UTF-8, in place of what may be there. The directory must exist.
  public void replace(String text) throws IOException {
    Path directory = above(path);
    Path fresh = path.resolveSibling(path.getFileName() + FRESH);
    Files.deleteIfExists(fresh);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      give(fresh, directory);
      channel.force(true);
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(directory);
  }

  /// Makes a directory, 0700, and those above it, where they are missing.
  public static void directory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path above = above(directory);
    directory(above);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    try {
      Files.createDirectory(directory, mode);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      return;
    }
    give(directory, above);
    sync(above);
  }

  private static Path above(Path path) {
    Path whole = path.toAbsolutePath();
    Path parent = whole.getParent();
    return parent == null ? whole : parent;
  }

  private static void give(Path path, Path above) throws IOException {
    var view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    var wanted = Files.getOwner(above);
    try {
      if (!view.getOwner().equals(wanted)) {
        view.setOwner(wanted);
      }
    } catch (FileSystemException _) {
      // Only root gives files away; whoever else writes here reads here.
    }
  }

  private static void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
