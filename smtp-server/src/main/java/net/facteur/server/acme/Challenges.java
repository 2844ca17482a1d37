package net.facteur.server.acme;

import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.challenge.Challenge;

/// Answers the challenges of an authority.
public interface Challenges {
  /// Puts the answer where the authority will look for it, and waits until it is there.
  ///
  /// @return what to tell the authority to look at
  Answer answer(Authorization authorization, Identifier name)
      throws AcmeFailedException, InterruptedException;

  /// An answer that is in its place.
  ///
  /// @param challenge which one was answered
  /// @param withdraw takes the answer away again; never throws
  record Answer(Challenge challenge, Runnable withdraw) {}
}
