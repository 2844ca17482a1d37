package net.facteur.server.sources;

import static net.facteur.server.sources.SourcesTexts.SAY;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.plot.BarChart;
import net.facteur.server.plot.Caption;
import net.facteur.server.plot.Plot;
import net.facteur.server.plot.Series;
import net.facteur.server.plot.Tone;
import net.facteur.server.text.StrangerText;

/// Says surveys and advice in words.
public final class SurveyWords {
  private SurveyWords() {}

  /// What a source is called.
  public static Text of(Source source) {
    return switch (source) {
      case Source.OwnServer() -> SAY.own();
      case Source.Service(KnownService service) -> Text.of(service.name());
      case Source.Forwarder(String name) -> SAY.forwarder(shown(name));
      case Source.Authorized(String name) -> SAY.authorized(shown(name));
      case Source.Stranger(String name) -> SAY.stranger(shown(name));
      case Source.Others() -> SAY.others();
    };
  }

  /// The same without what it is.
  static Text name(Source source) {
    return switch (source) {
      case Source.OwnServer() -> SAY.own();
      case Source.Service(KnownService service) -> Text.of(service.name());
      case Source.Forwarder(String name) -> Text.of(shown(name));
      case Source.Authorized(String name) -> Text.of(shown(name));
      case Source.Stranger(String name) -> Text.of(shown(name));
      case Source.Others() -> SAY.others();
    };
  }

  /// What the survey is about, and its sums.
  public static Text of(DomainSurvey survey) {
    return Text.lines(
        List.of(
            SAY.headline(
                shown(survey.domain()),
                survey.first(),
                survey.last(),
                survey.messages(),
                survey.reports(),
                survey.reporters()),
            sums(survey)));
  }

  /// How much passes, in one sentence.
  public static Text sums(DomainSurvey survey) {
    return SAY.sums(survey.passed(), survey.failed(), share(survey.passed(), survey.messages()));
  }

  /// A share in percent, never rounded up to all of it.
  static String share(long part, long of) {
    return of == 0
        ? "-"
        : BigDecimal.valueOf(part)
            .multiply(BigDecimal.valueOf(100))
            .divide(BigDecimal.valueOf(of), 1, RoundingMode.DOWN)
            .stripTrailingZeros()
            .toPlainString();
  }

  /// Messages by day.
  ///
  /// @return at most the last [Plot#MAX_STEPS] days
  public static BarChart plot(DomainSurvey survey, Language language) {
    return plot(
        SAY.plotTitle(shown(survey.domain())),
        SAY.plotSaid(survey.first(), survey.last(), survey.passed(), survey.failed()),
        survey.byDay(),
        language);
  }

  /// Sessions by day.
  public static BarChart plot(TlsSurvey survey, Language language) {
    return plot(
        SAY.tlsPlotTitle(shown(survey.domain())),
        SAY.tlsSums(survey.successes(), survey.failures()),
        survey.days(),
        language);
  }

