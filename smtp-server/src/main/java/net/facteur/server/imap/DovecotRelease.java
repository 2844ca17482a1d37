package net.facteur.server.imap;

import java.util.Optional;

/// The releases of Dovecot whose settings are known. They differ in nearly every line.
public enum DovecotRelease {
  /// Debian 12.
  V2_3("2.3"),
  /// Debian 13.
  V2_4("2.4");

  private final String word;

  DovecotRelease(String word) {
    this.word = word;
  }

  /// As people write it.
  public String word() {
    return word;
  }

  /// That of a version such as `2.3.19.1 (9b53102964)`; empty where it is another.
  public static Optional<DovecotRelease> of(String version) {
    for (DovecotRelease each : values()) {
      if (version.equals(each.word) || version.startsWith(each.word + ".")) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
