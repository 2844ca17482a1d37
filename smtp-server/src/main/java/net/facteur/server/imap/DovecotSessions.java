package net.facteur.server.imap;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  private final AppLogins logins;
  private final Executor workers;

  /// @param logins where app passwords were used
  /// @param workers may wait
  public DovecotSessions(DoveadmSocket doveadm, AppLogins logins, Executor workers) {
    this.doveadm = doveadm;
    this.logins = logins;
    this.workers = workers;
  }

  /// Ends those of a user, soon after. Returns at once.
  ///
  /// @param apps the app passwords whose sessions end; empty for all sessions. Where Dovecot cannot
  ///   tell them apart, those from the same addresses end, too, and all where nobody knows from
  ///   where they came
  public void end(String user, List<String> apps) {
    workers.execute(
        () -> {
          try {
            endThrice(user, apps);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void endThrice(String user, List<String> apps) throws InterruptedException {
    Optional<String> first = kick(user, apps);
    Thread.sleep(AGAIN);
    Optional<String> second = kick(user, apps);
    if (first.isPresent() || second.isPresent()) {
      Thread.sleep(LAST.minus(AGAIN));
      kick(user, apps)
          .ifPresent(
              why -> LOG.error("sessions at Dovecot cannot be ended user={}: {}", user, why));
    }
  }

  /// @return why it cannot be done now
  private Optional<String> kick(String user, List<String> apps) {
    try {
      boolean ended =
          apps.isEmpty() ? doveadm.kick(user) == DoveadmSocket.Answer.DONE : kickApps(user, apps);
      if (ended) {
        LOG.info("sessions at Dovecot ended user={} apps={}", user, apps);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private boolean kickApps(String user, List<String> apps) throws IOException {
    boolean ended = false;
    for (String app : apps) {
      switch (logins.of(user, app)) {
        case AppLogins.Trace.Named() ->
            ended |= doveadm.kickApp(user, app) == DoveadmSocket.Answer.DONE;
        case AppLogins.Trace.From(List<InetAddress> addresses) -> {
          for (InetAddress address : addresses) {
            ended |= doveadm.kick(user, address) == DoveadmSocket.Answer.DONE;
          }
        }
        case AppLogins.Trace.Unknown() -> ended |= doveadm.kick(user) == DoveadmSocket.Answer.DONE;
      }
    }
    return ended;
  }
}
