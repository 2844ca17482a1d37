package net.facteur.server.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/// Copies of files that are there already: for a backup, and on the way back from one.
public final class FileCopies {
  private FileCopies() {}

  /// Gives a file a second name on the same file system.
  ///
  /// @throws FileAlreadyExistsException where that name is taken
  public static void link(Path file, Path name) throws IOException {
    Files.createLink(name, file);
  }

  /// Copies a file with its owner, mode and time, where nothing is yet. Not synced.
  public static void copy(Path file, Path to) throws IOException {
    Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  /// Gives a file or a directory another name on the same file system, durably.
  ///
  /// @throws FileAlreadyExistsException where something has that name
  public static void move(Path from, Path to) throws IOException {
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    DurableDirectory.sync(DurableDirectory.above(to));
    DurableDirectory.sync(DurableDirectory.above(from));
  }

  /// Whose something is to be.
  ///
  /// @param mode at most 0777
  /// @param owner a name; where no such user is on this machine, or whoever runs may not give it,
  ///   the owner of the directory above
  /// @param group likewise
  public record Belonging(int mode, String owner, String group) {}

  /// Writes a file where none is, synced, with its owner, mode and time. Its name is durable only
  /// after its directory was synced.
  public static void unpack(
      Path file, Belonging whose, Instant modified, DurableFile.Content content)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(Access.PRIVATE.file()))) {
      OutputStream out = Channels.newOutputStream(channel);
      content.writeTo(out);
      out.flush();
      give(file, whose);
      Files.setLastModifiedTime(file, FileTime.from(modified));
      channel.force(true);
    }
  }

  /// Makes a directory where none is, with its owner and mode; its directory must exist.
  public static void directory(Path directory, Belonging whose) throws IOException {
    Files.createDirectory(
        directory, PosixFilePermissions.asFileAttribute(Access.PRIVATE.directory()));
    give(directory, whose);
  }

  private static void give(Path file, Belonging whose) throws IOException {
    Ownership.above(DurableDirectory.above(file), Access.PRIVATE.file())
        .give(file, DurableDirectory.above(file));
    var view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    var names = file.getFileSystem().getUserPrincipalLookupService();
    EnumSet<PosixFilePermission> mode = permissions(whose.mode());
    try {
      if (!view.readAttributes().owner().getName().equals(whose.owner())) {
        view.setOwner(names.lookupPrincipalByName(whose.owner()));
      }
      if (!view.readAttributes().group().getName().equals(whose.group())) {
        view.setGroup(names.lookupPrincipalByGroupName(whose.group()));
      }
    } catch (UserPrincipalNotFoundException | FileSystemException _) {
      // It stays with the owner of the directory; another group is not the one that was trusted.
      mode.retainAll(
          EnumSet.range(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_EXECUTE));
    }
    view.setPermissions(mode);
  }

  private static EnumSet<PosixFilePermission> permissions(int mode) {
    var found = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode & 1 << (all.length - 1 - i)) != 0) {
        found.add(all[i]);
      }
    }
    return found;
  }
}
