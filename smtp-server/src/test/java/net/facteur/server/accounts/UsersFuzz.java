package net.facteur.server.accounts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/// Users files: damage is told as damage, and a user that is read can be written.
public final class UsersFuzz {
  private static final Path FILE = file();
  private static final SecureRandom RANDOM = new SecureRandom();

  private UsersFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    new String(input, StandardCharsets.UTF_8).lines().forEach(UsersFuzz::check);
    try {
      Files.write(FILE, input);
      new UsersFile(FILE, RANDOM).read();
    } catch (UsersFileException | MalformedInputException _) {
      // told
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(String line) {
    Optional<User> user = User.parse(line);
    if (!user.flatMap(u -> User.parse(u.line())).map(User::line).equals(user.map(User::line))) {
      throw new AssertionError(line + " cannot be written");
    }
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("facteur-users", "");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
