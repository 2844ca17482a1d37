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
      throw new CommandFailedException(CliTexts.SAY.noFile(file), DkimTexts.SAY.keyFileName());
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailedException(CliTexts.SAY.isDirectory(file), DkimTexts.SAY.keyFileIn());
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(MAX_OCTETS + 1);
      if (octets.length > MAX_OCTETS) {
        throw new CommandFailedException(
            DkimTexts.SAY.keyFileTooLong(file), DkimTexts.SAY.keyFileSee(file));
      }
      return new String(octets, StandardCharsets.ISO_8859_1);
    }
  }
}
