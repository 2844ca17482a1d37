package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/// Space put by in a file for the day when the disk is full. That a message has left has to be
/// written down too, and only then its space is free; without a reserve a full disk would stay
/// full.
final class SpaceReserve {
  /// What the log of the database takes before it is used again, and as much for its growth.
  static final long OCTETS = 8L << 20;

  private static final int BLOCK = 64 << 10;

  private final Path file;

  SpaceReserve(Path directory) {
    this.file = directory.resolve("reserve");
  }

  synchronized boolean held() throws IOException {
    return Files.exists(file) && Files.size(file) == OCTETS;
  }

  /// Puts the space by, where it is not there yet.
  ///
  /// @throws IOException where there is not enough of it
  synchronized void keep() throws IOException {
    if (held()) {
      return;
    }
    var block = new byte[BLOCK];
    // Some file systems keep no space for zeros, nor for what repeats.
    var octets = new SplittableRandom(OCTETS);
    try (var channel = PrivateFiles.open(file, StandardOpenOption.TRUNCATE_EXISTING)) {
      for (long written = 0; written < OCTETS; written += BLOCK) {
        octets.nextBytes(block);
        var rest = ByteBuffer.wrap(block);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /// Gives the space back to the disk.
  ///
  /// @return true where there was some
  synchronized boolean release() throws IOException {
    return Files.deleteIfExists(file);
  }
}
