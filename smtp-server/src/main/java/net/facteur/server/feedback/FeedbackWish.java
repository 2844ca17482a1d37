package net.facteur.server.feedback;

import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// What somebody wants to know of the memory of mail, or have forgotten.
///
/// @param what an address, or `@domain`; empty for a list
public record FeedbackWish(Verb verb, String what) {
  /// What is wanted.
  public enum Verb {
    DEAD("dead"),
    FORGET("forget"),
    FORWARDS("forwards"),
    RETRY("retry"),
    SHARE("share");

    private final String word;

    Verb(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /// True where an address has to be named.
    public boolean names() {
      return this == FORGET || this == RETRY;
    }

    public static Optional<Verb> of(String word) {
      for (Verb each : values()) {
        if (each.word.equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /// True for what can be an address or `@domain`.
  public static boolean isAddress(String text) {
    return text.length() > 1
        && text.length() <= 320
        && text.indexOf('@') >= 0
        && !Ascii.hasControl(text)
        && text.indexOf(' ') < 0;
  }
}
