package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Makes the files of a queue such that only their owner reads them, whatever the umask says: 0600,
/// directories 0700. What root makes belongs to the owner of the directory above.
final class PrivateFiles {
  private static final Logger LOG = LogManager.getLogger(PrivateFiles.class);
  private static final Set<PosixFilePermission> FILE =
      Set.copyOf(PosixFilePermissions.fromString("rw-------"));
  private static final Set<PosixFilePermission> DIRECTORY =
      Set.copyOf(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE_MODE = PosixFilePermissions.asFileAttribute(FILE);
  private static final FileAttribute<?> DIRECTORY_MODE =
      PosixFilePermissions.asFileAttribute(DIRECTORY);

  private PrivateFiles() {}

  /// Makes a directory and those above it, durably; takes from others what the mode of one that
  /// exists grants to them.
  static void directory(Path path) throws IOException {
    if (make(path)) {
      return;
    }
    close(path, DIRECTORY);
  }

  /// @return false where it was there
  private static boolean make(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return false;
    }
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      return false;
    }
    make(parent);
    try {
      Files.createDirectory(path, DIRECTORY_MODE);
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(path)) {
        return false;
      }
      throw e;
    }
    give(path, parent);
    sync(parent);
    return true;
  }

  /// Makes a file where it is missing, empty, and closes one that exists to others.
  static void file(Path path) throws IOException {
    try {
      Files.createFile(path, FILE_MODE);
      give(path, parent(path));
    } catch (FileAlreadyExistsException _) {
      close(path, FILE);
    }
  }

  /// Opens a file for writing, making it where it is missing.
  static FileChannel open(Path path, OpenOption... how) throws IOException {
    file(path);
    Set<OpenOption> options = new HashSet<>(Set.of(how));
    options.add(StandardOpenOption.WRITE);
    return FileChannel.open(path, options);
  }

  /// Makes a file where none is, and opens it.
  ///
  /// @throws FileAlreadyExistsException where one is
  static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE);
  }

  /// Closes every file in a directory to others, and every directory right below it.
  static void closeAll(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          close(file, FILE);
        } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          close(file, DIRECTORY);
        }
      }
    }
  }

  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void close(Path path, Set<PosixFilePermission> mode) throws IOException {
    try {
      if (!mode.containsAll(Files.getPosixFilePermissions(path))) {
        Files.setPosixFilePermissions(path, mode);
      }
    } catch (FileSystemException e) {
      LOG.warn("{} may be read by others, and cannot be closed to them: {}", path, e.toString());
    }
  }

  private static void give(Path path, Path above) throws IOException {
    var view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    var wanted = Files.getOwner(above);
    if (view.getOwner().equals(wanted)) {
      return;
    }
    try {
      view.setOwner(wanted);
    } catch (FileSystemException e) {
      LOG.debug("{} stays with its maker", path, e);
    }
  }

  private static Path parent(Path path) {
    Path whole = path.toAbsolutePath();
    Path parent = whole.getParent();
    return parent == null ? whole : parent;
  }
}
