package net.facteur.server.autoconfig;

import static net.facteur.server.autoconfig.AutoconfigTexts.SAY;
import static net.facteur.server.web.Html.element;
import static net.facteur.server.web.Html.words;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.facteur.server.autoconfig.MailService.Protocol;
import net.facteur.server.autoconfig.MailService.Security;
import net.facteur.server.language.Text;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.web.Content;
import net.facteur.server.web.Html;
import net.facteur.server.web.Link;
import net.facteur.server.web.Page;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.Visit;
import net.facteur.server.web.Welcome;

/// How people set up their mail programs, step by step. It says what holds for everybody, and
/// nothing of anybody.
///
/// @param certificate signs profiles; empty where none is in service
public record SetupPage(
    AutoconfigSettings autoconfig, Supplier<Optional<ServerCertificate>> certificate) {
  /// Where it is.
  public static final String PATH = "/mail";

  private static final String PROFILE = PATH + "/apple.mobileconfig";
  private static final String ADDRESS = "address";

  /// What the web serves.
  public List<Route> routes(Pages pages) {
    return List.of(pages.get(PATH, this::show), pages.get(PROFILE, this::profile));
  }

  /// The way to it from the first page.
  public static Welcome.Way way() {
    return new Welcome.Way(new Link(PATH, SAY.pageTitle()), SAY.pagePurpose());
  }

  private Response show(Visit visit) {
    boolean reads = autoconfig.services().complete();
    var content = new ArrayList<Html>();
    content.add(visit.paragraph(reads ? SAY.pageIntro() : SAY.pageNoReading()));
    List<Html> services = services(visit);
    if (!services.isEmpty()) {
      content.add(table(visit, services));
    }
    content.add(
        element(
            "dl",
            element("dt", visit.say(SAY.login())),
            element("dd", visit.say(SAY.loginIs())),
            element("dt", visit.say(SAY.password())),
            element("dd", visit.say(SAY.passwordIs()))));
    if (reads) {
      content.add(element("h2", visit.say(SAY.programs())));
      content.add(
          program(visit, SAY.thunderbird(), SAY.thunderbird1(), SAY.thunderbird2(), SAY.found()));
      content.add(apple(visit));
      content.add(program(visit, SAY.outlook(), SAY.outlook1(), SAY.outlook2(), SAY.outlook3()));
      content.add(program(visit, SAY.android(), SAY.android1(), SAY.android2(), SAY.byHand()));
      content.add(program(visit, SAY.others(), SAY.others1(), SAY.byHand()));
    }
    return visit.show(new Page(SAY.pageTitle(), List.of(), content));
  }

  /// A row for each.
  private List<Html> services(Visit visit) {
    return Stream.of(Protocol.IMAP, Protocol.POP3, Protocol.SUBMISSION, Protocol.SIEVE)
        .flatMap(protocol -> autoconfig.services().of(protocol).stream())
        .<Html>map(
            service ->
                element(
                    "tr",
                    element("th", visit.say(use(service))).with("scope", "row"),
                    element("td", element("code", words(service.host().text()))),
                    element("td", words(String.valueOf(service.port()))),
                    element("td", visit.say(security(service)))))
        .toList();
  }

  private static Html table(Visit visit, List<Html> rows) {
    Html head =
        element(
            "tr",
            Stream.of(SAY.use(), SAY.server(), SAY.port(), SAY.security())
                .map(title -> element("th", visit.say(title)).with("scope", "col"))
                .toList());
    return element(
            "div",
            element(
                "table",
                element("caption", visit.say(SAY.caption())),
                element("thead", head),
                element("tbody", rows)))
        .with("class", "scroll")
        .with("tabindex", "0")
        .with("role", "region")
        .with("aria-label", SAY.caption().in(visit.language()));
  }

  private Text use(MailService service) {
    return switch (service.protocol()) {
      case SUBMISSION ->
          autoconfig.services().best(Protocol.SUBMISSION).equals(Optional.of(service))
              ? SAY.useSubmission()
              : SAY.useSubmissionElse();
      case IMAP -> SAY.useImap();
      case POP3 -> SAY.usePop3();
      case SIEVE -> SAY.useSieve();
    };
  }

  private static Text security(MailService service) {
    return service.security() == Security.TLS ? SAY.securityTls() : SAY.securityStartTls();
  }

  private static Html program(Visit visit, Text name, Text... steps) {
    return details(visit, name, steps(visit, steps));
  }

  private static Html details(Visit visit, Text name, Html... content) {
    var all = new ArrayList<Html>();
    all.add(element("summary", visit.say(name)));
    all.addAll(List.of(content));
    return element("details", all);
  }

  private static Html steps(Visit visit, Text... steps) {
    return element("ol", Stream.of(steps).map(step -> element("li", visit.say(step))).toList());
  }

  private Html apple(Visit visit) {
    Html form =
        element(
                "form",
                element(
                        "div",
                        element("label", visit.say(SAY.address())).with("for", ADDRESS),
                        element("input")
                            .with("id", ADDRESS)
                            .with("name", ADDRESS)
                            .with("type", "email")
                            .with("autocomplete", "email")
                            .with("maxlength", "254")
                            .with("required", ""))
                    .with("class", "field"),
                element("button", visit.say(SAY.download())).with("type", "submit"))
            .with("action", PROFILE)
            .with("method", "get");
    return details(
        visit,
        SAY.apple(),
        visit.paragraph(SAY.appleIs()),
        form,
        steps(visit, SAY.apple1(), SAY.apple2(), SAY.apple3()));
  }

  private Response profile(Visit visit) throws IOException {
    Optional<ClientAddress> address =
        visit
            .request()
            .query(ADDRESS)
            .flatMap(typed -> ClientAddress.of(typed, autoconfig.domains()));
    Optional<MailService> incoming =
        autoconfig
            .services()
            .best(Protocol.IMAP)
            .or(() -> autoconfig.services().best(Protocol.POP3));
    Optional<MailService> outgoing = autoconfig.services().best(Protocol.SUBMISSION);
    Optional<ServerCertificate> signer = certificate.get();
    if (address.isEmpty() || incoming.isEmpty() || outgoing.isEmpty() || signer.isEmpty()) {
      return visit
          .show(
              Page.of(
                  SAY.profileNone(),
                  visit.paragraph(SAY.profileNoneWhy(visit.site())),
                  element("p", element("a", visit.say(SAY.pageTitle())).with("href", PATH))))
          .with(Status.NOT_FOUND);
    }
    String domain = address.get().domain().text();
    var profile =
        new AppleProfile(
            address.get(),
            incoming.get(),
            outgoing.get(),
            SAY.profileTitle(domain).in(visit.language()),
            SAY.profileIs(address.get().text()).in(visit.language()));
    return new Response(
        Status.OK,
        AppleProfile.TYPE,
        Content.of(profile.signed(signer.get())),
        Map.of("content-disposition", "attachment; filename=\"" + domain + ".mobileconfig\""),
        List.of());
  }
}
