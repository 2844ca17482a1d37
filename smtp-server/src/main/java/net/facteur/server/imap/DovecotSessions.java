package net.facteur.server.imap;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Ends the sessions of users at Dovecot.
public final class DovecotSessions {
  private static final Logger LOG = LogManager.getLogger(DovecotSessions.class);

  /// It is done twice, for a login that was under way at the first time.
  private static final Duration AGAIN = Duration.ofSeconds(2);

  /// And once more where Dovecot did not answer.
  private static final Duration LAST = Duration.ofSeconds(10);

  private final DoveadmSocket doveadm;
  private final Executor workers;

  /// @param workers may wait
  public DovecotSessions(DoveadmSocket doveadm, Executor workers) {
    this.doveadm = doveadm;
    this.workers = workers;
  }

  /// Ends those of a user, soon after. Returns at once.
  public void end(String user) {
    workers.execute(
        () -> {
          try {
            endThrice(user);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void endThrice(String user) throws InterruptedException {
    boolean first = kick(user);
    Thread.sleep(AGAIN);
    boolean second = kick(user);
    if (!first || !second) {
      Thread.sleep(LAST.minus(AGAIN));
      if (!kick(user)) {
        LOG.error("sessions at Dovecot were not ended user={}", user);
      }
    }
  }

  private boolean kick(String user) {
    try {
      if (doveadm.kick(user) == DoveadmSocket.Answer.DONE) {
        LOG.info("sessions at Dovecot ended user={}", user);
      }
      return true;
    } catch (IOException e) {
      LOG.warn("sessions at Dovecot cannot be ended now user={}: {}", user, e.getMessage());
      return false;
    }
  }
}
