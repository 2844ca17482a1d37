package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What the operating system says of a file, for a person: Java's own texts are often the bare
/// path.
public final class FileTrouble {
  private FileTrouble() {}

  /// One sentence without a full stop, and what to type where that is known.
  public static String sentence(IOException e) {
    String user = System.getProperty("user.name", "this user");
    return switch (e) {
      case AccessDeniedException denied ->
          denied.getFile()
              + " may not be used by "
              + user
              + "; see who may: namei -l "
              + denied.getFile();
      case NoSuchFileException missing -> missing.getFile() + ": there is no such file";
      case FileAlreadyExistsException there -> there.getFile() + " is there already";
      case NotDirectoryException file -> file.getFile() + " is no directory";
      case DirectoryNotEmptyException full -> full.getFile() + " is not empty";
      case FileSystemException other ->
          other.getFile()
              + ": "
              + (other.getReason() == null ? "cannot be used" : other.getReason());
      default -> e.getMessage() == null ? "the disk does not answer" : e.getMessage();
    };
  }
}
