package net.facteur.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.facteur.server.files.Way;
import net.facteur.server.language.Text;

/// A file or a directory that is closed to the user who types, and so is everything behind it.
///
/// @param path what is closed
/// @param owner to whom it is open
record ClosedPlace(Path path, String owner) {
  private static final CliTexts SAY = CliTexts.SAY;

  /// What keeps this user from a file.
  ///
  /// @param writing the file is to be written to as well, such as a socket that one speaks to
  /// @return empty where nothing does, or where there is no such file
  static Optional<ClosedPlace> before(Path file, boolean writing) {
    return Way.closed(file)
        .or(
            () ->
                Optional.of(file.toAbsolutePath().normalize()).filter(it -> isClosed(it, writing)))
        .map(ClosedPlace::of);
  }

  /// Keeps root from following a link that the server's user made: it could lead root to files that
  /// this user may not touch.
  ///
  /// @throws CommandFailedException where one is on the way, or is the file
  static void followNoLinkOfOthers(Path file) throws IOException {
    Optional<Way.Link> link = Way.foreignLink(file, me());
    if (link.isPresent()) {
      throw new CommandFailedException(
          SAY.linkOfOther(link.get().path(), link.get().owner()),
          SAY.linkOfOtherRemedy(link.get().path()));
    }
  }

  private static boolean isClosed(Path file, boolean writing) {
    return Files.exists(file) && !(Files.isReadable(file) && (!writing || Files.isWritable(file)));
  }

  private static ClosedPlace of(Path path) {
    try {
      return new ClosedPlace(path, Files.getOwner(path).getName());
    } catch (IOException | UnsupportedOperationException _) {
      return new ClosedPlace(path, "root");
    }
  }

  /// Why this user does not get on.
  ///
  /// @param what failed, no full stop
  Text sentence(Text what) {
    return SAY.closed(what, path, me());
  }

  /// What to type, where `command` is what was typed.
  Text remedy(String command) {
    return owner.equals(me()) ? SAY.typeChmod(path) : SAY.typeSudo(become() + command);
  }

  private String become() {
    return owner.equals("root")
        ? ""
        : "-u " + (owner.matches("[0-9]+") ? "'#" + owner + "'" : owner) + " ";
  }

  private static String me() {
    return System.getProperty("user.name", "?");
  }
}
