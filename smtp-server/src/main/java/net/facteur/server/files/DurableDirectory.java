package net.facteur.server.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;

/// A directory of the server's own.
///
/// @param access the mode that it gets where it is made
public record DurableDirectory(Path path, Access access) {
  /// One that only its owner may use.
  public static DurableDirectory secret(Path path) {
    return new DurableDirectory(path, Access.PRIVATE);
  }

  /// One that everybody may read.
  public static DurableDirectory open(Path path) {
    return new DurableDirectory(path, Access.PUBLIC);
  }

  /// The one that holds a file.
  static Path above(Path file) {
    Path whole = file.toAbsolutePath();
    Path parent = whole.getParent();
    return parent == null ? whole : parent;
  }

  /// Makes it, and those above it, where they are missing. Each belongs to the owner of the one
  /// above. What exists stays as it is.
  ///
  /// @throws FileAlreadyExistsException where something else bears its name
  public void make() throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = above(path);
    new DurableDirectory(parent, access).make();
    try {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(access.directory()));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
      return;
    }
    Ownership.above(parent, access.directory()).give(path, parent);
    sync(parent);
  }

  /// Gives it to a user of this machine; only root can. What is written into it from then on is
  /// that user's.
  ///
  /// @throws IOException where there is no such user
  public void give(String user) throws IOException {
    var its =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    var names = path.getFileSystem().getUserPrincipalLookupService();
    its.setOwner(names.lookupPrincipalByName(user));
    try {
      its.setGroup(names.lookupPrincipalByGroupName(user));
    } catch (UserPrincipalNotFoundException _) {
      // no group of that name: it stays with the one that it has
    }
  }

  /// Gives it a group; what is written into it from then on has that group, too.
  ///
  /// @throws IOException where there is no such group, or whoever runs may not give it
  public void giveGroup(String group) throws IOException {
    Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setGroup(
            path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group));
  }

  /// Takes from everybody but the owner what the mode of a directory that exists grants to them.
  ///
  /// @throws IOException where it belongs to somebody else
  public void close() throws IOException {
    if (!Files.getPosixFilePermissions(path).equals(access.directory())) {
      Files.setPosixFilePermissions(path, access.directory());
    }
  }

  /// Gives it another name in the same directory, durably, in place of nothing.
  public void rename(Path to) throws IOException {
    Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
    sync(above(to));
  }

  /// Makes the names in it durable.
  public void sync() throws IOException {
    sync(path);
  }

  static void sync(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
