package net.facteur.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;

/// The turn of whoever does something that only one may do at a time, for as long as it takes. It
/// ends with the process at the latest.
public final class SoleTurn implements AutoCloseable {
  private final FileChannel channel;

  private SoleTurn(FileChannel channel) {
    this.channel = channel;
  }

  /// @param file the lock file, made where it is missing
  /// @return empty where another has the turn
  public static Optional<SoleTurn> take(Path file) throws IOException {
    FileChannel channel = DurableFile.secret(file).channel();
    Optional<FileLock> lock = Optional.empty();
    try {
      lock = Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException _) {
      // another thread of this process has it
    }
    if (lock.isEmpty()) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new SoleTurn(channel));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
