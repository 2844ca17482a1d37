package net.facteur.server.keys;

import static net.facteur.server.keys.KeysTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;

/// DKIM keys that wait for somebody, and those that are replaced soon, in the weekly letter.
///
/// @param settings where the keys are, and how long each signs
public record KeysInLetter(KeySettings settings) implements LetterPart {
  /// Records that are not seen after this wait for a person.
  private static final Duration PATIENCE = Duration.ofDays(2);

  private static final Duration SOON = Duration.ofDays(14);

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    var waiting = new ArrayList<Text>();
    var soon = new ArrayList<Text>();
    Duration every = settings.life().rotateEvery();
    for (KeyRing.Entry entry : KeyWiring.journal(settings.directory()).read().entries()) {
      String domain = entry.name().domain().text();
      String selector = entry.name().selector();
      Instant since = entry.state().since();
      switch (entry.state()) {
        case KeyState.Generated _, KeyState.Publishing _ -> {
          if (!entry.spare() && since.plus(PATIENCE).isBefore(to)) {
            waiting.add(SAY.letterWaits(selector, domain, day(since)));
          }
        }
        case KeyState.Active active -> {
          if (active.distrusted()) {
            waiting.add(SAY.letterDistrusted(selector, domain));
          } else if (every.isPositive() && since.plus(every).minus(SOON).isBefore(to)) {
            soon.add(SAY.letterSoon(selector, domain, day(since.plus(every))));
          }
        }
        case KeyState.Visible _,
            KeyState.Retiring _,
            KeyState.Revoking _,
            KeyState.Revoked _,
            KeyState.Revealed _ -> {}
      }
    }
    if (!waiting.isEmpty()) {
      waiting.addAll(soon);
      return new Said.News(SAY.letterHeading(), waiting);
    }
    return soon.isEmpty() ? new Said.Nothing() : new Said.Calm(Text.joined(" ", soon));
  }

  private static LocalDate day(Instant at) {
    return at.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
