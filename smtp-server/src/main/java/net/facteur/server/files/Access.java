package net.facteur.server.files;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Who may read what is new; what is replaced keeps its mode.
public enum Access {
  /// The owner alone: 0600, directories 0700.
  PRIVATE("rw-------", "rwx------"),
  /// The owner and its group: 0640, directories 0750.
  GROUP("rw-r-----", "rwxr-x---"),
  /// Everybody: 0644, directories 0755.
  PUBLIC("rw-r--r--", "rwxr-xr-x"),
  /// Everybody, who may also run it: 0755.
  PROGRAM("rwxr-xr-x", "rwxr-xr-x");

  private final String file;
  private final String directory;

  Access(String file, String directory) {
    this.file = file;
    this.directory = directory;
  }

  Set<PosixFilePermission> file() {
    return PosixFilePermissions.fromString(file);
  }

  Set<PosixFilePermission> directory() {
    return PosixFilePermissions.fromString(directory);
  }
}
