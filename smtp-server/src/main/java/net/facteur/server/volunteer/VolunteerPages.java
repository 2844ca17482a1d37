package net.facteur.server.volunteer;

import static net.facteur.server.volunteer.VolunteerTexts.SAY;

import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.facteur.queue.QueueOperator;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.doctor.Examination;
import net.facteur.server.journal.Journal;
import net.facteur.server.letter.LetterPart;
import net.facteur.server.signin.SignIn;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.sources.Surveys;
import net.facteur.server.web.Link;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Route;

/// All pages of whoever looks after the server.
public record VolunteerPages(SignedPages pages, House house) {
  /// Where they begin.
  public static final String HOME = TodayPage.TODAY;

  /// The doors behind them.
  ///
  /// @param parts of the letter that ask neither the DNS nor the network
  /// @param mail acts on the queue, as commands do
  /// @param ways where queued mail may be moved: next hops by name
  /// @param destinations how mail to others fared
  /// @param names zones, keys and certificates
  /// @param settings the file that they stand in
  /// @param roles addresses of duties
  public record House(
      QueueOperator queue,
      List<LetterPart> parts,
      Examination exam,
      Surveys.Opening reports,
      Journal journal,
      ServerControl.QueueControl mail,
      Map<String, String> ways,
      DestinationPages.Doors destinations,
      ProtectionPages.Doors protection,
      PeopleDoors people,
      NamesPage.Doors names,
      SettingsPage.Doors settings,
      RolesPage.Doors roles,
      InstantSource clock) {
    public House {
      parts = List.copyOf(parts);
      ways = Collections.unmodifiableMap(new LinkedHashMap<>(ways));
    }
  }

  /// @param own where visitors find their own account
  public static VolunteerPages of(Pages pages, SignIn door, String own, House house) {
    List<Link> links =
        Stream.concat(links().stream(), Stream.of(new Link(own, SAY.myAccount()))).toList();
    return new VolunteerPages(new SignedPages(pages, door, _ -> links), house);
  }

  /// What leads here from other pages.
  public static Link entrance() {
    return new Link(HOME, SAY.serverTitle());
  }

  private static List<Link> links() {
    return List.of(
        new Link(TodayPage.TODAY, SAY.todayTitle()),
        new Link(MailPages.MAIL, SAY.mailTitle()),
        new Link(ProtectionPages.PROTECTION, SAY.protectionTitle()),
        new Link(PeoplePage.PEOPLE, SAY.peopleTitle()),
        new Link(RolesPage.ROLES, RolesPageTexts.SAY.rolesTitle()),
        new Link(NamesPage.NAMES, NamesTexts.SAY.namesTitle()),
        new Link(ReportsPage.REPORTS, SAY.reportsTitle()),
        new Link(JournalPage.JOURNAL, SAY.journalTitle()),
        new Link(SettingsPage.SETTINGS, SettingsTexts.SAY.settingsTitle()));
  }

  /// What serves them.
  public List<Route> routes() {
    return Stream.of(
            new TodayPage(
                    pages, house.queue(), house.parts(), house.names(), house.exam(), house.clock())
                .routes(),
            new MailPages(pages, house.queue(), house.mail(), house.ways(), house.clock()).routes(),
            new DestinationPages(pages, house.destinations(), house.clock()).routes(),
            new ProtectionPages(pages, house.protection()).routes(),
            new NamesPage(pages, house.names()).routes(),
            new SettingsPage(pages, house.settings()).routes(),
            new PeoplePage(pages, house.people()).routes(),
            new PersonPage(pages, house.people(), house.clock()).routes(),
            new NewPersonPage(pages, house.people()).routes(),
            new AddressPages(pages, house.people()).routes(),
            new RolesPage(pages, house.roles()).routes(),
            new ReportsPage(pages, house.reports(), house.clock()).routes(),
            new JournalPage(pages, house.journal()).routes())
        .flatMap(List::stream)
        .toList();
  }
}
