package net.facteur.queue.prove;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;

/// Measures what it takes until 4 KiB are said to be on the disk. A sync that takes no longer than
/// a write to memory went nowhere: a disk in memory, a virtual disk that does not pass syncs on, or
/// a controller that answers before it wrote (sound only with a battery).
public final class SyncTrial {
  /// No disk, and no memory behind a cable, is that fast.
  private static final Duration TOO_FAST = Duration.ofNanos(15_000);

  private static final int TIMES = 300;

  private SyncTrial() {}

  /// @param fileSystem its kind, such as `ext4` or `tmpfs`
  /// @param median of the times that syncs took
  /// @param worst one of a hundred took longer
  public record Outcome(String fileSystem, Duration median, Duration worst) {
    /// False where power cannot fail without a loss, whatever the server does.
    public boolean believable() {
      return !fileSystem.equals("tmpfs") && median.compareTo(TOO_FAST) > 0;
    }
  }

  public static Outcome run(Path directory) throws IOException {
    Path file = directory.resolve("sync");
    var took = new long[TIMES];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer octets = ByteBuffer.allocate(4096);
      for (int i = 0; i < TIMES; i++) {
        octets.clear().putLong(0, i);
        long start = System.nanoTime();
        channel.write(octets, i * 4096L);
        channel.force(true);
        took[i] = System.nanoTime() - start;
      }
    } finally {
      Files.deleteIfExists(file);
    }
    Arrays.sort(took);
    return new Outcome(
        Files.getFileStore(directory).type(),
        Duration.ofNanos(took[TIMES / 2]),
        Duration.ofNanos(took[TIMES * 99 / 100]));
  }
}
