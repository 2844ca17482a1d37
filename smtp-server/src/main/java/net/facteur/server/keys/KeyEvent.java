package net.facteur.server.keys;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;

/// One line of the journal.
///
/// @param at when
/// @param key whose state changes
/// @param step how
/// @param reason why, for people
/// @param by who decided it: `server`, or the user of a command
public record KeyEvent(Instant at, KeyName key, Step step, String reason, String by) {
  /// The step in one word, as the journal has it.
  public String word() {
    return EventText.word(step);
  }

  /// How the state changes.
  public sealed interface Step {
    /// A new selector.
    ///
    /// @param types the keys it has
    /// @param spare it waits for an emergency
    record Generated(Set<KeyType> types, boolean spare) implements Step {
      public Generated {
        types = Set.copyOf(types);
      }
    }

    /// The records were handed over, or have to be looked for from the beginning.
    record Publishing() implements Step {}

    /// All servers agreed for the first time.
    ///
    /// @param until when the second look is due
    record Seen(Instant until) implements Step {}

    /// All servers agreed again.
    record Visible() implements Step {}

    /// The key signs from now on; in the same moment the one before ceases to.
    ///
    /// @param compromised the one before is in wrong hands, and is revoked without delay
    record Active(Optional<String> before, boolean compromised) implements Step {
      /// The ordinary change.
      public Active(Optional<String> before) {
        this(before, false);
      }
    }

    /// A probe verified.
    record Proven() implements Step {}

    /// The switch is undone: the one before signs again.
    record Undone() implements Step {}

    /// The key is compromised.
    record Distrusted() implements Step {}

    /// The records are to be revoked.
    record Revoking() implements Step {}

    /// All servers say that the key is revoked.
    record Revoked() implements Step {}

    /// The private key was published.
    ///
    /// @param where for people
    record Revealed(String where) implements Step {}
  }
}
