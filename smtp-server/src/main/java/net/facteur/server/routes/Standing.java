package net.facteur.server.routes;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// How the first way to a provider is.
public sealed interface Standing {
  /// Nothing is known against it.
  record Open() implements Standing {}

  /// No mail has got through since, nor has any been refused for good.
  ///
  /// @param said what the last attempt met
  record Troubled(Instant since, String said) implements Standing {
    public Troubled {
      said = line(said);
    }
  }

  /// Mail goes by the second way.
  ///
  /// @param way the name of the second way
  /// @param probe when a message tries the first way again
  /// @param probes how many have tried in vain
  /// @param said what closed the first way
  record Away(Reason reason, String way, Instant since, Instant probe, int probes, String said)
      implements Standing {
    public Away {
      said = line(said);
    }
  }

  /// Why mail goes by the second way.
  enum Reason {
    /// The provider refuses us by policy.
    POLICY,
    /// Nothing got through for a time.
    DOWN,
    /// Somebody said so; it stays until somebody ends it.
    HAND;

    /// The word by which it is kept and shown to programs.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Reason> of(String word) {
      for (Reason each : values()) {
        if (each.word().equals(word)) {
          return Optional.of(each);
        }
      }
      return Optional.empty();
    }
  }

  /// The most that is kept of what a host said.
  int MOST_SAID = 300;

  private static String line(String said) {
    String clean = said.replaceAll("\\p{Cntrl}+", " ").strip();
    return clean.substring(0, Math.min(clean.length(), MOST_SAID));
  }

  /// As it is kept; empty for what need not be.
  default Optional<String> text() {
    return switch (this) {
      case Open() -> Optional.empty();
      case Troubled(Instant since, String said) ->
          Optional.of("troubled " + since.toEpochMilli() + " " + said);
      case Away(Reason reason, String way, Instant since, Instant probe, int probes, String said) ->
          Optional.of(
              "away "
                  + reason.word()
                  + " "
                  + way
                  + " "
                  + since.toEpochMilli()
                  + " "
                  + probe.toEpochMilli()
                  + " "
                  + probes
                  + " "
                  + said);
    };
  }

  /// Reads back what [#text()] wrote; empty for anything else.
  static Optional<Standing> parse(String text) {
    String[] words = text.split(" ", 2);
    try {
      if (words[0].equals("troubled")) {
        String[] parts = text.split(" ", 3);
        return Optional.of(
            new Troubled(Instant.ofEpochMilli(Long.parseLong(parts[1])), rest(parts, 2)));
      }
      if (words[0].equals("away")) {
        String[] parts = text.split(" ", 7);
        return parts.length < 6
            ? Optional.empty()
            : Reason.of(parts[1])
                .map(
                    reason ->
                        new Away(
                            reason,
                            parts[2],
                            Instant.ofEpochMilli(Long.parseLong(parts[3])),
                            Instant.ofEpochMilli(Long.parseLong(parts[4])),
                            Integer.parseInt(parts[5]),
                            rest(parts, 6)));
      }
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException | DateTimeException _) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static String rest(String[] parts, int at) {
    return parts.length > at ? parts[at] : "";
  }
}
