package net.facteur.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Lets writers of a file take turns, also those of other processes, by a lock file beside it.
///
/// @param path the lock file
public record FileTurn(Path path) {
  private static final int ATTEMPTS = 1000;
  private static final long PAUSE_NANOS = 10_000_000;

  /// The one for a file: its name and `.lock`.
  public static FileTurn of(Path file) {
    return new FileTurn(file.resolveSibling(file.getFileName() + ".lock"));
  }

  /// What is done in one's turn.
  @FunctionalInterface
  public interface Task<R> {
    R run() throws IOException;
  }

  /// Waits for its turn, ten seconds at most.
  ///
  /// @throws IOException where another has it all that time, or the task fails
  public <R> R exclusively(Task<R> task) throws IOException {
    try (FileChannel channel = open();
        var _ = lock(channel)) {
      return task.run();
    }
  }

  /// A lock file that root left behind unreadable is made anew; the directory is ours.
  private FileChannel open() throws IOException {
    try {
      return DurableFile.secret(path).channel();
    } catch (AccessDeniedException e) {
      Files.deleteIfExists(path);
      return DurableFile.secret(path).channel();
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Optional<FileLock> lock = attempt(channel);
      if (lock.isPresent()) {
        return lock.get();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new IOException("another process holds " + path);
  }

  /// Another object of this process may hold it, which Java answers with an exception.
  private static Optional<FileLock> attempt(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException _) {
      return Optional.empty();
    }
  }
}
