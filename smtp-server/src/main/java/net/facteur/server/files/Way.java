package net.facteur.server.files;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The directories that lead to a file.
public final class Way {
  private Way() {}

  /// The first directory on the way to `file` that this process may not enter: everything behind it
  /// is hidden, whether it is there or not.
  public static Optional<Path> closed(Path file) {
    Path whole = file.toAbsolutePath().normalize();
    Path way = whole.getRoot();
    for (Path step : whole) {
      if (Files.isDirectory(way) && !Files.isExecutable(way)) {
        return Optional.of(way);
      }
      way = way.resolve(step);
    }
    return Optional.empty();
  }
}
