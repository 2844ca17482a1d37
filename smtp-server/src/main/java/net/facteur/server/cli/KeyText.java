package net.facteur.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The text of a file that a person names, and that should hold a key.
final class KeyText {
  private static final int MAX_OCTETS = 64 << 10;

  private KeyText() {}

  static String read(Path file) throws IOException {
    if (Files.notExists(file)) {
      throw new CommandFailedException(
          "There is no file " + file + ".", "Name the file that holds the key.");
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailedException(
          file + " is a directory.", "Name the file in it that holds the key.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_OCTETS + 1);
      if (octets.length > MAX_OCTETS) {
        throw new CommandFailedException(
            file + " is no key file: it is too long.", "See what it is: file " + file);
      }
      return new String(octets, StandardCharsets.ISO_8859_1);
    }
  }
}
