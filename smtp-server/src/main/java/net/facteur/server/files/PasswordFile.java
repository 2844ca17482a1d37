package net.facteur.server.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file with a password on its first line, in UTF-8.
///
/// @param path where it lies
public record PasswordFile(Path path) {
  /// What editors of Windows write before the first line.
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /// The password; empty where the file is.
  ///
  /// @throws IOException where it cannot be read, or is no text
  public String read() throws IOException {
    String first = Files.readAllLines(path, StandardCharsets.UTF_8).stream().findFirst().orElse("");
    return first.startsWith(BYTE_ORDER_MARK) ? first.substring(1) : first;
  }
}
