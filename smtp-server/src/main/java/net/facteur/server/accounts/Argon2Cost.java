package net.facteur.server.accounts;

import net.facteur.server.config.Settings;

/// What one hash costs.
///
/// @param memoryKib KiB of memory, 8 × `parallelism` to 4 GiB
/// @param iterations passes over it, 1 to 1,000
/// @param parallelism lanes, 1 to 64
/// @spec https://www.rfc-editor.org/rfc/rfc9106#section-3.1 RFC 9106, section 3.1: Argon2 Inputs
///   and Outputs
public record Argon2Cost(int memoryKib, int iterations, int parallelism) {
  /// 19 MiB, two passes, one lane: the least that OWASP advises.
  public static final Argon2Cost DEFAULT = new Argon2Cost(19 * 1024, 2, 1);

  public Argon2Cost {
    if (!valid(memoryKib, iterations, parallelism)) {
      throw new IllegalArgumentException("no cost of Argon2");
    }
  }

  /// What a hash costs from now on.
  public static Argon2Cost from(Settings settings) {
    return new Argon2Cost(
        (int) (settings.get(AccountsSettings.MEMORY) >> 10),
        settings.get(AccountsSettings.ITERATIONS),
        DEFAULT.parallelism());
  }

  static boolean valid(int memoryKib, int iterations, int parallelism) {
    return parallelism >= 1
        && parallelism <= 64
        && iterations >= 1
        && iterations <= 1000
        && memoryKib >= 8 * parallelism
        && memoryKib <= 4 << 20;
  }
}
