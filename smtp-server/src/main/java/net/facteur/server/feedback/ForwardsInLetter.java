package net.facteur.server.feedback;

import static net.facteur.server.feedback.FeedbackTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.server.counts.CountStore;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.text.StrangerText;

/// Forwards by which nothing arrives, in the weekly letter.
///
/// @param opening opens the counts; empty where there are none yet
public record ForwardsInLetter(
    CountStore.Opening opening, FeedbackSettings settings, InstantSource clock)
    implements LetterPart {
  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<CountStore> opened = opening.open();
    if (opened.isEmpty()) {
      return new Said.Nothing();
    }
    try (CountStore counts = opened.get()) {
      var forwards = new ForwardMemory(counts, clock);
      forwards.use(settings);
      forwards.exchange();
      List<Text> items =
          forwards.list().stream()
              .filter(each -> !each.state().equals("arrives"))
              .<Text>map(
                  each ->
                      SAY.letterForward(
                          StrangerText.of(each.target()).onTerminal(),
                          StrangerText.of(String.join(", ", each.by())).onTerminal(),
                          StrangerText.of(each.said()).onTerminal()))
              .toList();
      return items.isEmpty() ? new Said.Nothing() : new Said.News(SAY.letterForwards(), items);
    }
  }
}
