package net.facteur.server.accounts;

import java.nio.file.Path;
import java.time.Duration;

/// How users are kept and checked.
///
/// @param file the users file
/// @param cost what a new hash costs
/// @param threads passwords checked at the same time, 1 to 64; each takes the memory of its hash
/// @param queue checks that may wait, 1 to 10,000; further ones are unavailable
/// @param remembered how long a right password needs no new hash; zero for never
/// @param failures wrong passwords of one user from one network before logins are refused
/// @param penalty how long they are, and how long failures are remembered
/// @param separators characters that part a user from a sub-address
/// @param names what leads to users beside their own addresses
public record AccountsSettings(
    Path file,
    Argon2Cost cost,
    int threads,
    int queue,
    Duration remembered,
    int failures,
    Duration penalty,
    String separators,
    LocalNames names) {
  public AccountsSettings {
    if (threads < 1 || threads > 64 || queue < 1 || queue > 10_000 || failures < 1) {
      throw new IllegalArgumentException("limits of the password checks");
    }
  }

  /// The defaults: 2 threads, 1,000 waiting, 5 minutes remembered, 10 failures, 15 minutes penalty.
  public static AccountsSettings of(Path file) {
    return new AccountsSettings(
        file,
        Argon2Cost.DEFAULT,
        2,
        1000,
        Duration.ofMinutes(5),
        10,
        Duration.ofMinutes(15),
        "+",
        LocalNames.NONE);
  }
}
