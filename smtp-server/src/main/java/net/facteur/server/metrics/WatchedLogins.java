package net.facteur.server.metrics;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.ScramKeys;
import net.facteur.server.smtp.SmtpClient;

/// Counts how logins end.
record WatchedLogins(Authenticator logins, Meters meters) implements Authenticator {
  @Override
  public CompletionStage<AuthOutcome> checkPassword(
      SmtpClient client, String user, byte[] password) {
    return logins
        .checkPassword(client, user, password)
        .whenComplete(
            (outcome, failure) ->
                meters.count(
                    Metric.LOGINS,
                    1,
                    "password",
                    failure == null ? word(outcome) : word(new AuthOutcome.Unavailable())));
  }

  @Override
  public boolean scramOffered() {
    return logins.scramOffered();
  }

  @Override
  public ScramKeys scramKeys(String user) {
    return logins.scramKeys(user);
  }

  @Override
  public AuthOutcome decideScram(
      SmtpClient client, String user, Optional<ScramKeys> keys, boolean proven) {
    AuthOutcome outcome = logins.decideScram(client, user, keys, proven);
    meters.count(Metric.LOGINS, 1, "scram", word(outcome));
    return outcome;
  }

  @Override
  public void ended(SmtpClient client) {
    logins.ended(client);
  }

  private static String word(AuthOutcome outcome) {
    return switch (outcome) {
      case AuthOutcome.Accepted _ -> "accepted";
      case AuthOutcome.Disabled _ -> "disabled";
      case AuthOutcome.Refused refused ->
          switch (refused) {
            case CREDENTIALS -> "refused";
            case DAMPED -> "damped";
            case LOCKED -> "locked";
          };
      case AuthOutcome.Unavailable _ -> "unavailable";
    };
  }
}
