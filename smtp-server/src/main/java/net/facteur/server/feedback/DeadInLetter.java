package net.facteur.server.feedback;

import static net.facteur.server.feedback.FeedbackTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.server.counts.CountStore;
import net.facteur.server.letter.LetterPart;

/// How many addresses elsewhere were found dead, in the weekly letter.
///
/// @param opening opens the counts; empty where there are none yet
public record DeadInLetter(
    CountStore.Opening opening, FeedbackSettings settings, InstantSource clock)
    implements LetterPart {
  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<CountStore> opened = opening.open();
    if (opened.isEmpty()) {
      return new Said.Nothing();
    }
    try (CountStore counts = opened.get()) {
      var dead = new DeadAddresses(counts, clock);
      dead.use(settings);
      dead.exchange();
      long all = dead.list().size();
      long fresh =
          dead.list().stream().filter(each -> !each.standing().last().isBefore(from)).count();
      return fresh == 0
          ? new Said.Nothing()
          : new Said.News(SAY.letterDead(), List.of(SAY.letterDeadCount(fresh, all)));
    }
  }
}
