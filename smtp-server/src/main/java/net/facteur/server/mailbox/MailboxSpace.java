package net.facteur.server.mailbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;

/// The room on the disk of the mailboxes, less what was promised to messages that were taken and
/// are about to be written there.
///
/// A promise counts for [#WRITTEN]: by then the copies are there and show in the free space, or
/// they wait in the queue until there is room. Safe for many threads.
public final class MailboxSpace {
  /// How long copies may take from the queue to the disk.
  static final Duration WRITTEN = Duration.ofMinutes(1);

  private final Path base;
  private final long reserve;
  private final InstantSource clock;
  private final ArrayDeque<Promise> promises = new ArrayDeque<>();
  private long promised;

  private record Promise(Instant until, long octets) {}

  /// @param settings say where the mailboxes are, and what has to stay free there
  public MailboxSpace(MailboxSettings settings, InstantSource clock) {
    this.base = settings.base();
    this.reserve = settings.reserve();
    this.clock = clock;
  }

  /// Promises room for copies.
  ///
  /// @return false where there is not enough, and nothing was promised
  public synchronized boolean promise(long octets) {
    Instant now = clock.instant();
    for (Promise oldest = promises.peek();
        oldest != null && !now.isBefore(oldest.until());
        oldest = promises.peek()) {
      promised -= oldest.octets();
      promises.remove();
    }
    if (octets == 0) {
      return true;
    }
    if (free() - promised < reserve + octets) {
      return false;
    }
    promises.add(new Promise(now.plus(WRITTEN), octets));
    promised += octets;
    return true;
  }

  /// Of the directory or, as long as it is not there, of that which it will be made in.
  private long free() {
    for (Path path = base.toAbsolutePath(); path != null; path = path.getParent()) {
      if (Files.isDirectory(path)) {
        return path.toFile().getUsableSpace(); // 0 where it cannot be seen: nothing is promised
      }
    }
    return 0;
  }
}
