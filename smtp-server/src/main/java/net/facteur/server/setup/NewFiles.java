package net.facteur.server.setup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.files.Access;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.FileTurn;

/// What is made for a new server: all of it, or nothing. For one thread.
public final class NewFiles {
  private final Layout layout;

  /// What was made, to be undone in the opposite order.
  private final List<Path> made = new ArrayList<>();

  /// What the settings file held before.
  private Optional<byte[]> before = Optional.empty();

  public NewFiles(Layout layout) {
    this.layout = layout;
  }

  /// Makes the directories.
  ///
  /// @param owner the user of the machine that gets them; without one, the owner of what is there
  public void directories(Optional<String> owner) throws IOException {
    make(layout.settings().toAbsolutePath().getParent(), Access.GROUP);
    make(layout.data(), Access.PRIVATE);
    make(layout.tls(), Access.PRIVATE);
    if (owner.isPresent()) {
      for (Path path : made) {
        DurableDirectory.secret(path).give(owner.get());
      }
    } else if (layout.packaged() && made.contains(layout.tls())) {
      DurableDirectory.secret(layout.tls()).give(Files.getOwner(layout.data()).getName());
    }
  }

  private void make(@org.jspecify.annotations.Nullable Path path, Access access)
      throws IOException {
    if (path != null && !Files.isDirectory(path)) {
      make(path.getParent(), Access.GROUP);
      new DurableDirectory(path, access).make();
      made.add(path);
    }
  }

  /// A file or directory that is made now, and is taken away if a later step fails.
  ///
  /// @throws FileAlreadyExistsException where it is somebody else's: it stays as it is
  public Path claim(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    made.add(path);
    return path;
  }

  /// A users file, with the lock that whoever writes it leaves beside it.
  public Path claimUsers(Path file) throws IOException {
    Path lock = FileTurn.of(file).path();
    if (!Files.exists(lock, LinkOption.NOFOLLOW_LINKS)) {
      made.add(lock);
    }
    return claim(file);
  }

  /// Writes the settings file. What it held before comes back if a later step fails.
  public void settings(String text) throws IOException {
    Path file = layout.settings();
    if (Files.exists(file)) {
      byte[] old = Files.readAllBytes(file);
      DurableFile.open(file).replace(text);
      before = Optional.of(old);
    } else {
      DurableFile.open(file).create(text);
      made.add(file);
    }
  }

  /// Takes everything away again.
  public void undo() throws IOException {
    if (before.isPresent()) {
      DurableFile.open(layout.settings()).replace(before.get());
    }
    for (Path path : made.reversed()) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> within = Files.walk(path)) {
          for (Path each : within.sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(each);
          }
        }
      } else {
        Files.deleteIfExists(path);
      }
    }
  }
}
