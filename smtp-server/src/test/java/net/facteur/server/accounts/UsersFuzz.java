package net.facteur.server.accounts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Users files: damage is told by its line, and a user that is read can be written.
public final class UsersFuzz {
  private UsersFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    UsersText.parse(input);
    new String(input, StandardCharsets.UTF_8).lines().forEach(UsersFuzz::check);
  }

  private static void check(String line) {
    Optional<User> user = User.parse(line);
    if (!user.flatMap(u -> User.parse(u.line())).map(User::line).equals(user.map(User::line))) {
      throw new AssertionError(line + " cannot be written");
    }
  }
}
