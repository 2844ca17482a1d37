package net.facteur.server.feedback;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import net.facteur.server.counts.CountStore;

/// How much of the mail that others took had been passed on by an address here. Safe for use by
/// many threads; only [#exchange()] blocks.
public final class ForwardShare {
  static final String PART = "forward-share";

  /// Days, times processes that ran on them.
  private static final int MOST = 10_000;

  private static final Duration KEPT = Duration.ofDays(30);

  private final Remembered<Sum> days;
  private final String node;
  private final InstantSource clock;

  /// Recipients elsewhere who got a message.
  ///
  /// @param forwarded those of them to whom an address here passed it on
  public record Sum(long delivered, long forwarded) {
    /// Nobody.
    public static final Sum NONE = new Sum(0, 0);

    Sum plus(Sum other) {
      return new Sum(delivered + other.delivered, forwarded + other.forwarded);
    }

    private String text() {
      return delivered + " " + forwarded;
    }

    private static Optional<Sum> parse(String text) {
      return text.matches("[0-9]{1,15} [0-9]{1,15}")
          ? Optional.of(
              new Sum(
                  Long.parseLong(text.substring(0, text.indexOf(' '))),
                  Long.parseLong(text.substring(text.indexOf(' ') + 1))))
          : Optional.empty();
    }
  }

  /// @param node this process, once: what two count is added
  ForwardShare(CountStore store, String node, InstantSource clock) {
    this.days = new Remembered<>(store, PART, MOST, Sum::text, Sum::parse);
    this.node = node;
    this.clock = clock;
  }

  private String today() {
    return clock.instant().truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10);
  }

  /// Somebody elsewhere got a message.
  void delivered(boolean forwarded) {
    var one = new Sum(1, forwarded ? 1 : 0);
    days.change(today() + " " + node, before -> Optional.of(before.map(one::plus).orElse(one)));
  }

  /// Of the last month, as far as is known.
  public Sum sum() {
    return days.all().entrySet().stream()
        .filter(day -> !old(day.getKey()))
        .map(java.util.Map.Entry::getValue)
        .reduce(Sum.NONE, Sum::plus);
  }

  private boolean old(String key) {
    Instant first = clock.instant().minus(KEPT);
    return key.compareTo(first.toString().substring(0, 10)) < 0;
  }

  /// Writes what is new, and forgets what is old. Blocks.
  void exchange() throws IOException {
    days.exchange();
    days.forget(day -> old(day.getKey()));
  }
}
