package net.facteur.auth.dmarc;

import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// What a domain asks receivers to do with a message that fails, mildest first.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.7 RFC 9989, section 4.7: DMARC Policy
///   Record Format
public enum DmarcPolicy {
  /// No preference.
  NONE("none"),
  /// Such mail is suspicious.
  QUARANTINE("quarantine"),
  /// Such mail is not from the domain.
  REJECT("reject");

  private final String word;

  DmarcPolicy(String word) {
    this.word = word;
  }

  /// The word in records and reports.
  public String word() {
    return word;
  }

  /// The policy of this word in any case.
  public static Optional<DmarcPolicy> of(String word) {
    for (DmarcPolicy policy : values()) {
      if (Ascii.equalsIgnoreCase(policy.word, word)) {
        return Optional.of(policy);
      }
    }
    return Optional.empty();
  }

  /// The policy applied while the domain owner is testing (`t=y`).
  public DmarcPolicy oneLevelBelow() {
    return switch (this) {
      case NONE, QUARANTINE -> NONE;
      case REJECT -> QUARANTINE;
    };
  }

  /// The stricter of the two.
  public DmarcPolicy stricter(DmarcPolicy other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
