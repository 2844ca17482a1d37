package net.facteur.server.quarantine;

import static net.facteur.server.quarantine.QuarantineTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import net.facteur.server.letter.LetterPart;

/// What lies in quarantine, in the weekly letter.
public record QuarantineInLetter(QuarantineStore store) implements LetterPart {
  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    int[] count = new int[2];
    store.each(
        message -> {
          if (message.open()) {
            count[0]++;
            count[1] += message.received().isBefore(from) ? 0 : 1;
          }
        });
    return count[0] == 0
        ? new Said.Nothing()
        : new Said.News(
            SAY.letterHeading(), List.of(SAY.letterLies(count[0]), SAY.letterSee(count[1])));
  }
}
