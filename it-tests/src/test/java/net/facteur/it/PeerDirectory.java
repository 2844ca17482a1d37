package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/// Where a program of others has its files: unlike a test's own directory, one that every user can
/// enter, since such programs change theirs.
///
/// @param path below `/tmp`, short enough for sockets
record PeerDirectory(Path path) {
  static PeerDirectory make() throws IOException {
    Path path = Files.createTempDirectory(Path.of("/tmp"), "facteur-peer-");
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new PeerDirectory(path);
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /// The text of a file, the empty one where there is none.
  String text(String name) {
    try {
      return Files.exists(resolve(name)) ? Files.readString(resolve(name)) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
