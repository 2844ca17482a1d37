package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.PeopleTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import net.facteur.server.admin.QueueView;
import net.facteur.server.destinations.DestinationMemory;
import net.facteur.server.destinations.DestinationMemory.Summary;
import net.facteur.server.destinations.Destinations;
import net.facteur.server.destinations.Numbers;
import net.facteur.server.destinations.ProviderDays;
import net.facteur.server.destinations.ProviderTexts;
import net.facteur.server.destinations.ProvidersInLetter.Kept;
import net.facteur.server.destinations.ProvidersInLetter.Opening;
import net.facteur.server.destinations.Refused;
import net.facteur.server.destinations.Rhythm.Slowed;
import net.facteur.server.explanations.Explanation;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.language.Text;
import net.facteur.server.plot.SvgPlot;
import net.facteur.server.providers.Provider;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;

/// How mail to others fared in the last week, by provider: numbers, a plot by day, what the
/// provider said last, and what to do.
public record DestinationPages(SignedPages pages, Doors doors, InstantSource clock) {
  static final String DESTINATIONS = "/server/destinations";

  private static final Duration WEEK = Duration.ofDays(7);
  private static final int DAYS = 7;
  private static final int MOST = 25;
  private static final int MOST_DRAWN = 4;
  private static final int MOST_SAID = 6;

  /// What the page needs of the server.
  ///
  /// @param opening what is remembered; empty where nothing is yet
  public record Doors(Opening opening, Explanations explanations) {}

  List<Route> routes() {
    return List.of(pages.get(DESTINATIONS, Who.ADMINISTRATOR, this::destinations));
  }

  private Response destinations(Signed signed) throws IOException {
    Optional<Kept> opened = doors.opening().open();
    if (opened.isEmpty()) {
      return show(signed, List.of(signed.paragraph(SAY.destinationsNone())));
    }
    try (Kept kept = opened.get()) {
      Instant from = clock.instant().minus(WEEK);
      List<Summary> all = DestinationMemory.summaries(kept.store().since(from));
      List<Slowed> slowed = Destinations.slowed(kept.counts());
      Optional<Provider> chosen =
          signed
              .request()
              .query("name")
              .flatMap(
                  name ->
                      all.stream()
                          .map(Summary::provider)
                          .filter(one -> one.name().equals(name))
                          .findFirst());
      return show(
          signed,
          chosen.isPresent()
              ? one(signed, kept, chosen.get(), from, slowed)
              : all(signed, kept, all, from, slowed));
    }
  }

  private static Response show(Signed signed, List<Html> content) {
    var whole = new ArrayList<>(content);
    whole.add(element("p", Shown.link(MailPages.MAIL, signed.say(VolunteerTexts.SAY.back()))));
    return signed.show(SAY.destinationsTitle(), whole);
  }

  private List<Html> all(
      Signed signed, Kept kept, List<Summary> all, Instant from, List<Slowed> slowed)
      throws IOException {
    var content = new ArrayList<Html>();
    if (all.isEmpty()) {
      content.add(signed.paragraph(SAY.destinationsNone()));
      return content;
    }
    content.add(signed.paragraph(SAY.destinationsAre()));
    content.add(
        Shown.table(
            signed,
            List.of(
                SAY.providerColumn(),
                ProviderTexts.SAY.delivered(),
                ProviderTexts.SAY.deferred(),
                ProviderTexts.SAY.lost(),
                SAY.halfColumn()),
            all.stream()
                .limit(MOST)
                .map(
                    one ->
                        List.of(
                            name(signed, one.provider(), slowed),
                            words("" + one.numbers().delivered()),
                            words("" + one.numbers().deferred()),
                            words("" + one.numbers().refused()),
                            words(within(one.numbers(), 0.5))))
                .toList()));
    if (all.size() > MOST) {
      content.add(signed.paragraph(SAY.moreProviders(all.size() - MOST)));
    }
    int drawn = 0;
    for (Summary one : all.stream().limit(MOST_DRAWN).toList()) {
      content.add(
          plot(
              signed,
              ProviderDays.of(kept.store(), one.provider().name(), from),
              one.provider(),
              from,
              "provider-" + drawn));
      drawn++;
    }
    return content;
  }

  private static Html name(Signed signed, Provider provider, List<Slowed> slowed) {
    Html link =
        Shown.link(
            DESTINATIONS + "?name=" + Shown.encoded(provider.name()),
            Shown.stranger(provider.title()));
    return slowed.stream().anyMatch(each -> each.provider().equals(provider.name()))
        ? Html.row(List.of(link, words(" "), signed.say(SAY.isSlowed())))
        : link;
  }

  private Html plot(Signed signed, ProviderDays days, Provider provider, Instant from, String id) {
    return Html.drawing(
        SvgPlot.svg(
            days.chart(
                Shown.cleaned(provider.title()), from, clock.instant(), DAYS, signed.language()),
            id));
  }

  private static String within(Numbers numbers, double share) {
    return numbers.arrivedWithin(share).map(QueueView::age).orElse("-");
  }

  private List<Html> one(
      Signed signed, Kept kept, Provider provider, Instant from, List<Slowed> slowed)
      throws IOException {
    var content = new ArrayList<Html>();
    ProviderDays days = ProviderDays.of(kept.store(), provider.name(), from);
    Numbers sum = days.sum();
    ProviderTexts say = ProviderTexts.SAY;
    content.add(signed.heading(Text.of(Shown.cleaned(provider.title()))));
    content.add(
        signed.paragraph(
            say.sum(
                Shown.cleaned(provider.title()),
                DAYS + "d",
                sum.attempts(),
                sum.delivered(),
                sum.deferred())));
    content.add(signed.paragraph(say.refused(sum.refused())));
    if (sum.delivered() > 0) {
      content.add(signed.paragraph(say.time(within(sum, 0.5), within(sum, 0.95))));
    }
    slowed.stream()
        .filter(each -> each.provider().equals(provider.name()))
        .forEach(
            each ->
                content.add(
                    signed.note(
                        "warn",
                        say.slowed(
                            each.attempts(),
                            QueueView.age(each.interval()),
                            SecurityPages.time(each.since())))));
    content.add(plot(signed, days, provider, from, "provider"));
    List<Refused> said =
        kept.store().refused(provider.name(), from).stream()
            .sorted(Comparator.comparing(Refused::at).reversed())
            .limit(MOST_SAID)
            .toList();
    if (!said.isEmpty()) {
      content.add(signed.heading(say.said()));
    }
    said.forEach(each -> content.add(said(signed, provider, each)));
    content.add(element("p", Shown.link(DESTINATIONS, signed.say(SAY.destinationsTitle()))));
    return content;
  }

  private Html said(Signed signed, Provider provider, Refused its) {
    var card = new ArrayList<Html>();
    card.add(
        signed.paragraph(
            ProviderTexts.SAY.times(
                SecurityPages.time(its.at()),
                its.times(),
                Shown.cleaned(its.host()),
                Shown.cleaned(its.message()))));
    card.add(element("p", element("code", Shown.stranger(its.reply()))));
    doors
        .explanations()
        .of(Optional.of(provider), its.status(), its.reply())
        .entry()
        .ifPresent(
            entry -> {
              Explanation.Words words = entry.in(signed.language());
              card.add(element("p", Shown.stranger(words.title() + ". " + words.why())));
              card.add(element("p", Shown.stranger(words.remedy())));
              entry.url().ifPresent(url -> card.add(element("p", Shown.stranger(url))));
            });
    return element("div", card).with("class", "card");
  }
}
