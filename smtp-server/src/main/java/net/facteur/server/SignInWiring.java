package net.facteur.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.config.Settings;
import net.facteur.server.journal.Journal;
import net.facteur.server.signin.SignIn;
import net.facteur.server.signin.SignInFiles;
import net.facteur.server.signin.SignInSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Signing in to the pages, which outlives a reload.
///
/// @param journal of what people do
public record SignInWiring(SignIn signIn, Journal journal) {
  private static final Logger LOG = LogManager.getLogger(SignInWiring.class);

  static SignInWiring open(
      Settings settings, InForce inForce, InstantSource clock, SecureRandom random) {
    var journal = new Journal(Journal.file(settings), clock);
    return new SignInWiring(
        new SignIn(
            () -> inForce.parts().accounts(),
            () -> SignInSettings.from(inForce.settings()),
            SignInFiles.of(SignInSettings.from(settings), clock),
            journal,
            clock,
            random,
            System::nanoTime),
        journal);
  }

  /// Whoever has a name after somebody else has nothing of theirs.
  void followed(UserChange change, UserChange.Outcome outcome) {
    boolean another = change instanceof UserChange.Add || change instanceof UserChange.Remove;
    if (!another || outcome != UserChange.Outcome.DONE) {
      return;
    }
    try {
      signIn.forget(change.name());
    } catch (IOException e) {
      LOG.error(
          "proofs of somebody else may be left: facteur web reset {} ({})",
          change.name(),
          e.toString());
    }
  }
}
