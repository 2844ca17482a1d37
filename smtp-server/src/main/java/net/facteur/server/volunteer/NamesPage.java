package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.NamesTexts.SAY;
import static net.facteur.server.web.Html.element;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.acme.CertificateLife;
import net.facteur.server.journal.Deed;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.Signed;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.signin.SignedPages.Who;
import net.facteur.server.web.Html;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.zone.ZoneLooks;

/// The names of this server, one domain at a time: its zone at each name server, the lives of its
/// DKIM keys, and those of the certificates.
///
/// The page asks no name server: it shows what was found last, and has a button that looks again.
public record NamesPage(SignedPages pages, Doors doors) {
  static final String NAMES = "/server/names";
  private static final String LOOK = NAMES + "/look";
  private static final int MOST_DOMAINS = 100;

  /// The doors behind it.
  ///
  /// @param domains of this server, in order
  /// @param host the mail server
  /// @param keys how keys live
  /// @param ring the states of the keys
  /// @param certificates and their lives
  /// @param looks what was found last
  /// @param looking looks at a zone, as `facteur dns watch` does
  /// @param key does what `facteur dkim` does
  /// @param workers runs what may take time
  public record Doors(
      List<DomainName> domains,
      DomainName host,
      KeySettings keys,
      Read<KeyRing> ring,
      Read<CertificateLife.Found> certificates,
      ZoneLooks looks,
      ZoneLooks.Looking looking,
      KeyForms.KeyDoor key,
      Executor workers,
      InstantSource clock) {
    public Doors {
      domains = List.copyOf(domains);
    }

    /// A domain of this server that a visitor named.
    Optional<DomainName> domain(String typed) {
      return domains.stream().filter(name -> name.text().equals(typed)).findFirst();
    }
  }

  /// Something that lies on the disk.
  @FunctionalInterface
  public interface Read<T> {
    T read() throws IOException;
  }

  List<Route> routes() {
    var forms = new KeyForms(doors);
    return List.of(
        pages.get(NAMES, Who.ADMINISTRATOR, this::names),
        pages.post(LOOK, Who.ADMINISTRATOR, this::look),
        pages.post(KeyForms.ASK, Who.ADMINISTRATOR, forms::ask),
        pages.post(KeyForms.DO, Who.ADMINISTRATOR, SecurityPages.fresh(forms::act, NAMES)));
  }

  /// Where a domain is shown.
  static String path(DomainName domain) {
    return NAMES + "?domain=" + domain;
  }

  private Response names(Signed signed) throws IOException {
    var content = new ArrayList<Html>();
    content.add(signed.paragraph(SAY.namesAre()));
    Optional<DomainName> chosen =
        signed
            .request()
            .query("domain")
            .flatMap(doors::domain)
            .or(() -> doors.domains().stream().findFirst());
    if (doors.domains().size() > 1) {
      content.add(choice(chosen));
      if (doors.domains().size() > MOST_DOMAINS) {
        content.add(signed.paragraph(SAY.moreNames(doors.domains().size() - MOST_DOMAINS)));
      }
    }
    if (chosen.isEmpty()) {
      content.add(signed.paragraph(SAY.namesNone("domains { \"example.org\" {} }")));
    } else {
      zone(signed, chosen.get(), content);
      new KeysShown(signed, doors, chosen.get()).show(content);
    }
    new CertificatesShown(signed, doors.host(), doors.clock().instant())
        .show(doors.certificates().read(), content);
    return signed.show(SAY.namesTitle(), content);
  }

  private Html choice(Optional<DomainName> chosen) {
    return element(
        "ul",
        doors.domains().stream()
            .limit(MOST_DOMAINS)
            .map(
                domain -> {
                  Html.Element link =
                      element("a", Html.words(domain.text())).with("href", path(domain));
                  return element(
                      "li",
                      chosen.equals(Optional.of(domain))
                          ? link.with("aria-current", "true")
                          : link);
                })
            .toList());
  }

  private void zone(Signed signed, DomainName domain, List<Html> content) {
    content.add(signed.heading(SAY.zoneTitle(domain.text())));
    content.add(signed.paragraph(SAY.zoneIs()));
    boolean underWay = doors.looks().underWay(domain);
    if (underWay) {
      content.add(signed.note("good", SAY.zoneUnderWay()));
      content.add(element("p", Shown.link(path(domain), signed.say(SAY.zoneAgain()))));
    }
    Optional<ZoneLooks.Found> last = doors.looks().last(domain);
    if (last.isEmpty() && !underWay) {
      content.add(signed.paragraph(SAY.zoneNotLooked()));
    }
    last.ifPresent(
        found -> {
          switch (found) {
            case ZoneLooks.Found.Failed(var at, var why) ->
                content.add(signed.note("bad", SAY.zoneFailed(SecurityPages.time(at), why)));
            case ZoneLooks.Found.Seen(var look) -> new ZoneShown(signed, look).show(content);
          }
        });
    if (!underWay) {
      content.add(
          signed.form(LOOK).hidden("domain", domain.text()).button(SAY.zoneLook(), "quiet"));
      content.add(signed.paragraph(SAY.zoneLooking()).with("class", "hint"));
    }
    content.add(
        signed.paragraph(SAY.zoneCommand("facteur dns watch " + domain)).with("class", "hint"));
  }

  private Response look(Signed signed) throws IOException {
    Optional<DomainName> domain = signed.field("domain").flatMap(doors::domain);
    if (domain.isEmpty()) {
      return names(signed).with(Status.CONFLICT);
    }
    if (doors.looks().begin(domain.get(), doors.looking())) {
      signed.done(Deed.Kind.ZONE_LOOKED, domain.get().text());
    }
    return Response.seeOther(path(domain.get()));
  }
}
