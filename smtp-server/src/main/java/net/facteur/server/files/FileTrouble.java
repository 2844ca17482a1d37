package net.facteur.server.files;

import static net.facteur.server.files.FilesTexts.SAY;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;

/// What the operating system says of a file, for a person: Java's own texts are often the bare
/// path.
public final class FileTrouble {
  /// What Linux says of a disk, or of what a user may have of it, that is used up: ENOSPC, EDQUOT.
  private static final Set<String> FULL = Set.of("No space left on device", "Disk quota exceeded");

  private FileTrouble() {}

  /// The disk has no room left, or the user may have no more of it.
  static boolean full(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason != null && FULL.contains(reason);
  }

  /// The same in English, for the log.
  public static String sentence(IOException e) {
    return text(e).in(Language.ENGLISH);
  }

  /// One sentence without a full stop, and what to type where that is known. What the system says
  /// itself is the same in every language.
  public static Text text(IOException e) {
    String user = System.getProperty("user.name", "?");
    return switch (e) {
      case ToldException told -> told.said();
      case AccessDeniedException denied -> SAY.forbidden(file(denied), user);
      case NoSuchFileException missing -> SAY.missing(file(missing));
      case FileAlreadyExistsException there -> SAY.there(file(there));
      case NotDirectoryException file -> SAY.noDirectory(file(file));
      case DirectoryNotEmptyException full -> SAY.notEmpty(file(full));
      case FileSystemException other when full(other) -> SAY.full(file(other));
      case FileSystemException other ->
          other.getReason() == null
              ? SAY.useless(file(other))
              : SAY.trouble(file(other), other.getReason());
      case IOException other when full(other) -> SAY.diskFull();
      default -> e.getMessage() == null ? SAY.silent() : Text.of(e.getMessage());
    };
  }

  private static String file(FileSystemException e) {
    return String.valueOf(e.getFile());
  }
}
