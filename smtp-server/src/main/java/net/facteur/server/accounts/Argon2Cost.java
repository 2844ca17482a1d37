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

  private static final int MEMORY_MAX = 4 << 20;
  private static final int ITERATIONS_MAX = 1000;
  private static final int LANES_MAX = 64;

  /// The most that one may cost, as a hash says it.
  static final String MOST = "m=" + MEMORY_MAX + ",t=" + ITERATIONS_MAX + ",p=" + LANES_MAX;

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
        && iterations >= 1
        && memoryKib >= 8 * parallelism
        && !tooMuch(memoryKib, iterations, parallelism);
  }

  static boolean tooMuch(int memoryKib, int iterations, int parallelism) {
    return memoryKib > MEMORY_MAX || iterations > ITERATIONS_MAX || parallelism > LANES_MAX;
  }
}
