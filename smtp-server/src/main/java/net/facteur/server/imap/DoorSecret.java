package net.facteur.server.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;

/// What Dovecot shows when it asks about accounts, so that nobody else on the machine does.
///
/// @param path the file that it lies in, mode 0600
public record DoorSecret(Path path) {
  private static final int OCTETS = 32;
  private static final int MAX_CHARACTERS = 200;

  /// The secret; made up and written where there is no file.
  ///
  /// @throws IOException where the file cannot be read or written, or holds none
  public String open(SecureRandom random) throws IOException {
    if (!Files.exists(path)) {
      byte[] octets = new byte[OCTETS];
      random.nextBytes(octets);
      Optional<Path> directory = Optional.ofNullable(path.toAbsolutePath().getParent());
      if (directory.isPresent()) {
        DurableDirectory.secret(directory.get()).make();
      }
      try {
        DurableFile.secret(path)
            .create(Base64.getUrlEncoder().withoutPadding().encodeToString(octets) + "\n");
      } catch (FileAlreadyExistsException _) {
        // Somebody was faster; theirs counts.
      }
    }
    if (Files.size(path) > MAX_CHARACTERS) {
      throw new IOException(path + " is too long for a secret; remove it, and one is made up");
    }
    String secret = Files.readString(path, StandardCharsets.US_ASCII).strip();
    if (!secret.matches("[A-Za-z0-9_-]{20,}")) {
      throw new IOException(path + " holds no secret; remove it, and one is made up");
    }
    return secret;
  }

  /// Compared in the same time, wherever they differ.
  static boolean same(String secret, String shown) {
    return MessageDigest.isEqual(
        secret.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
  }
}
