package net.facteur.server.backup;

import java.util.Locale;
import java.util.Optional;

/// Where a file of the server lies: below one of its directories, which the settings name, or
/// elsewhere. The word is the first part of its name in an archive.
public enum Root {
  /// `directories.data`.
  DATA,
  /// `directories.queue`.
  QUEUE,
  /// `directories.keys`.
  KEYS,
  /// The directory of the Maildirs.
  MAIL,
  /// Settings files and what they name, by their whole path.
  FILE;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Root> of(String word) {
    for (Root root : values()) {
      if (root.word().equals(word)) {
        return Optional.of(root);
      }
    }
    return Optional.empty();
  }

  /// The name in an archive of a file below it.
  String name(String relative) {
    return word() + "/" + relative;
  }
}
