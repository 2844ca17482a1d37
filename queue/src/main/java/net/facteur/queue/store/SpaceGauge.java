package net.facteur.queue.store;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Whether the disk has room for new mail, as it was at the last look.
final class SpaceGauge {
  private static final Logger LOG = LogManager.getLogger(SpaceGauge.class);

  private final FileStore disk;
  private final long minimumFree;
  private volatile boolean full;

  SpaceGauge(Path directory, long minimumFree) throws IOException {
    this.disk = Files.getFileStore(directory);
    this.minimumFree = minimumFree;
    look();
  }

  boolean full() {
    return full;
  }

  /// A write has just failed for want of space; holds until the next look.
  void sawFull() {
    full = true;
  }

  /// Looks at the disk, every second or so.
  void look() {
    try {
      long free = disk.getUsableSpace();
      boolean now = free < minimumFree;
      if (now != full) {
        LOG.warn("queue disk full={} free={} minimum={}", now, free, minimumFree);
      }
      full = now;
    } catch (IOException e) {
      LOG.error("cannot see how much space the queue's disk has: {}", e.toString());
      full = true;
    }
  }
}
