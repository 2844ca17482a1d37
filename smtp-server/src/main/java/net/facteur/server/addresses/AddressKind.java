package net.facteur.server.addresses;

import java.util.Locale;
import java.util.Optional;

/// What an address can be.
public enum AddressKind {
  /// Others stand for it.
  ALIAS,
  /// It is a user's, and its mail goes on to others.
  FORWARD,
  REFUSED,
  DISCARDED,
  /// It is a whole domain, which has the addresses of another.
  DOMAIN;

  /// Its name for programs.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<AddressKind> of(String word) {
    for (AddressKind each : values()) {
      if (each.word().equals(word)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
