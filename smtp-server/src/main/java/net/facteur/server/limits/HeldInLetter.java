package net.facteur.server.limits;

import static net.facteur.server.limits.LimitsTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.text.StrangerText;

/// Accounts whose mail is held, in the weekly letter.
public record HeldInLetter(QueueInspector queue) implements LetterPart {
  private static final int MOST = 1000;

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Map<String, Integer> held = new TreeMap<>();
    try {
      for (Sent message : queue.held(Optional.empty(), Optional.empty(), MOST)) {
        held.merge(message.account(), 1, Integer::sum);
      }
    } catch (QueueUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
    if (held.isEmpty()) {
      return new Said.Nothing();
    }
    var items = new ArrayList<Text>();
    held.forEach(
        (account, messages) ->
            items.add(
                SAY.letterHeld(StrangerText.of(account).onTerminal(), String.valueOf(messages))));
    return new Said.News(SAY.letterHeading(), items);
  }
}
