package net.facteur.server.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;

/// A file that goes into a backup.
///
/// @param name in the archive
/// @param read where its octets are, which may be a copy
/// @param mode who may do what with it, at most 0777
/// @param owner the name of a user
/// @param group the name of a group
record Source(String name, Path read, int mode, String owner, String group, Instant modified) {
  /// One that is read where it lies.
  static Source of(String name, Path file) throws IOException {
    return of(name, file, file);
  }

  /// One that is read elsewhere.
  ///
  /// @param original whose owner and mode it has
  static Source of(String name, Path read, Path original) throws IOException {
    boolean link = Files.isSymbolicLink(original);
    PosixFileAttributes its =
        link
            ? Files.readAttributes(original, PosixFileAttributes.class)
            : Files.readAttributes(original, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new Source(
        name,
        read,
        mode(its.permissions()),
        its.owner().getName(),
        its.group().getName(),
        its.lastModifiedTime().toInstant());
  }

  private static int mode(Set<PosixFilePermission> permissions) {
    int mode = 0;
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if (permissions.contains(all[i])) {
        mode |= 1 << (all.length - 1 - i);
      }
    }
    return mode;
  }
}
