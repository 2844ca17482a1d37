package net.facteur.server.volunteer;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.HOST;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.member.MemberPages;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.settings.Reference;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.SignInHouse;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Route;
import net.facteur.server.web.TestBrowser;

/// The pages about people and addresses over the files of a house, which commands work on as well.
public final class PeopleBench implements AutoCloseable {
  public final SignInHouse house;
  public final AddressStore addresses;
  public final Path conf;
  final List<String> sent = new ArrayList<>();
  final List<Map<String, Object>> standing = new ArrayList<>();
  private final List<Route> routes;

  /// @param more lines of the settings file
  public PeopleBench(Path directory, String more) throws IOException {
    house = new SignInHouse(directory);
    conf =
        Files.writeString(
            directory.resolve("mail.conf"),
            """
            hostname = mail.example.org
            domains { "example.org" {}, "example.net" {} }
            directories.data = "."
            passwords.memory = 7MiB
            passwords.iterations = 1
            """
                + more);
    Settings settings =
        switch (Reference.loader(Map.of(), Optional.of(HOST)).load(conf)) {
          case LoadedSettings.Good(Settings good) -> good;
          case LoadedSettings.Wrong wrong -> throw new IllegalStateException(wrong.toString());
        };
    addresses = new AddressStore(AddressesFile.beside(house.users.path()), () -> house.now);
    var pages = new Pages(DomainName.of(HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var mailboxes = MailboxSettings.of(directory.resolve("mail"), HOST);
    var doors =
        new PeopleDoors(
            house.accounts::names,
            house.accounts::user,
            this::change,
            name -> InvitationLink.of(settings, name, house.signIn.invite(name)),
            new Sending(),
            mailboxes,
            LastLogins.beside(house.users.path()),
            addresses,
            AddressRules.of(settings, name -> house.accounts.user(name).isPresent()),
            RoutingSettings.from(settings));
    var member =
        new MemberPages.House(
            house.accounts,
            addresses,
            new PasswordRules(10),
            mailboxes,
            LastLogins.beside(house.users.path()),
            List.of(),
            () -> house.now,
            house.random);
    routes =
        Stream.of(
                new SignInPages(pages, signed, house.random, MemberPages.HOME).routes(),
                new SecurityPages(signed, HOST).routes(),
                new MemberPages(signed, member).routes(),
                new PeoplePage(signed, doors).routes(),
                new PersonPage(signed, doors, () -> house.now).routes(),
                new NewPersonPage(signed, doors).routes(),
                new AddressPages(signed, doors).routes())
            .flatMap(List::stream)
            .toList();
  }

  private UserChange.Outcome change(UserChange change) throws IOException {
    UserChange.Outcome outcome = house.accounts.change(change);
    if (change instanceof UserChange.Add) {
      house.signIn.forget(change.name());
    }
    return outcome;
  }

  private final class Sending implements ServerControl.SendingControl {
    @Override
    public Optional<Text> act(SendingWishes.Wish wish, Consumer<Map<String, Object>> out) {
      sent.add(wish.verb() + " " + wish.account());
      return Optional.empty();
    }

    @Override
    public void show(String account, Consumer<Map<String, Object>> out) {
      standing.forEach(out);
    }
  }

  /// A browser of nobody yet.
  public TestBrowser browser(String client, String host) {
    return new TestBrowser(routes, client, host);
  }

  /// A browser in which Alice is signed in, who looks after the server.
  public TestBrowser alice() throws Exception {
    TestBrowser browser = browser("127.0.0.1", "localhost");
    browser.submit(
        browser.get("/signin"),
        "/signin",
        Map.of("user", ALICE.text(), "password", "correct horse"));
    return browser;
  }

  List<String> deeds() throws IOException {
    return house.journal.newest(Instant.EPOCH, _ -> true, 99).stream().map(Deed::kind).toList();
  }

  @Override
  public void close() {
    house.close();
  }
}
