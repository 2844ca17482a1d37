package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/// The turns of those who write one file: threads of this process wait for each other here, and
/// other processes by the lock file beside it. One object per file and process.
public final class WriterTurn {
  private final Path file;
  private final ReentrantLock turn = new ReentrantLock();

  public WriterTurn(Path file) {
    this.file = file;
  }

  /// Waits for its turn, and makes the directory of the file if it is not there.
  ///
  /// @throws IOException where another process has the turn for too long, or the task fails
  public <R> R exclusively(FileTurn.Task<R> task) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      DurableDirectory.secret(directory).make();
    }
    turn.lock();
    try {
      return FileTurn.of(file).exclusively(task);
    } finally {
      turn.unlock();
    }
  }
}
