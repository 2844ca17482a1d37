package net.facteur.server.letter;

import static net.facteur.server.letter.LetterTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Optional;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.language.Text;

/// What waits for long, and what was given up while nobody was told.
public record QueueInLetter(QueueInspector queue) implements LetterPart {
  private static final Duration LONG = Duration.ofDays(1);
  private static final int MOST = 1000;

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    try {
      var items = new ArrayList<Text>();
      Summary summary = queue.summary(1);
      Optional<Instant> oldest = summary.oldest().filter(since -> since.isBefore(to.minus(LONG)));
      oldest.ifPresent(
          since ->
              items.add(
                  SAY.queueOld(summary.total().all(), since.atZone(ZoneOffset.UTC).toLocalDate())));
      int unreported = queue.unreported(from, to, MOST).size();
      if (unreported > 0) {
        items.add(SAY.queueUnreported(unreported));
      }
      return items.isEmpty()
          ? new Said.Calm(SAY.queueWell(summary.total().all()))
          : new Said.News(SAY.queueHeading(), items);
    } catch (QueueUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
