package net.facteur.server.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Utf8;

/// The files of the old server, which may lie below another directory than `/`, such as that of a
/// disk of a machine that is gone. Opened for reading only.
///
/// @param root where its `/` is
public record OldTree(Path root) {
  /// The largest file that is read: some million lines.
  static final long OCTETS_MAX = 64L << 20;

  private static final String MBOX = "From ";
  private static final int LINKS_MAX = 40;

  /// The tree that a configuration directory is in, or that a directory is the top of.
  ///
  /// @param from `/etc/postfix`, such a directory below another one, or the top of a tree
  public static OldTree around(Path from) {
    Path whole = from.toAbsolutePath().normalize();
    if (whole.endsWith("etc/postfix")) {
      Path top = whole.getParent();
      top = top == null ? null : top.getParent();
      return new OldTree(top == null ? whole : top);
    }
    return new OldTree(whole);
  }

  /// Where a file of the old server lies, after its links, which are meant within the tree.
  ///
  /// @param absolute as the old server names it
  Path at(String absolute) {
    Path path = within(Path.of(absolute));
    for (int i = 0; i < LINKS_MAX; i++) {
      Optional<Path> next = followed(path);
      if (next.isEmpty()) {
        return path;
      }
      path = next.get();
    }
    return path;
  }

  private Path within(Path absolute) {
    Path plain = absolute.normalize();
    return plain.isAbsolute() ? root.resolve(Path.of("/").relativize(plain)) : root.resolve(plain);
  }

  /// The path after its first link; empty where it has none.
  private Optional<Path> followed(Path path) {
    Path walked = root;
    Path rest = root.relativize(path);
    for (int i = 0; i < rest.getNameCount(); i++) {
      walked = walked.resolve(rest.getName(i));
      if (Files.isSymbolicLink(walked)) {
        try {
          Path target = Files.readSymbolicLink(walked);
          Path above = walked.getParent();
          Path to = target.isAbsolute() || above == null ? within(target) : above.resolve(target);
          Path whole =
              i + 1 < rest.getNameCount()
                  ? to.resolve(rest.subpath(i + 1, rest.getNameCount()))
                  : to;
          return Optional.of(whole.normalize()).filter(p -> p.startsWith(root));
        } catch (IOException _) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  boolean exists(String absolute) {
    return Files.exists(at(absolute), LinkOption.NOFOLLOW_LINKS);
  }

  /// The names in a directory, in order; none where it cannot be read.
  List<String> names(String absolute) {
    try (Stream<Path> names = Files.list(at(absolute))) {
      return names.map(p -> String.valueOf(p.getFileName())).sorted().limit(10_000).toList();
    } catch (IOException _) {
      return List.of();
    }
  }

  /// True where the file holds mail in the form mbox.
  boolean isMbox(String absolute) {
    Path path = at(absolute);
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] begin = in.readNBytes(MBOX.length());
      return new String(begin, StandardCharsets.ISO_8859_1).equals(MBOX);
    } catch (IOException _) {
      return true; // It is there, and only root may look.
    }
  }

  /// Reads a text.
  OldFile read(String absolute) {
    Path path;
    try {
      path = at(absolute);
      if (Files.notExists(path)) {
        return new OldFile.Missing();
      }
      if (!Files.isRegularFile(path)) {
        return new OldFile.Unusable(MigrateTexts.SAY.noFile());
      }
      if (Files.size(path) > OCTETS_MAX) {
        return new OldFile.Unusable(MigrateTexts.SAY.tooLarge(OCTETS_MAX >> 20));
      }
      byte[] octets = Files.readAllBytes(path);
      for (byte b : octets) {
        if (b == 0) {
          return new OldFile.Unusable(MigrateTexts.SAY.binary());
        }
      }
      Optional<String> text = Utf8.decode(octets);
      return new OldFile.Found(
          text.orElseGet(() -> new String(octets, StandardCharsets.ISO_8859_1)), text.isEmpty());
    } catch (AccessDeniedException _) {
      return new OldFile.Unusable(MigrateTexts.SAY.notAllowed());
    } catch (java.nio.file.InvalidPathException _) {
      return new OldFile.Missing();
    } catch (IOException e) {
      return new OldFile.Unusable(MigrateTexts.SAY.unreadable(String.valueOf(e.getMessage())));
    }
  }
}
