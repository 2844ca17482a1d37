package net.facteur.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What shows that files were changed.
public final class FileStamp {
  private FileStamp() {}

  public static String of(Path... files) {
    return List.of(files).stream().map(FileStamp::of).collect(Collectors.joining(" "));
  }

  private static String of(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException _) {
      return "none";
    }
  }
}
