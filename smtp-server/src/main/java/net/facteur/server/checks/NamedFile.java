package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;

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
  record Trouble(Text what, Text remedy) {}

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
      return Optional.of(new Trouble(SAY.directory(), ConfigTexts.SAY.nameFileIn("ls -l " + path)));
    }
    if (!Files.isRegularFile(path)) {
      return Optional.of(new Trouble(SAY.irregular(), SAY.nameRegular("ls -l " + path)));
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
        return Optional.of(new Trouble(SAY.empty(), SAY.fill()));
      }
      if (octets > MAX_OCTETS) {
        return Optional.of(new Trouble(SAY.large(), SAY.rightFile("ls -l " + path)));
      }
      if (kind == Kind.PROGRAM
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
        return Optional.of(new Trouble(SAY.writable(), ConfigTexts.SAY.type("chmod o-w " + path)));
      }
      return open()
          ? Optional.of(new Trouble(SAY.readable(), ConfigTexts.SAY.type("chmod o-rwx " + path)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(new Trouble(SAY.unreadable(), FileTrouble.text(e)));
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
      return new Trouble(SAY.brokenLink(), SAY.whereItLeads("readlink -f " + path));
    }
    for (Path up = path.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up, LinkOption.NOFOLLOW_LINKS)) {
        return new Trouble(
            up.equals(path.getParent()) ? SAY.missing() : SAY.pathEnds(up), SAY.putFile());
      }
    }
    return new Trouble(SAY.missing(), SAY.putFile());
  }

  private Trouble barred(Reader reader, Reader.Barrier barrier) {
    String name = reader.name();
    if (barrier.directory()) {
      return new Trouble(
          SAY.cannotReach(reader.who(), barrier.at()), reader.asRoot("chmod o+x " + barrier.at()));
    }
    return new Trouble(
        kind == Kind.PROGRAM ? SAY.cannotRun(reader.who()) : SAY.cannotRead(reader.who()),
        reader.asRoot(
            switch (kind) {
              case PUBLIC -> "chmod o+r " + path;
              case PROGRAM -> "chmod 0755 " + path;
              case PASSWORD, SECRET -> "chown " + name + " " + path + " && chmod 0600 " + path;
            }));
  }
}
