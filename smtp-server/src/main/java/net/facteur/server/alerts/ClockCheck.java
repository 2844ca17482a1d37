package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/// Whether the clock of this machine jumped, by the other clock that only ever goes on. A jump
/// stands for an hour. A machine that slept has both clocks stand still or one of them; that is a
/// jump for mail, too.
public final class ClockCheck implements AlertCheck {
  /// What corrections and a busy machine may do.
  private static final Duration MOST = Duration.ofMinutes(2);

  private static final Duration STANDS = Duration.ofHours(1);

  private final LongSupplier nanoTime;
  private Optional<Look> last = Optional.empty();
  private Optional<Jump> jump = Optional.empty();

  private record Look(Instant at, long nanos) {}

  private record Jump(long seconds, long nanos) {}

  public ClockCheck(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public Set<AlertRule> rules() {
    return Set.of(AlertRule.CLOCK);
  }

  @Override
  public synchronized Looked look(Instant now) {
    long nanos = nanoTime.getAsLong();
    if (last.isPresent()) {
      Duration went = Duration.between(last.get().at(), now);
      Duration off = went.minusNanos(nanos - last.get().nanos());
      if (off.abs().compareTo(MOST) > 0) {
        jump = Optional.of(new Jump(off.toSeconds(), nanos));
      }
    }
    last = Optional.of(new Look(now, nanos));
    jump = jump.filter(its -> nanos - its.nanos() < STANDS.toNanos());
    return new Looked.Known(
        jump.stream()
            .map(
                its ->
                    new Standing(
                        AlertRule.CLOCK,
                        "jump",
                        SAY.clockJumped(its.seconds()),
                        SAY.clockWhy(),
                        SAY.clockRemedy()))
            .toList());
  }
}
