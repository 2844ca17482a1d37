package net.facteur.queue.sql;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;
import net.facteur.queue.QueueUnavailableException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Whether the disk has room for new mail, as it was at the last look.
final class SpaceGauge {
  private static final Logger LOG = LogManager.getLogger(SpaceGauge.class);

  /// Asked as a file: a file store is found by the table of mounts, which a chroot need not have.
  private final File disk;

  private final long minimumFree;
  private final Optional<SpaceReserve> reserve;
  private volatile boolean full;

  /// @param minimumFree octets; where there are fewer, the disk counts as full. 0 turns both this
  ///   and the reserve off
  SpaceGauge(Path directory, long minimumFree) {
    this.disk = directory.toFile();
    this.minimumFree = minimumFree;
    this.reserve = minimumFree == 0 ? Optional.empty() : Optional.of(new SpaceReserve(directory));
    look(() -> 0);
  }

  boolean full() {
    return full;
  }

  /// True where so many octets more would leave less than has to stay free.
  boolean full(long octets) {
    return full || disk.getUsableSpace() - octets < minimumFree;
  }

  /// A write has just failed for want of space; holds until the next look.
  void sawFull() {
    full = true;
  }

  /// Gives up the reserve, so that what leaves can be written down.
  ///
  /// @return true where there was one
  boolean useReserve() {
    full = true;
    try {
      boolean used = reserve.isPresent() && reserve.get().release();
      if (used) {
        LOG.warn("queue disk full=true: its reserve of {} octets is used", SpaceReserve.OCTETS);
      }
      return used;
    } catch (IOException e) {
      LOG.error("the reserve of the queue's disk cannot be used: {}", e.toString());
      return false;
    }
  }

  /// Looks at the disk, every second or so, and renews the reserve as soon as there is room.
  ///
  /// @param inside octets that are free inside the database
  void look(LongSupplier inside) {
    try {
      long free = disk.getUsableSpace();
      boolean now = free < minimumFree || !reserved(free, inside);
      if (now != full) {
        LOG.warn("queue disk full={} free={} minimum={}", now, free, minimumFree);
      }
      full = now;
    } catch (IOException | QueueUnavailableException e) {
      LOG.error("cannot see how much space the queue's disk has: {}", e.toString());
      full = true;
    }
  }

  /// True where what leaves could be written down on a full disk.
  private boolean reserved(long free, LongSupplier inside) throws IOException {
    if (reserve.isEmpty() || reserve.get().held()) {
      return true;
    }
    if (free < minimumFree + SpaceReserve.OCTETS) {
      // The database does not shrink; what left it makes room in it.
      return inside.getAsLong() >= SpaceReserve.OCTETS;
    }
    reserve.get().keep();
    return true;
  }
}
