package net.facteur.server.quarantine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// What the links of this server are proved by: whoever reads it can make links that release mail.
/// Remove it, and no link counts that was sent.
///
/// @param path the file that it lies in, mode 0600
public record ReleaseSecret(Path path) {
  private static final int OCTETS = 32;
  private static final int MAX_CHARACTERS = 200;

  /// The one of a quarantine.
  static ReleaseSecret of(QuarantineStore store) {
    return new ReleaseSecret(store.directory().resolve("secret"));
  }

  /// The secret; empty where none was made up, so that no link was sent.
  ///
  /// @throws IOException where the file cannot be read, or holds none
  Optional<byte[]> read() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    if (Files.size(path) > MAX_CHARACTERS) {
      throw useless();
    }
    String text = Files.readString(path, StandardCharsets.US_ASCII).strip();
    if (!text.matches("[A-Za-z0-9_-]{43}")) {
      throw useless();
    }
    return Optional.of(Base64.getUrlDecoder().decode(text));
  }

  private IOException useless() {
    return new IOException(path + " holds no secret; remove it, and one is made up");
  }

  /// The secret; made up and written where there is none.
  ///
  /// @throws IOException where the file cannot be read or written, or holds none
  byte[] open(SecureRandom random) throws IOException {
    if (!Files.exists(path)) {
      byte[] octets = new byte[OCTETS];
      random.nextBytes(octets);
      DurableDirectory.secret(path.resolveSibling("")).make();
      try {
        DurableFile.secret(path)
            .create(Base64.getUrlEncoder().withoutPadding().encodeToString(octets) + "\n");
      } catch (FileAlreadyExistsException _) {
        // Somebody was faster; theirs counts.
      }
    }
    return read().orElseThrow(this::useless);
  }
}
