package net.facteur.server;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.admin.AccountView;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.SendingRequests;
import net.facteur.server.away.AwaySettings;
import net.facteur.server.config.Settings;
import net.facteur.server.explanations.ExplanationsSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.member.AwayPages;
import net.facteur.server.member.MemberPages;
import net.facteur.server.member.OwnMailPages;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.roles.RoleSettings;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.SignIn;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.sources.KeptSurveys;
import net.facteur.server.volunteer.DestinationPages;
import net.facteur.server.volunteer.PeopleDoors;
import net.facteur.server.volunteer.ProtectionPages;
import net.facteur.server.volunteer.RolesPage;
import net.facteur.server.volunteer.VolunteerPages;
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
            new SignInPages(pages, signed, lasting.random(), MemberPages.HOME).routes(),
            new SecurityPages(signed, site).routes(),
            new MemberPages(signed, house()).routes(),
            new AwayPages(signed, parts.absences(), AwaySettings.from(settings).by()).routes(),
            new OwnMailPages(
                    signed,
                    lasting.inspector(),
                    lasting.quarantine(),
                    parts.quarantine().releases(),
                    lasting.clock())
                .routes(),
            volunteer().routes())
        .flatMap(List::stream)
        .toList();
  }

  private VolunteerPages volunteer() {
    var sending =
        new SendingRequests(
            lasting.sending(),
            lasting.held(),
            new AccountView(lasting.inspector(), lasting.clock()),
            name -> UserName.parse(name).flatMap(parts.accounts()::user).isPresent());
    return VolunteerPages.of(
        pages,
        lasting.people().signIn(),
        MemberPages.HOME,
        new VolunteerPages.House(
            lasting.inspector(),
            LetterWiring.swift(settings, lasting.inspector(), lasting.clock()),
            parts.exam(),
            () -> KeptSurveys.open(settings, parts.security().resolver()),
            lasting.people().journal(),
            new QueueRequests(lasting.inspector(), parts.quarantine().view(), lasting.clock()),
            RoutesSettings.from(settings).hops(),
            new DestinationPages.Doors(
                () -> LetterWiring.destinations(settings, lasting.clock()),
                ExplanationsSettings.from(settings).explanations()),
            new ProtectionPages.Doors(
                lasting.inspector(),
                sending,
                parts.accounts()::user,
                this::change,
                QuarantineRequests.of(
                        parts.quarantine().view(), parts.quarantine().releases(), lasting.clock())
                    ::fulfil),
            people(sending),
            NamesWiring.doors(settings, parts, lasting),
            SettingsWiring.doors(settings, lasting),
            new RolesPage.Doors(parts.roles(), RoleSettings.from(settings).overlap()),
            lasting.clock()));
  }

  private PeopleDoors people(SendingRequests sending) {
    return new PeopleDoors(
        parts.accounts()::names,
        parts.accounts()::user,
        this::change,
        name -> InvitationLink.of(settings, name, lasting.people().signIn().invite(name)),
        sending,
        MailboxSettings.from(settings),
        LastLogins.beside(AccountsSettings.file(settings)),
        parts.addresses(),
        AddressRules.of(settings, name -> parts.accounts().user(name).isPresent()),
        RoutingSettings.from(settings));
  }

  /// As the control socket does it.
  private UserChange.Outcome change(UserChange change) throws IOException {
    UserChange.Outcome outcome = parts.accounts().change(change);
    lasting.people().followed(change, outcome);
    return outcome;
  }

  private MemberPages.House house() {
    var routing = RoutingSettings.from(settings);
    return new MemberPages.House(
        parts.accounts(),
        parts.addresses(),
        PasswordRules.from(settings),
        MailboxSettings.from(settings),
        LastLogins.beside(AccountsSettings.file(settings)),
        Stream.concat(routing.forwards().keySet().stream(), routing.aliases().keySet().stream())
            .toList(),
        lasting.clock(),
        lasting.random());
  }

  /// Where a visitor may go.
  private List<Link> navigation(SignIn.Visitor visitor) {
    var security = Stream.of(new Link(SignInPages.SECURITY, SecurityPages.title()));
    if (visitor.bare()) {
      return security.toList();
    }
    Stream<Link> server =
        visitor.administrator() ? Stream.of(VolunteerPages.entrance()) : Stream.empty();
    return Stream.of(MemberPages.links().stream(), security, server)
        .flatMap(links -> links)
        .toList();
  }
}
