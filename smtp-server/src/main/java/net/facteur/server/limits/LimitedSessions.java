package net.facteur.server.limits;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.ScramKeys;
import net.facteur.server.smtp.Sessions;
import net.facteur.server.smtp.SmtpClient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Lets in whom the accounts let in, as long as the user has not too many sessions, or sessions
/// from too many networks, at the time. Further ones are put off with 454.
public record LimitedSessions(Authenticator accounts, Sessions sessions, LimitsSettings settings)
    implements Authenticator {
  private static final Logger LOG = LogManager.getLogger(LimitedSessions.class);

  @Override
  public CompletionStage<AuthOutcome> checkPassword(
      SmtpClient client, String user, byte[] password) {
    return accounts
        .checkPassword(client, user, password)
        .thenApply(outcome -> limited(client, outcome));
  }

  @Override
  public boolean scramOffered() {
    return accounts.scramOffered();
  }

  @Override
  public ScramKeys scramKeys(String user) {
    return accounts.scramKeys(user);
  }

  @Override
  public AuthOutcome decideScram(
      SmtpClient client, String user, Optional<ScramKeys> keys, boolean proven) {
    return limited(client, accounts.decideScram(client, user, keys, proven));
  }

  @Override
  public void ended(SmtpClient client) {
    accounts.ended(client);
  }

  private AuthOutcome limited(SmtpClient client, AuthOutcome outcome) {
    return outcome instanceof AuthOutcome.Accepted accepted && tooMany(client, accepted.user())
        ? new AuthOutcome.Unavailable()
        : outcome;
  }

  private boolean tooMany(SmtpClient client, String user) {
    if (settings.sessions() == 0 && settings.networks() == 0) {
      return false;
    }
    List<Sessions.Open> open = sessions.of(user);
    var networks =
        open.stream()
            .map(session -> LoginHistory.network(session.remote().getAddress()).toString())
            .collect(Collectors.toSet());
    AddressBlock here = LoginHistory.network(client.remote().getAddress());
    boolean many =
        (settings.sessions() != 0 && open.size() >= settings.sessions())
            || (settings.networks() != 0
                && !networks.contains(here.toString())
                && networks.size() >= settings.networks());
    if (many) {
      LOG.warn(
          "deferred session={} user={} reason=\"{} sessions from {} networks are open\"",
          client.sessionId(),
          user,
          open.size(),
          networks.size());
    }
    return many;
  }
}
