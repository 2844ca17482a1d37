package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.RecipientState;

/// Whether mail waits for too long. Held mail waits for people, and does not count.
///
/// @param most how old the oldest may become
public record QueueCheck(QueueInspector queue, Duration most) implements AlertCheck {
  private static final String SUBJECT = "queue";

  @Override
  public Set<AlertRule> rules() {
    return Set.of(AlertRule.QUEUE_AGE);
  }

  @Override
  public Looked look(Instant now) throws IOException {
    try {
      Optional<Instant> oldest =
          queue.list(QueueFilter.ALL.with(RecipientState.QUEUED), 1).stream()
              .map(Listed::received)
              .findFirst();
      return new Looked.Known(
          oldest.filter(at -> at.isBefore(now.minus(most))).stream()
              .map(at -> standing(Duration.between(at, now)))
              .toList());
    } catch (QueueUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Standing standing(Duration age) {
    return new Standing(
        AlertRule.QUEUE_AGE,
        SUBJECT,
        SAY.queueOld(Spans.text(age)),
        SAY.queueOldWhy(queue.summary(0).total().queued()),
        SAY.queueOldRemedy());
  }
}
