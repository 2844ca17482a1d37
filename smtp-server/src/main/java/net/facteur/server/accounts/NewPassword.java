package net.facteur.server.accounts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A password that a user may have from now on.
///
/// @param text at least 8 characters, at most 1024 octets, and no control characters
public record NewPassword(String text) {
  /// Characters that it has at least.
  public static final int MIN_CHARACTERS = 8;

  private static final int MAX_OCTETS = 1024;

  /// Why a text is none.
  public enum Fault {
    TOO_SHORT,
    /// Too long, or with control characters in it.
    UNUSABLE
  }

  public NewPassword {
    if (fault(text).isPresent()) {
      throw new IllegalArgumentException("no password");
    }
  }

  /// What is wrong with a text; empty where it can be a password.
  public static Optional<Fault> fault(String text) {
    if (text.codePointCount(0, text.length()) < MIN_CHARACTERS) {
      return Optional.of(Fault.TOO_SHORT);
    }
    return text.getBytes(StandardCharsets.UTF_8).length > MAX_OCTETS
            || text.chars().anyMatch(c -> c < ' ')
        ? Optional.of(Fault.UNUSABLE)
        : Optional.empty();
  }

  /// Never the password.
  @Override
  public String toString() {
    return "***";
  }
}
