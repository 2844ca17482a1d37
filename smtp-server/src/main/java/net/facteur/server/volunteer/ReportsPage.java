package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.facteur.server.plot.BarChart;
import net.facteur.server.plot.SvgPlot;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.sources.Advisor;
import net.facteur.server.sources.DomainSurvey;
import net.facteur.server.sources.SurveyWords;
import net.facteur.server.sources.Surveys;
import net.facteur.server.sources.TlsSurvey;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;

/// What others report of our domains, drawn and in sentences. One domain at a time, so that the
/// page stays small.
record ReportsPage(SignedPages pages, Surveys.Opening opening, InstantSource clock) {
  static final String REPORTS = "/server/reports";

  /// Enough for the four weeks that a judgement on a policy needs, and for reports that come late.
  private static final Duration LOOK_BACK = Duration.ofDays(36);

  private static final int MOST_DOMAINS = 100;
  private static final int MOST_SOURCES = 25;
  private static final int MOST_ADVICE = 12;

  List<Route> routes() {
    return List.of(pages.get(REPORTS, Who.ADMINISTRATOR, this::reports));
  }

  private Response reports(Signed signed) throws IOException {
    Optional<Surveys> opened = opening.open();
    if (opened.isEmpty()) {
      return signed.show(SAY.reportsTitle(), List.of(signed.paragraph(SAY.reportsNone())));
    }
    try (ReceivedReports _ = opened.get().reports()) {
      return show(signed, opened.get());
    }
  }

  private Response show(Signed signed, Surveys surveys) throws IOException {
    Instant now = clock.instant();
    List<DomainSurvey> dmarc = surveys.dmarc(Optional.empty(), now.minus(LOOK_BACK), now);
    List<TlsSurvey> tls = surveys.tls(Optional.empty(), now.minus(LOOK_BACK), now);
    var domains = new TreeSet<String>();
    dmarc.forEach(one -> domains.add(one.domain()));
    tls.forEach(one -> domains.add(one.domain()));
    var content = new ArrayList<Html>();
    if (domains.isEmpty()) {
      content.add(signed.paragraph(SAY.reportsNone()));
      return signed.show(SAY.reportsTitle(), content);
    }
    content.add(signed.paragraph(SAY.reportsAre((int) LOOK_BACK.toDays())));
    String chosen =
        signed.request().query("domain").filter(domains::contains).orElse(domains.first());
    if (domains.size() > 1) {
      content.add(choice(domains, chosen));
      if (domains.size() > MOST_DOMAINS) {
        content.add(signed.paragraph(SAY.moreDomains(domains.size() - MOST_DOMAINS)));
      }
    }
    dmarc.stream()
        .filter(one -> one.domain().equals(chosen))
        .forEach(o -> dmarc(signed, o, content));
    tls.stream().filter(one -> one.domain().equals(chosen)).forEach(o -> tls(signed, o, content));
    return signed.show(SAY.reportsTitle(), content);
  }

  private static Html choice(TreeSet<String> domains, String chosen) {
    return element(
        "ul",
        domains.stream()
            .limit(MOST_DOMAINS)
            .map(
                domain -> {
                  Html.Element link =
                      element("a", Shown.stranger(domain))
                          .with("href", REPORTS + "?domain=" + Shown.encoded(domain));
                  return element(
                      "li", domain.equals(chosen) ? link.with("aria-current", "true") : link);
                })
            .toList());
  }

  private static void dmarc(Signed signed, DomainSurvey survey, List<Html> content) {
    content.add(signed.heading(SAY.dmarcHeading(Shown.cleaned(survey.domain()))));
    content.add(element("p", Shown.said(signed, SurveyWords.of(survey))).with("class", "lines"));
    content.add(plot(SurveyWords.plot(survey, signed.language()), "dmarc"));
    Advisor.of(survey).stream()
        .limit(MOST_ADVICE)
        .forEach(
            advice ->
                content.add(
                    element(
                            "div",
                            element(
                                    "p",
                                    Shown.said(signed, SurveyWords.of(advice, survey.domain())))
                                .with("class", "lines"))
                        .with("class", "note")));
    content.add(element("h3", signed.say(SAY.sources())));
    content.add(
        Shown.table(
            signed,
            List.of(SAY.sourceColumn(), SAY.passedColumn(), SAY.failedColumn()),
            survey.sources().stream()
                .limit(MOST_SOURCES)
                .map(
                    one ->
                        List.of(
                            Shown.said(signed, SurveyWords.of(one.source())),
                            words("" + one.passed()),
                            words("" + one.failed())))
                .toList()));
  }

  private static void tls(Signed signed, TlsSurvey survey, List<Html> content) {
    content.add(signed.heading(SAY.tlsHeading(Shown.cleaned(survey.domain()))));
    content.add(element("p", Shown.said(signed, SurveyWords.of(survey))).with("class", "lines"));
    content.add(plot(SurveyWords.plot(survey, signed.language()), "tls"));
  }

  private static Html plot(BarChart chart, String id) {
    // Drawn for a wide page: where it is narrow, it is scrolled, so that its words stay readable.
    return element("div", Html.drawing(SvgPlot.svg(chart, id)))
        .with("class", "scroll")
        .with("tabindex", "0");
  }
}
