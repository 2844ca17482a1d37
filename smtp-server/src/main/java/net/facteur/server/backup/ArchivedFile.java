package net.facteur.server.backup;

import java.time.Instant;
import java.util.regex.Pattern;

/// A file in a backup.
///
/// @param name in the archive: the word of its [Root], and where it lies below
/// @param size octets
/// @param hash SHA-256 of its octets, in hexadecimal
/// @param mode who may do what with it, at most 0777
/// @param owner the name of a user
/// @param group the name of a group
/// @param pooled its octets lie beside the archive, once for all backups
record ArchivedFile(
    String name,
    long size,
    String hash,
    int mode,
    String owner,
    String group,
    Instant modified,
    boolean pooled) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  ArchivedFile {
    if (!HASH.matcher(hash).matches() || size < 0 || (mode & ~0777) != 0) {
      throw new IllegalArgumentException("no file of a backup: " + name);
    }
    int slash = name.indexOf('/');
    if (slash < 1 || Root.of(name.substring(0, slash)).isEmpty() || slash == name.length() - 1) {
      throw new IllegalArgumentException("no place for " + name);
    }
    for (String step : name.split("/", -1)) {
      if (step.isEmpty() || step.equals(".") || step.equals("..")) {
        throw new IllegalArgumentException("no place for " + name);
      }
    }
  }

  Root root() {
    return Root.of(name.substring(0, name.indexOf('/'))).orElseThrow();
  }

  /// Below its root.
  String relative() {
    return name.substring(name.indexOf('/') + 1);
  }

  Part part() {
    return Part.of(root(), relative());
  }
}
