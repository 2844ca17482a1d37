package net.facteur.server.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.files.FileTrouble;

/// A file that a setting names, and how it is found.
///
/// @param path absolute
record NamedFile(Path path, Kind kind) {
  private static final long MAX_OCTETS = 16L << 20;

  /// Who may read it.
  enum Kind {
    /// Everybody.
    PUBLIC,
    /// The server; where others can, it is used with a warning.
    PASSWORD,
    /// The server alone.
    SECRET,
    /// The server, which runs it; nobody but root and the server may change it.
    PROGRAM
  }

  /// Why a file cannot be used.
  ///
  /// @param what the end of a sentence that begins with its name
  /// @param remedy what to do
  record Trouble(String what, String remedy) {}

  /// What keeps `reader` from using the file; empty where nothing does.
  Optional<Trouble> trouble(Reader reader) {
    Optional<Trouble> barred = barred(reader);
    if (barred.isPresent()) {
      return barred;
    }
    if (!Files.exists(path)) {
      return Optional.of(missing());
    }
    if (Files.isDirectory(path)) {
      return Optional.of(new Trouble("which is a directory", "Name a file in it: ls -l " + path));
    }
    if (!Files.isRegularFile(path)) {
      return Optional.of(
          new Trouble("which is no regular file", "Name a regular file: ls -l " + path));
    }
    return ofContent();
  }

  /// What keeps `reader` from it, whatever it is; empty where nothing does, or where it is missing.
  Optional<Trouble> barred(Reader reader) {
    int wanted = kind == Kind.PROGRAM ? Reader.READ | Reader.SEARCH : Reader.READ;
    return reader.barrier(path, wanted).map(barrier -> barred(reader, barrier));
  }

  private Optional<Trouble> ofContent() {
    try {
      long octets = Files.size(path);
      if (octets == 0) {
        return Optional.of(
            new Trouble("which is empty", "Put into it what it should hold, or name another."));
      }
      if (octets > MAX_OCTETS) {
        return Optional.of(
            new Trouble("which is larger than 16 MiB", "Is it the right file?  ls -l " + path));
      }
      if (kind == Kind.PROGRAM
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
        return Optional.of(
            new Trouble("which everybody on this machine can change", "Type: chmod o-w " + path));
      }
      return open()
          ? Optional.of(
              new Trouble("which everybody on this machine can read", "Type: chmod o-rwx " + path))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(new Trouble("which cannot be read", FileTrouble.sentence(e)));
    }
  }

  /// True where it is a secret, and everybody can read or change it.
  boolean open() {
    if (kind != Kind.SECRET) {
      return false;
    }
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
      return permissions.contains(PosixFilePermission.OTHERS_READ)
          || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException | UnsupportedOperationException _) {
      return false; // a file system without modes keeps its secrets in another way
    }
  }

  private Trouble missing() {
    if (Files.isSymbolicLink(path)) {
      return new Trouble(
          "which is a link to a file that is missing", "See where it leads: readlink -f " + path);
    }
    for (Path up = path.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up, LinkOption.NOFOLLOW_LINKS)) {
        return new Trouble(
            up.equals(path.getParent())
                ? "which is missing"
                : "which is missing; the path ends at " + up,
            "Put the file there, or name the right one.");
      }
    }
    return new Trouble("which is missing", "Put the file there, or name the right one.");
  }

  private Trouble barred(Reader reader, Reader.Barrier barrier) {
    String name = reader.name();
    if (barrier.directory()) {
      return new Trouble(
          "which " + reader.who() + " cannot reach: " + barrier.at() + " is closed",
          reader.asRoot("chmod o+x " + barrier.at()));
    }
    return new Trouble(
        "which " + reader.who() + (kind == Kind.PROGRAM ? " cannot run" : " cannot read"),
        reader.asRoot(
            switch (kind) {
              case PUBLIC -> "chmod o+r " + path;
              case PROGRAM -> "chmod 0755 " + path;
              case PASSWORD, SECRET -> "chown " + name + " " + path + " && chmod 0600 " + path;
            }));
  }
}
