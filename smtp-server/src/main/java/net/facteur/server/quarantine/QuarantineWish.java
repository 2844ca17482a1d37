package net.facteur.server.quarantine;

import java.util.List;
import java.util.Optional;

/// What a person asks of the quarantine.
///
/// @param id of the message; empty for [Verb#LIST]
/// @param to the recipients that are meant; all of them if empty
/// @param harmful also what holds harmful content
/// @param by the user of this machine who asks, for the history
public record QuarantineWish(Verb verb, String id, List<String> to, boolean harmful, String by) {
  /// What is to be done.
  public enum Verb {
    LIST,
    SHOW,
    RELEASE,
    /// Release it, and have it learnt as wanted.
    LEARN,
    DROP;

    /// As it is typed.
    public String word() {
      return KeptFile.word(this);
    }

    public static Optional<Verb> of(String word) {
      for (Verb verb : values()) {
        if (verb.word().equals(word)) {
          return Optional.of(verb);
        }
      }
      return Optional.empty();
    }
  }

  public QuarantineWish {
    to = List.copyOf(to);
  }
}
