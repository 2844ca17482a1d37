package net.facteur.server;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.autoconfig.AutoconfigRoutes;
import net.facteur.server.autoconfig.AutoconfigSettings;
import net.facteur.server.autoconfig.SetupPage;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.web.Assets;
import net.facteur.server.web.Pages;
import net.facteur.server.web.PublicFiles;
import net.facteur.server.web.PublishedPolicy;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Routes;
import net.facteur.server.web.Scheme;
import net.facteur.server.web.WebSettings;
import net.facteur.server.web.Welcome;

/// What the web of this server does: the one place where routes are added. What a route answers
/// comes from the package whose work it is.
public final class ServedPages {
  private static final String FILE = "file";
  private static final String ANY_FILE = "{" + FILE + "}";

  private ServedPages() {}

  /// What only [WebSettings#LISTEN_WEB] serves, and everything else: the pages for people.
  ///
  /// @param certificates those in service
  static Routes pages(
      Settings settings,
      Optional<ServerCertificates> certificates,
      ReloadedParts parts,
      LastingParts lasting) {
    var host = HostSettings.from(settings);
    var pages = new Pages(host.name(), host.languages().getFirst());
    var setup =
        new SetupPage(
            AutoconfigSettings.from(settings),
            () -> certificates.map(all -> all.certificate(host.name().text())));
    var people = new PeoplesPages(pages, settings, parts, lasting);
    var ways = Stream.concat(Stream.of(SetupPage.way()), people.ways().stream()).toList();
    return of(settings)
        .and(List.of(new Welcome(ways).route(pages)))
        .and(setup.routes(pages))
        .and(people.routes());
  }

  /// What programs of others ask for, and links in mails lead to.
  public static Routes of(Settings settings) {
    PublishedPolicy policy = WebSettings.from(settings).policy();
    var revealed = new PublicFiles(KeySettings.from(settings).revealed());
    var challenges =
        new PublicFiles(AcmeSettings.challenges(AcmeSettings.home(HostSettings.from(settings))));
    return Routes.of(
            Route.get(
                Scheme.HTTPS,
                HttpsPolicyFetcher.PATH,
                request -> Response.text(request.host().flatMap(policy::servedBy))),
            Route.get(
                Scheme.HTTPS,
                PublicFiles.REVEALED + ANY_FILE,
                request -> Response.text(revealed.find(request.variable(FILE)))),
            Route.get(
                Scheme.HTTP,
                PublicFiles.CHALLENGES + ANY_FILE,
                request -> Response.text(challenges.find(request.variable(FILE)))))
        .and(new AutoconfigRoutes(AutoconfigSettings.from(settings)).routes())
        .and(Assets.routes());
  }
}
