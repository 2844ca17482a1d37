package net.facteur.server.member;

import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.PasswordRules;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.signin.SecurityPages;
import net.facteur.server.signin.SignInHouse;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.TestBrowser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What users do with their own accounts.
class MemberPagesTest {
  private static final String NEW = "quatre poules dans le pre";

  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private AddressStore addresses;
  private List<Route> routes = List.of();
  private List<String> forwarded = List.of();

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
    addresses = new AddressStore(AddressesFile.beside(house.users.path()), () -> house.now);
    serve();
  }

  private void serve() {
    var pages = new Pages(DomainName.of(HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> MemberPages.links());
    var all = new ArrayList<Route>();
    all.addAll(new SignInPages(pages, signed, house.random, MemberPages.HOME).routes());
    all.addAll(new SecurityPages(signed, HOST).routes());
    all.addAll(
        new MemberPages(
                signed,
                new MemberPages.House(
                    house.accounts,
                    addresses,
                    new PasswordRules(10),
                    MailboxSettings.of(directory.resolve("mail"), HOST),
                    LastLogins.beside(house.users.path()),
                    forwarded,
                    () -> house.now,
                    house.random))
            .routes());
    var absences =
        new net.facteur.server.away.AbsenceStore(
            net.facteur.server.away.AbsencesFile.beside(house.users.path()),
            () -> house.now,
            java.time.ZoneOffset.UTC);
    all.addAll(
        new AwayPages(signed, absences, net.facteur.server.away.AwaySettings.By.US).routes());
    routes = List.copyOf(all);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private TestBrowser bob(String password) throws Exception {
    var browser = new TestBrowser(routes, "192.0.2.7", HOST);
    browser.submit(
        browser.get("/signin"), "/signin", Map.of("user", BOB.text(), "password", password));
    return browser;
  }

  private List<String> deeds() throws Exception {
    return house.journal.newest(Instant.EPOCH, _ -> true, 99).stream().map(Deed::kind).toList();
  }

  @Test
  void whoSignsInLandsAtHome() throws Exception {
    TestBrowser browser = bob("correct horse");
    assertEquals("/me", browser.path);
    Response home = browser.get("/me");
    assertTrue(home.body().contains("0 MiB used"), home.body());
    assertTrue(home.body().length() < 60 << 10);
  }

  @Test
  void aChangedPasswordEndsOtherBrowsersAndGivesThisOneANewToken() throws Exception {
    TestBrowser own = bob("correct horse");
    TestBrowser other = bob("correct horse");
    String before = own.cookies.getOrDefault("session", "");
    Response done =
        own.submit(
            own.get("/me/password"),
            "/me/password",
            Map.of("current", "correct horse", "new", NEW, "again", NEW));
    assertEquals(Status.OK, done.status(), done.body());
    assertNotEquals(before, own.cookies.get("session"));
    own.get("/me");
    assertEquals("/me", own.path);
    other.get("/me");
    assertEquals("/signin", other.path);
    assertEquals("/me", bob(NEW).path);
    assertTrue(deeds().contains("password-changed"));
  }

  @Test
  void aPasswordIsNotChangedWithoutTheOldOneNorToAWeakOne() throws Exception {
    TestBrowser browser = bob("correct horse");
    Response form = browser.get("/me/password");
    assertEquals(
        Status.FORBIDDEN,
        browser
            .submit(form, "/me/password", Map.of("current", "no", "new", NEW, "again", NEW))
            .status());
    for (String weak : List.of("sh0rt!q", "Marseille13!", "1234567890", "azertyuiop")) {
      Response refused =
          browser.submit(
              form, "/me/password", Map.of("current", "correct horse", "new", weak, "again", weak));
      assertEquals(Status.BAD_REQUEST, refused.status(), weak);
      assertFalse(refused.body().contains(weak), "a password stands on no page");
    }
    assertEquals(
        Status.BAD_REQUEST,
        browser
            .submit(
                form,
                "/me/password",
                Map.of("current", "correct horse", "new", NEW, "again", NEW + "s"))
            .status());
    assertEquals("/me", bob("correct horse").path);
  }

  @Test
  void guessesAtTheOldPasswordAreDampedToo() throws Exception {
    TestBrowser browser = bob("correct horse");
    Response form = browser.get("/me/password");
    for (int i = 0; i < 5; i++) {
      browser.submit(form, "/me/password", Map.of("current", "no", "new", NEW, "again", NEW));
    }
    Response damped =
        browser.submit(
            form, "/me/password", Map.of("current", "correct horse", "new", NEW, "again", NEW));
    assertEquals(Status.FORBIDDEN, damped.status());
  }

  @Test
  void whoCameByAnInvitationSetsAPasswordWithoutTheOldOne() throws Exception {
    String link = "/invitation/" + house.invitations.invite(BOB, house.random).text();
    var browser = new TestBrowser(routes, "192.0.2.7", HOST);
    browser.submit(browser.get(link), link, Map.of());
    Response form = browser.get("/me/password");
    assertFalse(form.body().contains("name=\"current\""));
    browser.submit(form, "/me/password", Map.of("new", NEW, "again", NEW));
    assertEquals("/me", bob(NEW).path);
  }

  @Test
  void anAppPasswordIsShownOnceAndRevoked() throws Exception {
    TestBrowser browser = bob("correct horse");
    Response made =
        browser.submit(
            browser.get("/me/app-passwords"), "/me/app-passwords", Map.of("name", "phone"));
    Matcher shown = Pattern.compile("<code>([a-z0-9-]{16,})</code>").matcher(made.body());
    assertTrue(shown.find(), made.body());
    Response list = browser.get("/me/app-passwords");
    assertTrue(list.body().contains("phone"));
    assertFalse(list.body().contains(shown.group(1)));
    assertEquals(
        Status.CONFLICT,
        browser.submit(list, "/me/app-passwords", Map.of("name", "Phone")).status());
    assertEquals(
        Status.BAD_REQUEST,
        browser.submit(list, "/me/app-passwords", Map.of("name", "<b>x:y")).status());
    browser.submit(list, "/me/app-passwords/revoke", Map.of());
    assertEquals(List.of(), house.user(BOB).appPasswords());
    browser.get("/me");
    assertEquals("/me", browser.path, "the browser stays signed in");
    assertTrue(deeds().containsAll(List.of("app-password-made", "app-password-revoked")));
  }

  @Test
  void twoBrowsersThatMakeAppPasswordsBothHaveThem() throws Exception {
    TestBrowser one = bob("correct horse");
    TestBrowser other = bob("correct horse");
    Response first = one.get("/me/app-passwords");
    Response second = other.get("/me/app-passwords");
    one.submit(first, "/me/app-passwords", Map.of("name", "phone"));
    house.change(BOB, user -> user.withQuota(java.util.Optional.of(5L << 20)));
    other.submit(second, "/me/app-passwords", Map.of("name", "tablet"));
    assertEquals(2, house.user(BOB).appPasswords().size());
    assertEquals(5L << 20, house.user(BOB).quota().orElseThrow(), "what a command changed stays");
  }

  @Test
  void anAbsenceIsSetShownInPlainWordsAndEndedAndNoBrowserOverwritesAnother() throws Exception {
    TestBrowser browser = bob("correct horse");
    Response page = browser.get("/me/away");
    browser.submit(
        page, "/me/away", Map.of("from", "", "until", "2099-01-04", "text", "Back <b>soon</b>."));
    Response shown = browser.get("/me/away");
    String text = shown.body();
    assertTrue(text.contains("up to and including 2099-01-04"), text);
    assertFalse(text.contains("<b>soon"), text);
    Response overtaken =
        browser.submit(page, "/me/away", Map.of("from", "", "until", "", "text", "Other."));
    assertEquals(Status.CONFLICT, overtaken.status());
    Response wrong =
        browser.submit(
            shown, "/me/away", Map.of("from", "2099-02-01", "until", "2099-01-01", "text", "x"));
    assertEquals(Status.BAD_REQUEST, wrong.status());
    browser.submit(shown, "/me/away/end", Map.of());
    assertFalse(browser.get("/me/away").body().contains("2099-01-04"));
    assertTrue(deeds().contains("absence-changed"), deeds().toString());
  }

  @Test
  void aForwardIsSetAndEnded() throws Exception {
    TestBrowser browser = bob("correct horse");
    browser.submit(
        browser.get("/me/forward"),
        "/me/forward",
        Map.of("to", "bob@elsewhere.example, b@far.example", "keep", "yes"));
    var entry = (AddressEntry.Forward) addresses.entry(BOB.text()).orElseThrow();
    assertEquals(List.of("bob@elsewhere.example", "b@far.example"), entry.to());
    assertTrue(entry.keep());
    Response wrong =
        browser.submit(
            browser.get("/me/forward"), "/me/forward", Map.of("to", "|/bin/sh \"<script>"));
    assertEquals(Status.BAD_REQUEST, wrong.status());
    assertEquals(
        Status.BAD_REQUEST,
        browser
            .submit(browser.get("/me/forward"), "/me/forward", Map.of("to", BOB.text()))
            .status(),
        "to oneself");
    browser.submit(browser.get("/me/forward"), "/me/forward/end", Map.of());
    assertTrue(addresses.entry(BOB.text()).isEmpty());
  }

  @Test
  void aForwardThatACommandChangedMeanwhileIsNotOverwritten() throws Exception {
    TestBrowser browser = bob("correct horse");
    Response form = browser.get("/me/forward");
    addresses.change(
        new AddressChange.Put(
            new AddressEntry.Forward(
                BOB, List.of("command@far.example"), false, java.util.Optional.empty()),
            true));
    Response late = browser.submit(form, "/me/forward", Map.of("to", "bob@elsewhere.example"));
    assertEquals(Status.CONFLICT, late.status());
    var entry = (AddressEntry.Forward) addresses.entry(BOB.text()).orElseThrow();
    assertEquals(List.of("command@far.example"), entry.to());
  }

  @Test
  void whatTheSettingsOrThePostmasterSayOfAnAddressHolds() throws Exception {
    addresses.change(new AddressChange.Put(new AddressEntry.Discarded(BOB), true));
    TestBrowser browser = bob("correct horse");
    String token = TestBrowser.hidden(browser.get("/me"), "/signout").getOrDefault("form", "");
    browser.post("/me/forward", Map.of("form", token, "to", "bob@far.example", "version", ""));
    assertTrue(addresses.entry(BOB.text()).orElseThrow() instanceof AddressEntry.Discarded);
    addresses.change(new AddressChange.Remove(BOB.text()));
    forwarded = List.of(BOB.text());
    serve();
    TestBrowser again = bob("correct horse");
    assertTrue(again.get("/me/forward").body().contains("settings file"));
    String other = TestBrowser.hidden(again.get("/me"), "/signout").getOrDefault("form", "");
    again.post("/me/forward", Map.of("form", other, "to", "bob@far.example", "version", ""));
    assertTrue(addresses.entry(BOB.text()).isEmpty());
  }
}
