package net.facteur.auth.arc;

import java.util.Optional;
import net.facteur.auth.syntax.Ascii;

/// The Chain Validation Status (`cv`).
///
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-4.4 RFC 8617, section 4.4: Chain Validation
///   Status
public enum ChainStatus {
  /// There is no chain.
  NONE,
  /// The chain is good.
  PASS,
  /// The chain is broken, for ever.
  FAIL;

  /// The word in fields.
  public String word() {
    return Ascii.lower(name());
  }

  /// The status of this word, in any case.
  static Optional<ChainStatus> of(String word) {
    for (ChainStatus status : values()) {
      if (Ascii.equalsIgnoreCase(status.word(), word)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
