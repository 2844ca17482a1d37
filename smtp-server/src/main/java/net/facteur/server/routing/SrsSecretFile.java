package net.facteur.server.routing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.DurableFile;
import net.facteur.server.files.ToldException;

/// The file with the secrets of the addresses that forwarded mail leaves with: one to a line, the
/// first signs, all are believed. To change it, put a new line on top and take the old one away a
/// month later. It has the form that postsrsd uses, so its file may be taken over.
///
/// @param path where it lies
public record SrsSecretFile(Path path) {
  private static final int FRESH_OCTETS = 24;
  private static final int MAX_OCTETS = 64 * 1024;
  private static final int MAX_SECRETS = 100;

  /// The secrets; made up and written, mode 0600, where there is no file.
  ///
  /// @throws IOException where the file cannot be read or written, others than its owner can read
  ///   it, or it holds no secret
  public List<SrsSecret> open(SecureRandom random) throws IOException {
    if (!Files.exists(path)) {
      create(random);
    }
    return read();
  }

  /// The secrets in the file.
  ///
  /// @throws IOException as [#open], and where there is no file
  public List<SrsSecret> read() throws IOException {
    if (Files.isDirectory(path)) {
      throw new ToldException(RoutingTexts.SAY.srsDirectory(path));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new ToldException(RoutingTexts.SAY.srsOpen(path));
    }
    if (Files.size(path) > MAX_OCTETS) {
      throw new ToldException(RoutingTexts.SAY.srsLong(path));
    }
    List<SrsSecret> secrets =
        Files.readString(path, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.isBlank())
            .limit(MAX_SECRETS)
            .map(line -> new SrsSecret(line.getBytes(StandardCharsets.ISO_8859_1)))
            .toList();
    if (secrets.isEmpty()) {
      throw new ToldException(RoutingTexts.SAY.srsEmpty(path));
    }
    return secrets;
  }

  private void create(SecureRandom random) throws IOException {
    byte[] octets = new byte[FRESH_OCTETS];
    random.nextBytes(octets);
    String line = Base64.getEncoder().encodeToString(octets) + "\n";
    Optional<Path> directory = Optional.ofNullable(path.toAbsolutePath().getParent());
    if (directory.isPresent()) {
      DurableDirectory.secret(directory.get()).make();
    }
    try {
      DurableFile.secret(path).create(line);
    } catch (FileAlreadyExistsException _) {
      // Somebody was faster; theirs counts.
    }
  }
}
