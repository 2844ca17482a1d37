package net.facteur.server.report;

import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Adds sessions up: in memory at once, and on disk whenever [#flush()] is called, which the wiring
/// does every few seconds and at the end.
public final class TlsSessionCounts implements TlsReporter {
  private static final Logger LOG = LogManager.getLogger(TlsSessionCounts.class);

  /// Sums that may wait for the disk.
  private static final int MAX_WAITING = 20_000;

  private final TlsCountStore store;
  private final InstantSource clock;
  private Map<CountedSession, Long> waiting = new HashMap<>();

  public TlsSessionCounts(TlsCountStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public synchronized void session(TlsSessionResult result) {
    var day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    var counted = CountedSession.of(day, result);
    if (waiting.size() < MAX_WAITING || waiting.containsKey(counted)) {
      waiting.merge(counted, 1L, Long::sum);
    }
  }

  /// Puts on disk what is new. May block.
  public void flush() {
    Map<CountedSession, Long> sums = taken();
    if (sums.isEmpty()) {
      return;
    }
    try {
      long left = store.add(sums);
      if (left > 0) {
        LOG.warn("tls-report sessions={} result=not-counted reason=\"too many kinds\"", left);
      }
    } catch (SQLException e) {
      LOG.error("tls-report the sums cannot be kept, and are tried again: {}", e.toString());
      giveBack(sums);
    }
  }

  private synchronized Map<CountedSession, Long> taken() {
    Map<CountedSession, Long> sums = waiting;
    waiting = new HashMap<>();
    return sums;
  }

  private synchronized void giveBack(Map<CountedSession, Long> sums) {
    waiting.forEach((counted, sessions) -> sums.merge(counted, sessions, Long::sum));
    waiting = sums;
  }
}
