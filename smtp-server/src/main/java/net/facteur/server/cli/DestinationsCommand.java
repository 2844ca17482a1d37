package net.facteur.server.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import net.facteur.server.admin.QueueView;
import net.facteur.server.config.Settings;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.destinations.DestinationMemory;
import net.facteur.server.destinations.DestinationMemory.Summary;
import net.facteur.server.destinations.DestinationStore;
import net.facteur.server.destinations.Destinations;
import net.facteur.server.destinations.Numbers;
import net.facteur.server.destinations.ProviderDays;
import net.facteur.server.destinations.ProviderTexts;
import net.facteur.server.destinations.Refused;
import net.facteur.server.destinations.Rhythm.Slowed;
import net.facteur.server.explanations.Explanation;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.plot.BarChart;
import net.facteur.server.plot.TerminalPlot;
import net.facteur.server.plot.TerminalStyle;
import net.facteur.server.providers.DomainProviders;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// `facteur destinations`: how mail fares at each provider.
@Command(name = "destinations")
final class DestinationsCommand implements Callable<Integer> {
  private static final DestinationTexts SAY = DestinationTexts.SAY;
  private static final int COLUMNS = 78;
  private static final int MOST_DAYS = 400;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "NAME")
  private Optional<String> name = Optional.empty();

  @Option(names = "--since", paramLabel = "DURATION", defaultValue = "7d")
  private String since = "7d";

  @Option(names = "--json")
  private boolean json;

  DestinationsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// What a server keeps, which it adds to meanwhile.
  private record Kept(DestinationStore store, CountStore counts) implements AutoCloseable {
    @Override
    public void close() {
      store.close();
      counts.close();
    }
  }

  @Override
  public Integer call() throws IOException {
    Instant from = workplace.clock().instant().minus(span());
    Settings settings = option.read(workplace);
    Optional<Kept> kept = kept(settings);
    if (kept.isEmpty()) {
      none();
      return Facteur.OK;
    }
    try (Kept its = kept.get()) {
      List<Slowed> slowed = Destinations.slowed(its.counts());
      if (name.isEmpty()) {
        all(DestinationMemory.summaries(its.store().since(from)), slowed);
      } else {
        one(its, provider(its, name.get()), from, slowed, explanations(settings));
      }
    }
    return Facteur.OK;
  }

  private static Explanations explanations(Settings settings) {
    return ExplanationsSettings.from(settings).explanations();
  }

  private Duration span() {
    return LookBack.parse(since, "hdw")
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    SAY.destinationsSince(StrangerText.of(since).onTerminal()),
                    SAY.destinationsSinceRemedy()));
  }

  private Optional<Kept> kept(Settings settings) throws IOException {
    Optional<StoreSettings.Place> place = KeptCounts.place(settings, SAY.destinationsClosed());
    return place.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Kept(
                DestinationStore.at(place.get()),
                SqlCountStore.at(place.get(), workplace.clock())));
  }

  /// Whom somebody means by a provider, a domain or an address.
  private Provider provider(Kept its, String text) throws IOException {
    Providers table = Providers.shipped();
    String domain = text.substring(text.lastIndexOf('@') + 1);
    Optional<Provider> big = table.named(domain);
    if (big.isPresent()) {
      return big.get();
    }
    var domains = new DomainProviders(table, its.counts(), workplace.clock());
    domains.exchange();
    return domains.of(domain).orElseGet(() -> table.smarthost(domain));
  }

  private void none() {
    if (!json) {
      tell(
          name.map(StrangerText::of)
              .map(text -> SAY.destinationsNoneOf(text.onTerminal(), since))
              .orElseGet(() -> SAY.destinationsNone(since)));
    }
  }

  private void all(List<Summary> summaries, List<Slowed> slowed) {
    if (json) {
      summaries.forEach(
          summary -> print(json(fields(summary.provider(), summary.numbers(), slowed))));
      return;
    }
    if (summaries.isEmpty()) {
      none();
      return;
    }
    var table = Table.of(workplace, SAY.destinationsColumns());
    for (Summary summary : summaries) {
      Numbers numbers = summary.numbers();
      String provider = summary.provider().name();
      table.add(
          StrangerText.of(provider).onTerminal(),
          String.valueOf(numbers.attempts()),
          String.valueOf(numbers.delivered()),
          String.valueOf(numbers.deferred()),
          String.valueOf(numbers.refused()),
          within(numbers, 0.5),
          within(numbers, 0.95),
          slowed.stream()
              .filter(each -> each.provider().equals(provider))
              .map(each -> pace(each))
              .findFirst()
              .orElse("-"));
    }
    table.print(workplace);
    print("");
    tell(SAY.destinationsNext());
  }

  private static String pace(Slowed its) {
    return its.interval().isZero()
        ? String.valueOf(its.attempts())
        : "1/" + QueueView.age(its.interval());
  }

  private static String within(Numbers numbers, double share) {
    return numbers.arrivedWithin(share).map(QueueView::age).orElse("-");
  }

  private void one(
      Kept its, Provider provider, Instant from, List<Slowed> slowed, Explanations explanations)
      throws IOException {
    ProviderDays all = ProviderDays.of(its.store(), provider.name(), from);
    Map<LocalDate, Numbers> days = all.days();
    List<Refused> refused = its.store().refused(provider.name(), from);
    Numbers sum = all.sum();
    if (json) {
      Map<String, Object> fields = fields(provider, sum, slowed);
      fields.put("days", days.entrySet().stream().map(e -> dayFields(e)).toList());
      fields.put("said", refused.stream().map(each -> said(each, provider, explanations)).toList());
      print(json(fields));
      return;
    }
    if (sum.attempts() == 0) {
      none();
      return;
    }
    String title = StrangerText.of(provider.title()).onTerminal();
    print(
        workplace.bold(
            lines(
                ProviderTexts.SAY.sum(
                    title, since, sum.attempts(), sum.delivered(), sum.deferred()))));
    tell(ProviderTexts.SAY.refused(sum.refused()));
    if (sum.delivered() > 0) {
      tell(ProviderTexts.SAY.time(within(sum, 0.5), within(sum, 0.95)));
    }
    if (!sum.tls().isEmpty()) {
      tell(ProviderTexts.SAY.tls(kinds(sum)));
    }
    slowed.stream()
        .filter(each -> each.provider().equals(provider.name()))
        .forEach(
            each ->
                tell(
                    ProviderTexts.SAY.slowed(
                        each.attempts(), QueueView.age(each.interval()), shown(each.since()))));
    print("");
    draw(title, all, from);
    print("");
    var table = Table.of(workplace, SAY.destinationsDays());
    days.forEach(
        (day, numbers) ->
            table.add(
                day.toString(),
                String.valueOf(numbers.attempts()),
                String.valueOf(numbers.delivered()),
                String.valueOf(numbers.deferred()),
                String.valueOf(numbers.refused()),
                within(numbers, 0.5),
                within(numbers, 0.95)));
    table.print(workplace);
    if (!refused.isEmpty()) {
      print("");
      print(workplace.bold(workplace.say(ProviderTexts.SAY.said())));
      refused.forEach(each -> tell(each, provider, explanations));
    }
  }

  private static String kinds(Numbers numbers) {
    return new TreeMap<>(numbers.tls())
        .entrySet().stream()
            .map(each -> StrangerText.of(each.getKey()).onTerminal() + " " + each.getValue())
            .collect(Collectors.joining(", "));
  }

  private void draw(String title, ProviderDays days, Instant from) {
    BarChart chart =
        days.chart(title, from, workplace.clock().instant(), MOST_DAYS, workplace.language());
    TerminalPlot.lines(chart, TerminalStyle.of(workplace.environment(), workplace.colours()))
        .forEach(this::print);
  }

  private static String shown(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void tell(Refused its, Provider provider, Explanations explanations) {
    print("");
    tell(
        ProviderTexts.SAY.times(
            shown(its.at()), its.times(), StrangerText.of(its.host()).onTerminal(), its.message()));
    print("  " + StrangerText.of(its.reply()).onTerminal());
    explanations
        .of(Optional.of(provider), its.status(), its.reply())
        .entry()
        .ifPresent(
            entry -> {
              Explanation.Words words = entry.in(workplace.language());
              for (String sentence :
                  List.of(words.title() + ". " + words.why(), "-> " + words.remedy())) {
                print(
                    "  "
                        + option
                            .typed(workplace, Lines.broken(sentence, COLUMNS - 2))
                            .replace("\n", "\n  "));
              }
              entry.url().ifPresent(url -> print("  " + url));
            });
  }

  private Map<String, Object> fields(Provider provider, Numbers numbers, List<Slowed> slowed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("provider", provider.name());
    fields.put("title", provider.title());
    numbers(fields, numbers);
    fields.put("tls", new TreeMap<>(numbers.tls()));
    slowed.stream()
        .filter(each -> each.provider().equals(provider.name()))
        .findFirst()
        .ifPresent(
            each -> {
              fields.put("slowed-since", each.since().toString());
              fields.put("slowed-attempts", each.attempts());
              fields.put("slowed-interval-seconds", each.interval().toSeconds());
            });
    return fields;
  }

  private static void numbers(Map<String, Object> fields, Numbers numbers) {
    fields.put("attempts", numbers.attempts());
    fields.put("delivered", numbers.delivered());
    fields.put("deferred", numbers.deferred());
    fields.put("refused", numbers.refused());
    numbers
        .arrivedWithin(0.5)
        .ifPresent(time -> fields.put("half-within-seconds", time.toSeconds()));
    numbers
        .arrivedWithin(0.95)
        .ifPresent(time -> fields.put("95-of-100-within-seconds", time.toSeconds()));
  }

  private static Map<String, Object> dayFields(Map.Entry<LocalDate, Numbers> day) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("day", day.getKey().toString());
    numbers(fields, day.getValue());
    return fields;
  }

  private Map<String, Object> said(Refused its, Provider provider, Explanations explanations) {
    var explained = explanations.of(Optional.of(provider), its.status(), its.reply());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("last", its.at().toString());
    fields.put("times", its.times());
    fields.put("lasting", its.lasting());
    fields.put("status", its.status().toString());
    fields.put("reply", its.reply());
    fields.put("host", its.host());
    fields.put("message", its.message());
    fields.put("about", explained.about().name());
    explained
        .entry()
        .ifPresent(
            entry -> {
              Explanation.Words words = entry.in(workplace.language());
              fields.put("entry", entry.id());
              fields.put("title", words.title());
              fields.put("why", words.why());
              fields.put("do", words.remedy());
              entry.url().ifPresent(url -> fields.put("url", url));
            });
    return fields;
  }

  private static String json(Map<String, Object> fields) {
    return StrangerText.inJson(new JsonMapper().writeValueAsString(fields));
  }

  private String lines(Text text) {
    return option.typed(
        workplace, text.in(workplace.language(), sentence -> Lines.broken(sentence, COLUMNS)));
  }

  private void tell(Text text) {
    print(lines(text));
  }

  private void print(String line) {
    workplace.out().println(line);
  }
}
