package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Collectors;

/// What shows that files were rewritten or replaced: the size, time and inode of each. Whoever
/// watches a file takes the stamp before reading it, so that a change in between is seen the next
/// time.
public final class FileStamp {
  private static final String NONE = "none";

  private FileStamp() {}

  /// @return equal as long as nothing has changed; a file that is not there, or that cannot be
  ///   looked at, has a stamp too
  public static String of(Path... files) {
    return List.of(files).stream().map(FileStamp::of).collect(Collectors.joining(" "));
  }

  /// True where no file was there.
  public static boolean isNone(String stamp) {
    return stamp.equals(NONE);
  }

  private static String of(Path file) {
    try {
      var seen = Files.readAttributes(file, BasicFileAttributes.class);
      return seen.size() + "/" + seen.lastModifiedTime() + "/" + seen.fileKey();
    } catch (NoSuchFileException _) {
      return NONE;
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }
}
