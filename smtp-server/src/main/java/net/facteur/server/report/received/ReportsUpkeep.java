package net.facteur.server.report.received;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Forgets reports that are older or more than is wanted.
public final class ReportsUpkeep implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(ReportsUpkeep.class);
  private static final Duration LOOK = Duration.ofHours(1);

  private final ReceivedReports reports;
  private final InstantSource clock;
  private Instant next = Instant.MIN;

  public ReportsUpkeep(ReceivedReports reports, InstantSource clock) {
    this.reports = reports;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "reports of others";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() throws IOException {
    Instant now = clock.instant();
    if (!now.isBefore(next)) {
      long gone = reports.forget(now);
      next = now.plus(LOOK);
      if (gone > 0) {
        LOG.info("reports forgotten={}", gone);
      }
    }
  }
}
