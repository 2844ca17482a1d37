package net.facteur.server.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Lines;
import net.facteur.server.language.Text;
import net.facteur.server.plot.Plot;
import net.facteur.server.plot.TerminalPlot;
import net.facteur.server.plot.TerminalStyle;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.sources.Advice;
import net.facteur.server.sources.Advisor;
import net.facteur.server.sources.DkimState;
import net.facteur.server.sources.DomainSurvey;
import net.facteur.server.sources.KeptSurveys;
import net.facteur.server.sources.SourceCount;
import net.facteur.server.sources.SpfState;
import net.facteur.server.sources.SurveyWords;
import net.facteur.server.sources.Surveys;
import net.facteur.server.sources.TlsSurvey;
import net.facteur.server.text.StrangerText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// What the reports of others say, in words.
@Command(name = "reports")
final class ReportsCommand implements Callable<Integer> {
  private static final ReportsTexts SAY = ReportsTexts.SAY;
  private static final int SHOWN = 12;
  private static final int WIDEST = 44;
  private static final int COLUMNS = 78;

  private final Workplace workplace;
  @Mixin private final SettingsOption option = new SettingsOption();

  @Parameters(arity = "0..1", paramLabel = "DOMAIN")
  private Optional<String> domain = Optional.empty();

  @Option(names = "--since", paramLabel = "DURATION", defaultValue = "30d")
  private String since = "30d";

  @Option(names = "--json")
  private boolean json;

