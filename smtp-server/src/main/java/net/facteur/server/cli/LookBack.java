package net.facteur.server.cli;

import java.time.Duration;
import java.util.Optional;

/// How far a command looks back, as it is typed: `36h`, `7d`, `8w`.
final class LookBack {
  private LookBack() {}

  /// @param units that the command knows, of `h`, `d` and `w`
  /// @return empty for what is none: 1 to 9,999 of a unit
  static Optional<Duration> parse(String text, String units) {
    if (!text.matches("[1-9][0-9]{0,3}[" + units + "]")) {
      return Optional.empty();
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return Optional.of(
        switch (text.charAt(text.length() - 1)) {
          case 'h' -> Duration.ofHours(number);
          case 'w' -> Duration.ofDays(7 * number);
          default -> Duration.ofDays(number);
        });
  }
}
