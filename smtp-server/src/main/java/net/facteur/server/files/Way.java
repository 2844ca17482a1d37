package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directories that lead to a file.
public final class Way {
  private static final String ROOT = "root";
  private static final int LINKS_MAX = 40;

  /// A link that somebody made.
  ///
  /// @param owner who made it
  public record Link(Path path, String owner) {}

  private Way() {}

  /// The first link on the way to `file`, itself included, that root should not follow, since
  /// somebody else made it: it may lead to what its owner may neither read nor remove. Links that
  /// root made are followed, and what they lead to is looked at as well.
  ///
  /// @param user who runs this; the system keeps all but root from what is not theirs, so nothing
  ///   is found for them
  /// @return empty also where the file is not there
  public static Optional<Link> foreignLink(Path file, String user) throws IOException {
    if (!user.equals(ROOT)) {
      return Optional.empty();
    }
    Path whole = file.toAbsolutePath();
    var left = new ArrayDeque<Path>();
    whole.forEach(left::addLast);
    Path way = whole.getRoot();
    int links = 0;
    while (!left.isEmpty()) {
      Path next = way.resolve(left.removeFirst());
      if (next.endsWith("..")) {
        @Nullable Path above = way.getParent();
        way = above == null ? way : above;
      } else if (Files.isSymbolicLink(next)) {
        String owner = Files.getOwner(next, LinkOption.NOFOLLOW_LINKS).getName();
        if (!owner.equals(ROOT) || ++links > LINKS_MAX) {
          return Optional.of(new Link(next, owner));
        }
        Path target = Files.readSymbolicLink(next);
        way = target.isAbsolute() ? target.getRoot() : way;
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          left.addFirst(target.getName(i));
        }
      } else if (!next.endsWith(".")) {
        way = next;
      }
    }
    return Optional.empty();
  }

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