  private ReportsCommand(Workplace workplace) {
    this.workplace = workplace;
  }

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new ReportsCommand(workplace));
    group.addSubcommand(new ReportsSentCommand(workplace));
    group.addSubcommand(new ReportsSendCommand(workplace));
    group.addSubcommand(new ReportsReadCommand(workplace));
    return group;
  }

  @Override
  public Integer call() throws IOException {
    Optional<String> wanted = domain.map(ReportsCommand::named);
    Instant now = workplace.clock().instant();
    Instant from = now.minus(span());
    Settings settings = option.read(workplace);
    List<DomainSurvey> dmarc = List.of();
    List<TlsSurvey> tls = List.of();
    Optional<Surveys> kept =
        KeptCounts.place(settings, SAY.reportsClosed()).isEmpty()
            ? Optional.empty()
            : KeptSurveys.open(settings, workplace.resolver(settings));
    if (kept.isPresent()) {
      try (ReceivedReports _ = kept.get().reports()) {
        dmarc = kept.get().dmarc(wanted, from, now);
        tls = kept.get().tls(wanted, from, now);
      }
    }
    if (json) {
      dmarc.forEach(survey -> print(StrangerText.inJson(json(survey))));
      tls.forEach(survey -> print(StrangerText.inJson(json(survey))));
    } else if (dmarc.isEmpty() && tls.isEmpty()) {
      tell(
          wanted
              .map(name -> SAY.reportsNoneOf(name, since))
              .orElseGet(() -> SAY.reportsNone(since)));
      tell(SAY.reportsNoneRemedy());
    } else {
      dmarc.forEach(this::show);
      tls.forEach(this::show);
    }
    return Facteur.OK;
  }

  private static String named(String text) {
    return DomainName.parse(text)
        .toOptional()
        .map(DomainName::text)
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    SAY.reportsNoDomain(StrangerText.of(text).onTerminal()),
                    CommandFailedException.NOTHING));
  }

  private Duration span() {
    return LookBack.parse(since, "dw")
        .orElseThrow(
            () ->
                CommandFailedException.notUnderstood(
                    SAY.reportsSince(StrangerText.of(since).onTerminal()),
                    SAY.reportsSinceRemedy()));
  }

  private void show(DomainSurvey survey) {
    print(workplace.bold(lines(SurveyWords.of(survey))));
    print("");
    draw(SurveyWords.plot(survey, workplace.language()));
    print("");
    var table = Table.of(workplace, SAY.reportsColumns());
    List<SourceCount> sources = survey.sources();
    for (SourceCount count : sources.subList(0, Math.min(SHOWN, sources.size()))) {
      table.add(
          narrow(workplace.say(SurveyWords.of(count.source()))),
          String.valueOf(count.messages()),
          String.valueOf(count.passed()),
          String.valueOf(count.failed()),
          String.valueOf(count.of(SpfState.PASSES)),
          String.valueOf(count.of(DkimState.PASSES)),
          String.valueOf(count.quarantined() + count.rejected()));
    }
    table.print(workplace);
    if (sources.size() > SHOWN) {
      tell(SAY.reportsMore(sources.size() - SHOWN));
    }
    print("");
    print(workplace.bold(workplace.say(SAY.reportsWhatToDo())));
    for (Advice advice : Advisor.of(survey)) {
      item(SurveyWords.of(advice, survey.domain()));
    }
    print("");
  }

  private void show(TlsSurvey survey) {
    print(lines(SurveyWords.of(survey)));
    print("");
    draw(SurveyWords.plot(survey, workplace.language()));
    print("");
  }

  private void draw(Plot plot) {
    TerminalPlot.lines(plot, TerminalStyle.of(workplace.environment(), workplace.colours()))
        .forEach(this::print);
  }

  /// Sentences one below the other, broken where they are long, with a dash before the first.
  private void item(Text text) {
    print("- " + lines(text).replace("\n", "\n  "));
  }

  private String lines(Text text) {
    return option.typed(
        workplace, text.in(workplace.language(), sentence -> Lines.broken(sentence, COLUMNS - 2)));
  }

  private void tell(Text text) {
    print(lines(text));
  }

  private void print(String line) {
    workplace.out().println(line);
  }

  private static String narrow(String text) {
    return text.length() > WIDEST ? text.substring(0, WIDEST - 1) + "…" : text;
  }

  private static String json(DomainSurvey survey) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "dmarc");
    line.put("domain", survey.domain());
    line.put("policy", survey.policy().p());
    line.put("policy-since", survey.policySince().toString());
    line.put("first", survey.first().toString());
    line.put("last", survey.last().toString());
    line.put("reports", survey.reports());
    line.put("reporters", survey.reporters());
    line.put("messages", survey.messages());
    line.put("passed", survey.passed());
    line.put("failed", survey.failed());
    var sources = new ArrayList<Map<String, Object>>();
    for (SourceCount count : survey.sources()) {
      Map<String, Object> source = new LinkedHashMap<>();
      source.put("source", count.source().identity());
      source.put("kind", count.source().kind());
      source.put("passed", count.passed());
      source.put("failed", count.failed());
      source.put("spf", words(count.spf()));
      source.put("dkim", words(count.dkim()));
      source.put("quarantined", count.quarantined());
      source.put("rejected", count.rejected());
      source.put("addresses", count.addresses());
      sources.add(source);
    }
    line.put("sources", sources);
    line.put("advice", Advisor.of(survey).stream().map(Advice::kind).toList());
    return new JsonMapper().writeValueAsString(line);
  }

  private static <E extends Enum<E>> Map<String, Long> words(Map<E, Long> counts) {
    Map<String, Long> words = new TreeMap<>();
    counts.forEach(
        (state, count) ->
            words.put(state.name().toLowerCase(Locale.ROOT).replace('_', '-'), count));
    return words;
  }

  private static String json(TlsSurvey survey) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", "tls");
    line.put("domain", survey.domain());
    line.put("first", survey.first().toString());
    line.put("last", survey.last().toString());
    line.put("reports", survey.reports());
    line.put("reporters", survey.reporters());
    line.put("successes", survey.successes());
    line.put("failures", survey.failures());
    survey.mode().ifPresent(mode -> line.put("mode", mode));
    line.put("step", survey.step().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    var kinds = new ArrayList<Map<String, Object>>();
    for (TlsSurvey.Kind kind : survey.kinds()) {
      kinds.add(Map.of("type", kind.type(), "host", kind.host(), "sessions", kind.sessions()));
    }
    line.put("failed", kinds);
    return new JsonMapper().writeValueAsString(line);
  }
}
