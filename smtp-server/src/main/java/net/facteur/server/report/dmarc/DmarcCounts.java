package net.facteur.server.report.dmarc;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.queue.MailAddress;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Adds messages up: in memory at once, and in the database whenever [#flush()] is called, which
/// the wiring does every few seconds and at the end.
public final class DmarcCounts implements DmarcReporter {
  private static final Logger LOG = LogManager.getLogger(DmarcCounts.class);

  /// Kinds of messages that may wait for the database.
  private static final int MAX_WAITING = 50_000;

  private static final long DAY = Duration.ofDays(1).toSeconds();

  private final DmarcCountStore store;
  private final InstantSource clock;
  private Map<CountedMail, Long> waiting = new HashMap<>();
  private long lost;

  public DmarcCounts(DmarcCountStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  @Override
  public void message(
      AuthenticationReport report, DmarcPolicy applied, List<MailAddress> recipients) {
    long day = Math.floorDiv(clock.instant().getEpochSecond(), DAY);
    Optional<CountedMail> counted = CountedMail.of(day, report, applied, recipients);
    counted.ifPresent(this::count);
  }

  private synchronized void count(CountedMail counted) {
    if (waiting.size() < MAX_WAITING || waiting.containsKey(counted)) {
      waiting.merge(counted, 1L, Long::sum);
    } else {
      lost++;
    }
  }

  /// Puts into the database what is new. May block.
  public void flush() {
    Map<CountedMail, Long> sums = taken();
    if (sums.isEmpty()) {
      return;
    }
    try {
      long left = store.add(sums);
      if (left > 0) {
        LOG.warn("dmarc-report messages={} result=not-counted reason=\"too many kinds\"", left);
      }
    } catch (IOException e) {
      LOG.error("dmarc-report the counts cannot be kept, and are tried again: {}", e.toString());
      giveBack(sums);
    }
  }

  private synchronized Map<CountedMail, Long> taken() {
    if (lost > 0) {
      LOG.warn("dmarc-report messages={} result=not-counted reason=\"too many at once\"", lost);
      lost = 0;
    }
    Map<CountedMail, Long> sums = waiting;
    waiting = new HashMap<>();
    return sums;
  }

  private synchronized void giveBack(Map<CountedMail, Long> sums) {
    waiting.forEach((counted, messages) -> sums.merge(counted, messages, Long::sum));
    waiting = sums;
  }
}
