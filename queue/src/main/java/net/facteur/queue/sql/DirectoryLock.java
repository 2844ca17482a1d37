package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Keeps a queue's directory for one process.
final class DirectoryLock {
  private static final Logger LOG = LogManager.getLogger(DirectoryLock.class);

  private DirectoryLock() {}

  /// Makes the queue's directory, and takes it for this process.
  ///
  /// @throws IOException where another process has it
  static FileChannel take(Path directory) throws IOException {
    PrivateFiles.directory(directory);
    PrivateFiles.closeAll(directory);
    return lock(directory.resolve("lock"));
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel = PrivateFiles.open(file);
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      LOG.debug("this process has the queue open already", e);
    }
    if (lock.isEmpty()) {
      channel.close();
      throw new IOException("another server has the queue " + file.getParent() + " open");
    }
    return channel;
  }
}
