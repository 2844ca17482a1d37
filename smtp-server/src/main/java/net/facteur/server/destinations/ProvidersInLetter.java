package net.facteur.server.destinations;

import static net.facteur.server.destinations.DestinationsTexts.SAY;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.counts.CountStore;
import net.facteur.server.destinations.DestinationMemory.Summary;
import net.facteur.server.explanations.About;
import net.facteur.server.explanations.Explained;
import net.facteur.server.explanations.Explanation;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.text.StrangerText;

/// How mail fared at each provider, in the weekly letter: numbers of the biggest, what providers
/// had against this server and what to do, and who is slowed.
///
/// @param opening opens what is remembered; empty where nothing is yet
public record ProvidersInLetter(Opening opening, Explanations explanations) implements LetterPart {
  private static final int MOST_PROVIDERS = 10;
  private static final int MOST_REFUSALS = 4;

  /// What is remembered.
  public record Kept(DestinationStore store, CountStore counts) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
      counts.close();
    }
  }

  /// Opens it.
  @FunctionalInterface
  public interface Opening {
    Optional<Kept> open() throws IOException;
  }

  private record Objection(Summary whose, Refused said, Explained explained) {}

  @Override
  public Said tell(Instant from, Instant to) throws IOException {
    Optional<Kept> opened = opening.open();
    if (opened.isEmpty()) {
      return new Said.Nothing();
    }
    try (Kept kept = opened.get()) {
      List<Summary> all = DestinationMemory.summaries(kept.store().since(from));
      if (all.isEmpty()) {
        return new Said.Nothing();
      }
      List<Objection> objections = objections(kept.store(), all, from);
      List<Rhythm.Slowed> slowed = Destinations.slowed(kept.counts());
      if (objections.isEmpty() && slowed.isEmpty()) {
        long delivered = all.stream().mapToLong(each -> each.numbers().delivered()).sum();
        return new Said.Calm(SAY.letterWell(delivered, all.size()));
      }
      var items = new ArrayList<Text>();
      items.add(numbers(all));
      objections.stream().limit(MOST_REFUSALS).map(ProvidersInLetter::text).forEach(items::add);
      if (!slowed.isEmpty()) {
        items.add(
            SAY.letterSlowed(
                String.join(
                    ", ", slowed.stream().map(each -> shown(each.provider())).sorted().toList())));
      }
      return new Said.News(SAY.letterHeading(), items);
    }
  }

  private static Text numbers(List<Summary> all) {
    var lines = new ArrayList<Text>();
    lines.add(SAY.letterNumbers());
    for (Summary each : all.stream().limit(MOST_PROVIDERS).toList()) {
      Numbers its = each.numbers();
      lines.add(
          Text.indented(
              SAY.letterProvider(
                  shown(each.provider().title()), its.delivered(), its.deferred(), its.refused())));
    }
    return Text.lines(lines);
  }

  /// What was said that is about this server, the commonest first.
  private List<Objection> objections(DestinationStore store, List<Summary> all, Instant from)
      throws IOException {
    var latest = new ArrayList<Objection>();
    for (Summary each : all) {
      Map<String, Objection> byEntry = new HashMap<>();
      for (Refused said : store.refused(each.provider().name(), from)) {
        Explained explained =
            explanations.of(Optional.of(each.provider()), said.status(), said.reply());
        if (explained.about() == About.US) {
          String entry = explained.entry().map(Explanation::id).orElse("");
          byEntry.putIfAbsent(entry, new Objection(each, said, explained));
        }
      }
      latest.addAll(byEntry.values());
    }
    latest.sort(
        Comparator.comparingLong((Objection each) -> -each.said().times())
            .thenComparing(each -> each.whose().provider())
            .thenComparing(each -> each.said().reply()));
    return latest;
  }

  private static Text text(Objection its) {
    Text said =
        SAY.letterRefused(
            shown(its.whose().provider().title()),
            its.said().times(),
            its.said().at().truncatedTo(ChronoUnit.MINUTES).toString(),
            shown(its.said().reply()));
    return its.explained()
        .entry()
        .map(entry -> Text.lines(List.of(said, Text.of(words(entry)))))
        .orElse(
            Text.lines(List.of(said, SAY.letterUnexplained(shown(its.whose().provider().name())))));
  }

  private static Map<Language, String> words(Explanation entry) {
    Map<Language, String> words = new HashMap<>();
    entry
        .words()
        .forEach(
            (language, its) ->
                words.put(
                    language,
                    its.title()
                        + ". "
                        + its.why()
                        + " "
                        + its.remedy()
                        + entry.url().map(url -> " " + url).orElse("")));
    return words;
  }

  private static String shown(String text) {
    return StrangerText.of(text).onTerminal();
  }
}
