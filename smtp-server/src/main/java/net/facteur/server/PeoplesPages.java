package net.facteur.server;

import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.SignIn;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.web.Link;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Route;
import net.facteur.server.web.Welcome;

/// The pages of those who sign in: whose they are, and where each leads.
record PeoplesPages(Pages pages, Settings settings, ReloadedParts parts, LastingParts lasting) {
  /// What the first page offers.
  List<Welcome.Way> ways() {
    return List.of(
        new Welcome.Way(new Link(SignInPages.SIGN_IN, SignInPages.title()), SignInPages.purpose()));
  }

  List<Route> routes() {
    var signed = new SignedPages(pages, lasting.people().signIn(), this::navigation);
    String site = HostSettings.from(settings).name().text();
    return Stream.of(
            new SignInPages(pages, signed, lasting.random(), SignInPages.SECURITY).routes(),
            new SecurityPages(signed, site).routes())
        .flatMap(List::stream)
        .toList();
  }

  /// Where a visitor may go.
  private List<Link> navigation(SignIn.Visitor visitor) {
    return List.of(new Link(SignInPages.SECURITY, SecurityPages.title()));
  }
}
