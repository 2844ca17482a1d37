package net.facteur.it;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Waits for what happens elsewhere. The limit only ends a test that would hang.
final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private Await() {}

  /// Something that may fail.
  @FunctionalInterface
  interface Check {
    boolean holds() throws Exception;
  }

  /// What was waited for, and how things are.
  @FunctionalInterface
  interface Words {
    String say() throws Exception;
  }

  /// Something that may not be there yet.
  @FunctionalInterface
  interface Look<T> {
    Optional<T> look() throws Exception;
  }

  static void until(Words what, Check check) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!check.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("in vain for " + LIMIT + ": " + what.say());
      }
      Thread.sleep(POLL);
    }
  }

  static <T> T present(Words what, Look<T> look) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Optional<T> found = look.look();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("in vain for " + LIMIT + ": " + what.say());
      }
      Thread.sleep(POLL);
    }
  }

  /// True where somebody listens at a socket: its name is there a moment before.
  static boolean listens(Path socket) {
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
