package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/// Whether there is room on a disk.
///
/// @param path something on it
/// @param free octets that are free
/// @param least octets that should be
public record DiskCheck(Path path, LongSupplier free, long least) implements AlertCheck {
  @Override
  public Set<AlertRule> rules() {
    return Set.of(AlertRule.DISK);
  }

  @Override
  public Looked look(Instant now) {
    long octets = free.getAsLong();
    String place = path.toString();
    return new Looked.Known(
        octets >= least
            ? List.of()
            : List.of(
                new Standing(
                    AlertRule.DISK,
                    "disk",
                    SAY.disk(Spans.octets(octets), place),
                    SAY.diskWhy(),
                    SAY.diskRemedy(place))));
  }
}
