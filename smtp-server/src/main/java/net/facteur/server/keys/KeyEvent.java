package net.facteur.server.keys;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;

/// One line of the journal.
///
/// @param at when
/// @param key whose state changes
/// @param transition how
/// @param reason why, for people
/// @param by who decided it: `server`, or the user of a command
public record KeyEvent(Instant at, KeyName key, Transition transition, String reason, String by) {
  /// The transition in one word, as the journal has it.
  public String word() {
    return EventText.word(transition);
  }

  /// How the state changes.
  public sealed interface Transition {
    /// A new selector.
    ///
    /// @param types the keys it has
    /// @param spare it waits for an emergency
    record Generated(Set<KeyType> types, boolean spare) implements Transition {
      public Generated {
        types = Set.copyOf(types);
      }
    }

    /// The records were handed over, or have to be looked for from the beginning.
    record Publishing() implements Transition {}

    /// All servers agreed for the first time.
    ///
    /// @param until when the second look is due
    record Seen(Instant until) implements Transition {}

    /// All servers agreed again.
    record Visible() implements Transition {}

    /// The key signs from now on; in the same moment the one before ceases to.
    ///
    /// @param compromised the one before is in wrong hands, and is revoked without delay
    record Active(Optional<String> before, boolean compromised) implements Transition {
      /// The ordinary change.
      public Active(Optional<String> before) {
        this(before, false);
      }
    }

    /// A probe verified.
    record Proven() implements Transition {}

    /// The switch is undone: the one before signs again.
    record Undone() implements Transition {}

    /// The key is compromised.
    record Distrusted() implements Transition {}

    /// The records are to be revoked.
    record Revoking() implements Transition {}

    /// All servers say that the key is revoked.
    record Revoked() implements Transition {}

    /// The private key was published.
    ///
    /// @param where for people
    record Revealed(String where) implements Transition {}
  }
}