  private static BarChart plot(
      Text title, Text said, SortedMap<LocalDate, DayCount> days, Language language) {
    LocalDate last = days.lastKey();
    LocalDate first = days.firstKey();
    if (first.plusDays(Plot.MAX_STEPS - 1L).isBefore(last)) {
      first = last.minusDays(Plot.MAX_STEPS - 1L);
    }
    var steps = new ArrayList<String>();
    var passed = new ArrayList<Long>();
    var failed = new ArrayList<Long>();
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      DayCount count = days.getOrDefault(day, DayCount.NONE);
      steps.add(day.toString());
      passed.add(count.passed());
      failed.add(count.failed());
    }
    return new BarChart(
        new Caption(title.in(language), said.in(language)),
        steps,
        List.of(
            Series.counted(SAY.passes().in(language), Tone.GOOD, passed),
            Series.counted(SAY.fails().in(language), Tone.BAD, failed)));
  }

  /// What advice says about a domain, with what to paste on lines of its own.
  public static Text of(Advice advice, String about) {
    String domain = shown(about);
    return switch (advice) {
      case Advice.OwnNotListed(long messages, long of, List<String> addresses) ->
          Text.lines(
              List.of(
                  SAY.ownNotListed(messages, of, domain),
                  SAY.spfPaste(),
                  Text.indented(Text.of(terms(addresses))),
                  SAY.seeRecords(domain)));
      case Advice.OwnUnsigned(long messages, long of) -> SAY.ownUnsigned(messages, of, domain);
      case Advice.OwnBroken(long messages, long of) -> SAY.ownBroken(messages, of, domain);
      case Advice.ServiceNotListed(KnownService service, long messages, long of, boolean yours) ->
          Text.lines(
              List.of(
                  SAY.serviceNotListed(service.name(), messages, of, domain),
                  yours ? SAY.spfPaste() : SAY.spfPasteIf(service.name()),
                  Text.indented(
                      Text.of(service.include().map(name -> "include:" + name.text()).orElse(""))),
                  setUp(service, domain, yours)));
      case Advice.ServiceSignsAsItself(
              KnownService service,
              String signer,
              long messages,
              long of,
              boolean yours) ->
          Text.lines(
              List.of(
                  SAY.serviceSignsAsItself(service.name(), shown(signer), messages, of, domain),
                  setUp(service, domain, yours)));
      case Advice.ServiceUnsigned(KnownService service, long messages, long of, boolean yours) ->
          Text.lines(
              List.of(
                  SAY.serviceUnsigned(service.name(), messages, of, domain),
                  setUp(service, domain, yours)));
      case Advice.ServiceBroken(KnownService service, long messages, long of, boolean yours) ->
          Text.lines(
              List.of(
                  SAY.serviceBroken(service.name(), messages, of, domain),
                  setUp(service, domain, yours)));
      case Advice.HostFails(String host, long messages, long of) ->
          Text.lines(
              List.of(SAY.hostFails(shown(host), messages, of, domain), SAY.hostFailsSee(domain)));
      case Advice.Changed(long messages, long of) -> SAY.changed(messages, of);
      case Advice.Strangers(long messages, long stopped) ->
          stopped > 0 ? SAY.strangers(messages, stopped) : SAY.strangersFree(messages);
      case Advice.Tighten(String from, String to, long days, long passed, long of) ->
          Text.lines(
              List.of(
                  SAY.tighten(domain, from, to, days, passed, of),
                  to.equals("reject") ? SAY.tightenReject() : SAY.tightenQuarantine()));
      case Advice.StayFor(String from, String to, List<Advice.Reason> reasons) -> {
        var lines = new ArrayList<Text>();
        lines.add(SAY.stayFor(domain, from, to));
        reasons.forEach(reason -> lines.add(item(of(reason))));
        yield Text.lines(lines);
      }
      case Advice.Strictest() -> SAY.strictest(domain);
    };
  }

  private static Text setUp(KnownService service, String domain, boolean yours) {
    return yours
        ? SAY.serviceSetUpYours(service.name(), service.where(), service.page(), domain)
        : SAY.serviceSetUp(service.name(), service.where(), service.page(), domain);
  }

  private static Text item(Text text) {
    return Text.joined("", List.of(Text.of("  - "), text));
  }

  private static Text of(Advice.Reason reason) {
    return switch (reason) {
      case Advice.Reason.FewDays(long days, long wanted) -> SAY.fewDays(days, wanted);
      case Advice.Reason.FewMessages(long messages, long wanted) ->
          SAY.fewMessages(messages, wanted);
      case Advice.Reason.FewReports(long days, long wanted) -> SAY.fewReports(days, wanted);
      case Advice.Reason.TooManyFail(long passed, long of, double wanted) ->
          SAY.tooManyFail(
              passed, of, BigDecimal.valueOf(wanted).stripTrailingZeros().toPlainString());
      case Advice.Reason.Undecided(KnownService service, long messages) ->
          SAY.undecided(service.name(), messages);
    };
  }

  /// Addresses as an SPF record lists them.
  private static String terms(List<String> addresses) {
    var terms = new ArrayList<String>();
    for (String address : addresses) {
      terms.add((address.contains(":") ? "ip6:" : "ip4:") + shown(address));
    }
    return String.join(" ", terms);
  }

  /// What the reports on TLS say, with what to do.
  public static Text of(TlsSurvey survey) {
    var lines = new ArrayList<Text>();
    lines.add(
        SAY.tlsHeadline(
            shown(survey.domain()),
            survey.first(),
            survey.last(),
            survey.successes() + survey.failures(),
            survey.reports(),
            survey.reporters()));
    lines.add(SAY.tlsSums(survey.successes(), survey.failures()));
    lines.addAll(kinds(survey));
    lines.add(step(survey));
    return Text.lines(lines);
  }

  /// What failed, an item for each kind.
  static List<Text> kinds(TlsSurvey survey) {
    return survey.kinds().stream()
        .map(
            kind ->
                item(
                    kind.host().isEmpty()
                        ? SAY.tlsKind(word(kind.type()), kind.sessions())
                        : said(kind)))
        .toList();
  }

  private static Text said(TlsSurvey.Kind kind) {
    return SAY.tlsKindAt(word(kind.type()), shown(kind.host()), kind.sessions());
  }

  /// What to do.
  static Text step(TlsSurvey survey) {
    String domain = shown(survey.domain());
    return switch (survey.step()) {
      case NO_POLICY -> SAY.tlsNoPolicy(domain);
      case REPAIR -> SAY.tlsRepair();
      case WAIT ->
          SAY.tlsWait(survey.modeDays(), TlsSurvey.DAYS, survey.successes(), TlsSurvey.SESSIONS);
      case ENFORCE -> SAY.tlsEnforce(domain, survey.modeDays(), survey.successes());
      case WELL -> SAY.tlsWell(domain);
    };
  }

  private static Text word(String type) {
    return ResultType.of(type)
        .map(
            known ->
                switch (known) {
                  case STARTTLS_NOT_SUPPORTED -> SAY.kindNoStarttls();
                  case CERTIFICATE_HOST_MISMATCH -> SAY.kindHostMismatch();
                  case CERTIFICATE_EXPIRED -> SAY.kindExpired();
                  case CERTIFICATE_NOT_TRUSTED -> SAY.kindNotTrusted();
                  case VALIDATION_FAILURE -> SAY.kindValidation();
                  case TLSA_INVALID -> SAY.kindTlsa();
                  case DNSSEC_INVALID -> SAY.kindDnssec();
                  case DANE_REQUIRED -> SAY.kindDaneRequired();
                  case STS_POLICY_FETCH_ERROR -> SAY.kindStsFetch();
                  case STS_POLICY_INVALID -> SAY.kindStsInvalid();
                  case STS_WEBPKI_INVALID -> SAY.kindStsWebpki();
                })
        .orElseGet(() -> SAY.kindOther(shown(type)));
  }

  static String shown(String strangers) {
    String clean = StrangerText.of(strangers).onTerminal();
    return clean.substring(0, Math.min(clean.length(), 200));
  }
}
