package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// Whose a file is, and who else may use it. Links are never followed: the directory may belong to
/// somebody whom root does not trust.
///
/// @param kept it was so before
record Ownership(
    UserPrincipal owner, GroupPrincipal group, Set<PosixFilePermission> mode, boolean kept) {
  private static final String ROOT = "root";
  private static final Set<PosixFilePermission> OF_GROUP =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE);

  Ownership {
    mode = Set.copyOf(mode);
  }

  /// What a file in a directory shall be: as the one that it replaces, or else the directory
  /// owner's with the given mode.
  static Ownership wanted(Path file, Path directory, Set<PosixFilePermission> fresh)
      throws IOException {
    Ownership above = above(directory, fresh);
    return existing(file).filter(old -> !lostToRoot(old, above)).orElse(above);
  }

  /// What something new in a directory shall be.
  static Ownership above(Path directory, Set<PosixFilePermission> fresh) throws IOException {
    PosixFileAttributes its = Files.readAttributes(directory, PosixFileAttributes.class);
    return new Ownership(its.owner(), its.group(), fresh, false);
  }

  /// Gives a file back that an earlier version let root take.
  static void repair(Path file, Path directory) throws IOException {
    Ownership above = above(directory, Access.PRIVATE.file());
    if (existing(file).filter(old -> lostToRoot(old, above)).isPresent()) {
      above.give(file, directory);
    }
  }

  private static Optional<Ownership> existing(Path file) throws IOException {
    try {
      PosixFileAttributes its =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return its.isRegularFile()
          ? Optional.of(new Ownership(its.owner(), its.group(), its.permissions(), true))
          : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// True where root took a file that only its owner may read, out of another's directory.
  private static boolean lostToRoot(Ownership old, Ownership above) {
    return old.owner().getName().equals(ROOT)
        && !above.owner().getName().equals(ROOT)
        && !old.mode().contains(PosixFilePermission.GROUP_READ)
        && !old.mode().contains(PosixFilePermission.OTHERS_READ);
  }

  /// Makes a new file or directory so.
  ///
  /// @param directory in which it lies
  /// @throws IOException where its owner could not read it then
  void give(Path fresh, Path directory) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(fresh, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    PosixFileAttributes is = view.readAttributes();
    Set<PosixFilePermission> wanted = EnumSet.copyOf(mode);
    if (!is.owner().equals(owner)) {
      giveOwner(view, is, fresh, directory);
    }
    if (!is.group().equals(group) && !giveGroup(view)) {
      // Another group is not the one that was trusted.
      wanted.removeAll(OF_GROUP);
    }
    if (!is.permissions().equals(wanted)) {
      view.setPermissions(wanted);
    }
  }

  private void giveOwner(
      PosixFileAttributeView view, PosixFileAttributes is, Path fresh, Path directory)
      throws IOException {
    try {
      view.setOwner(owner);
    } catch (FileSystemException e) {
      boolean atHome = Files.getOwner(directory).equals(is.owner());
      if (kept && !atHome && !mode.contains(PosixFilePermission.OTHERS_READ)) {
        var refused =
            new AccessDeniedException(
                fresh.toString(),
                null,
                "what is written to "
                    + directory
                    + " must belong to "
                    + owner.getName()
                    + "; type the command as that user, with sudo -u "
                    + owner.getName());
        refused.initCause(e);
        throw refused;
      }
    }
  }

  private boolean giveGroup(PosixFileAttributeView view) throws IOException {
    try {
      view.setGroup(group);
      return true;
    } catch (FileSystemException _) {
      return false;
    }
  }
}
