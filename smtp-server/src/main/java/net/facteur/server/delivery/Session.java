package net.facteur.server.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import net.facteur.queue.DeliveryOutcome.RemoteHost;

/// An open connection that is ready for MAIL. Owned by one thread, or by the pool.
final class Session {
  Candidate candidate;
  final CommandChannel wire;

  /// What was announced, less what turned out untrue.
  Capabilities capabilities;

  private final Set<UntrueExtension> doubts = EnumSet.noneOf(UntrueExtension.class);
  RemoteHost remote;

  private final String protection;

  /// The peer proved its name.
  final boolean verified;

  /// A transaction was left open and must be ended by RSET.
  boolean needsReset;

  /// A chunk was taken as one in this session, so that the host does what CHUNKING promises.
  boolean chunks;

  /// It has waited in the pool, so the peer may have closed it meanwhile.
  boolean reused;

  private int messages;
  private long idleSince;

  Session(
      Candidate candidate,
      CommandChannel wire,
      Capabilities capabilities,
      String protection,
      boolean verified) {
    this.candidate = candidate;
    this.wire = wire;
    this.capabilities = capabilities;
    this.protection = protection;
    this.remote = candidate.remote(candidate.tls().text(protection));
    this.verified = verified;
  }

  /// Taken from the pool for a candidate with an equal key, which may have other reasons to want
  /// the same.
  void reuse(Candidate next) {
    candidate = next;
    remote = next.remote(next.tls().text(protection));
    reused = true;
  }

  void doubt(Set<UntrueExtension> more) {
    doubts.addAll(more);
    capabilities = capabilities.without(more);
  }

  Set<UntrueExtension> doubts() {
    return doubts;
  }

  /// One more transaction begins, which LIMITS may count.
  void begins() {
    messages++;
  }

  boolean spent(int maxMessages) {
    return messages >= Math.min(maxMessages, capabilities.maxMessages());
  }

  void idle(long now, Duration limit) {
    idleSince = now;
    // Should the pool ever lose sight of it, the watchdog will not.
    wire.within(limit.plusSeconds(30));
  }

  boolean idleFor(long nanos, long now) {
    return now - idleSince > nanos;
  }

  /// Drops the connection.
  void close() {
    wire.close();
  }

  /// Takes leave as the RFC asks, without making anybody wait for it.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.10 RFC 5321, section 4.1.1.10: QUIT
  void quit(Duration limit) {
    Thread.startVirtualThread(
        () -> {
          try {
            wire.line("QUIT");
            wire.reply(limit);
          } catch (IOException _) {
            // The peer was faster.
          } finally {
            wire.end();
          }
        });
  }
}
