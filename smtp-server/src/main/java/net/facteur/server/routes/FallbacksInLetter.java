package net.facteur.server.routes;

import static net.facteur.server.routes.RoutesTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.facteur.server.counts.CountStore;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.text.StrangerText;

/// Providers whose mail goes by the second way, in the weekly letter.
///
/// @param opening the store in which [Fallbacks] are kept; closed after each letter
public record FallbacksInLetter(CountStore.Opening opening) implements LetterPart {
  private static final int MOST = 20;

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<CountStore> opened = opening.open();
    if (opened.isEmpty()) {
      return new Said.Nothing();
    }
    var kept = new TreeMap<Target, Standing>();
    try (CountStore store = opened.get()) {
      for (Map.Entry<String, String> each : store.texts(Fallbacks.PART).entrySet()) {
        Target.parse(each.getKey())
            .ifPresent(
                target ->
                    Standing.parse(each.getValue())
                        .ifPresent(standing -> kept.put(target, standing)));
      }
    }
    var items = new ArrayList<Text>();
    kept.forEach(
        (target, standing) -> {
          if (standing instanceof Standing.Away away && items.size() < MOST) {
            items.add(item(target, away));
          }
        });
    if (items.isEmpty()) {
      return new Said.Nothing();
    }
    items.add(SAY.letterSee());
    return new Said.News(SAY.letterHeading(), items);
  }

  private static Text item(Target target, Standing.Away away) {
    String provider = StrangerText.of(target.provider()).onTerminal();
    String since = away.since().atZone(ZoneOffset.UTC).toLocalDate().toString();
    String said = StrangerText.of(away.said()).onTerminal();
    return switch (away.reason()) {
      case POLICY -> SAY.letterPolicy(provider, away.way(), since, said);
      case DOWN -> SAY.letterDown(provider, away.way(), since, said);
      case HAND -> SAY.letterHand(provider, away.way(), since);
    };
  }
}
