package net.facteur.server.reception;

import java.util.Optional;
import net.facteur.queue.EnhancedStatusCode;

/// An action with the reply that goes with it.
///
/// @param action what happens
/// @param code the reply that the settings name; empty for the one that fits the result, and always
///   where the message is taken
public record Reaction(Action action, Optional<Code> code) {
  /// A reply code and its status code, such as `550 5.7.23`.
  public record Code(int reply, EnhancedStatusCode status) {}

  public Reaction {
    int wanted =
        switch (action) {
          case NOTE, QUARANTINE -> 0;
          case DEFER -> 4;
          case REJECT -> 5;
        };
    if (code.isPresent()
        && (code.get().reply() / 100 != wanted || code.get().status().category() != wanted)) {
      throw new IllegalArgumentException("no code for " + action + ": " + code.get());
    }
  }

  /// An action with the reply that fits the result.
  public static Reaction of(Action action) {
    return new Reaction(action, Optional.empty());
  }
}
