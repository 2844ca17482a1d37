package net.facteur.server.volunteer;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.Fact;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Attempt;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.JournalEntry;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueInspector.Sent;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.addresses.AddressRules;
import net.facteur.server.addresses.AddressStore;
import net.facteur.server.addresses.AddressesFile;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.config.Settings;
import net.facteur.server.destinations.ProvidersInLetter;
import net.facteur.server.destinations.SampleDestinations;
import net.facteur.server.doctor.Examination;
import net.facteur.server.doctor.Finding;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart.Said;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.mailbox.MailboxSettings;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.routing.AddressTables;
import net.facteur.server.routing.Addresses;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.settings.Reference;
import net.facteur.server.signin.InvitationLink;
import net.facteur.server.signin.SignInHouse;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.sources.SampleSurveys;
import net.facteur.server.web.Method;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.TestBrowser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Alice sees, who looks after the server, and nobody else.
class VolunteerPagesTest {
  private static final String EVIL = "<img src=x onerror=alert(1)>\u001b[31m\u202e\"'&";

  private static final QueueId ID = QueueId.next(() -> Instant.EPOCH, new java.util.Random(1));

  private final List<String> acts = new ArrayList<>();
  private List<Sent> held = List.of();
  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private final NamesHouse names = new NamesHouse(() -> house.now);
  private List<Route> routes = List.of();
  private final List<Finding> found = new ArrayList<>();
  private Counts waiting = new Counts(3, 0, 0);
  private Duration oldest = Duration.ofMinutes(5);
  private Said part = new Said.Calm(Text.of("The disk has room."));
  private Optional<Examination.Examined> last = Optional.empty();
  private Optional<ProvidersInLetter.Kept> destinations = Optional.empty();

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
    var pages = new Pages(DomainName.of(HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var all = new ArrayList<Route>();
    all.addAll(new SignInPages(pages, signed, house.random, "/me").routes());
    all.addAll(
        VolunteerPages.of(
                pages,
                house.signIn,
                "/me",
                new VolunteerPages.House(
                    queue(),
                    List.of((_, _) -> part),
                    new Doctor(),
                    () -> SampleSurveys.open(directory),
                    house.journal,
                    new Mail(),
                    Map.of("second", "relay:smtp.example.net:587"),
                    new DestinationPages.Doors(() -> destinations, Explanations.shipped()),
                    new ProtectionPages.Doors(
                        queue(),
                        new Sending(),
                        house.accounts::user,
                        house.accounts::change,
                        this::quarantine),
                    people(),
                    names.doors(),
                    new SettingsPage.Doors(
                        Reference.SCHEMA,
                        () ->
                            new SettingsPage.Checked(
                                Settings.DEFAULTS, List.of(), List.of(), List.of(), List.of())),
                    new RolesPage.Doors(roles(), 30),
                    () -> house.now))
            .routes());
    routes = List.copyOf(all);
  }

  private net.facteur.server.roles.RoleStore roles() {
    return new net.facteur.server.roles.RoleStore(
        net.facteur.server.roles.RolesFile.beside(house.users.path()),
        () -> house.now,
        java.time.ZoneOffset.UTC);
  }

  private PeopleDoors people() {
    return new PeopleDoors(
        house.accounts::names,
        house.accounts::user,
        house.accounts::change,
        name -> InvitationLink.of(Settings.DEFAULTS, name, house.signIn.invite(name)),
        new Sending(),
        MailboxSettings.of(directory.resolve("mail"), HOST),
        LastLogins.beside(house.users.path()),
        new AddressStore(AddressesFile.beside(house.users.path()), () -> house.now),
        new AddressRules(Set.of(), new AddressTables(Addresses.NONE), _ -> true),
        RoutingSettings.of());
  }

  @AfterEach
  void close() {
    house.close();
  }

  private QueueOperator queue() {
    return (QueueOperator)
        Proxy.newProxyInstance(
            VolunteerPagesTest.class.getClassLoader(),
            new Class<?>[] {QueueOperator.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "summary" ->
                      new Summary(
                          house.now,
                          1,
                          waiting,
                          Optional.of(house.now.minus(oldest)),
                          List.of(),
                          List.of());
                  case "list" -> List.of(listed());
                  case "find" -> List.of(ID);
                  case "show" -> arguments[0].equals(ID) ? Optional.of(shown()) : Optional.empty();
                  case "refusals" ->
                      List.of(new Refusal(house.now, EVIL, EVIL, EVIL, "550 " + EVIL));
                  case "held" -> held;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private Listed listed() {
    return new Listed(
        ID,
        house.now,
        100,
        EVIL,
        EVIL,
        EVIL,
        new Counts(1, 0, 0),
        Optional.empty(),
        1,
        Optional.of(EVIL),
        false);
  }

  private Shown shown() {
    var remote = new RemoteHost(EVIL, EVIL, EVIL);
    var attempt =
        new Attempt(
            1, house.now, Duration.ZERO, EVIL, "4.0.0", EVIL.repeat(200), Optional.of(remote));
    var recipient =
        new ShownRecipient(
            1,
            EVIL,
            EVIL.repeat(50),
            new Destination("example.net"),
            RecipientState.QUEUED,
            house.now,
            1,
            false,
            Optional.of(EVIL),
            Collections.nCopies(10, attempt));
    return new Shown(
        ID,
        house.now,
        Optional.empty(),
        100,
        EVIL,
        "",
        false,
        false,
        "",
        Optional.empty(),
        Optional.of(EVIL),
        List.of(new Fact("helo", EVIL)),
        List.of(new JournalEntry(house.now, "hold", EVIL)),
        List.of(),
        Collections.nCopies(30, recipient));
  }

  private final class Mail implements ServerControl.QueueControl {
    @Override
    public Optional<Text> read(ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Text> act(ControlRequest.QueueAct act, Consumer<Map<String, Object>> out) {
      acts.add((act.action() + " " + act.selection().ids() + " " + act.to()).strip());
      return Optional.empty();
    }
  }

  private final class Sending implements ServerControl.SendingControl {
    @Override
    public Optional<Text> act(SendingWishes.Wish wish, Consumer<Map<String, Object>> out) {
      acts.add(wish.verb() + " " + wish.account());
      return Optional.empty();
    }

    @Override
    public void show(String account, Consumer<Map<String, Object>> out) {
      throw new UnsupportedOperationException();
    }
  }

  private Optional<Text> quarantine(
      QuarantineWish wish, Language language, Consumer<Map<String, Object>> out) {
    if (wish.verb() == QuarantineWish.Verb.LIST || wish.verb() == QuarantineWish.Verb.SHOW) {
      out.accept(
          Map.of(
              "id",
              ID.text(),
              "received",
              "2026-12-01T06:00:00Z",
              "reason",
              EVIL,
              "subject",
              "The secret " + EVIL,
              "from",
              EVIL,
              "origin",
              EVIL,
              "reverse-path",
              EVIL,
              "until",
              "2026-12-31T06:00:00Z",
              "recipients",
              List.of(Map.of("to", EVIL, "state", "kept"))));
      return Optional.empty();
    }
    acts.add(wish.verb() + " " + wish.id() + (wish.harmful() ? " harmful" : "") + " " + language);
    return Optional.empty();
  }

  private final class Doctor implements Examination {
    @Override
    public Optional<Examined> last() {
      return last;
    }

    @Override
    public List<Finding> examine(Optional<Instant> oldestQueued) {
      last = Optional.of(new Examined(house.now, found));
      return found;
    }
  }

  private TestBrowser alice() throws Exception {
    var browser = new TestBrowser(routes, "127.0.0.1", "localhost");
    return in(browser, ALICE.text());
  }

  private TestBrowser bob() throws Exception {
    return in(new TestBrowser(routes, "192.0.2.7", HOST), BOB.text());
  }

  private static TestBrowser in(TestBrowser browser, String name) throws Exception {
    browser.submit(
        browser.get("/signin"), "/signin", Map.of("user", name, "password", "correct horse"));
    return browser;
  }

  private List<Deed> deeds() throws Exception {
    return house.journal.newest(Instant.EPOCH, _ -> true, 99);
  }

  private static void clean(Response page) {
    assertEquals(Status.OK, page.status());
    assertFalse(page.body().contains("<img"), page.body());
    assertFalse(page.body().contains("\u001b"), page.body());
    assertFalse(page.body().contains("\u202e"), page.body());
    assertTrue(page.body().length() < 60 << 10, "a page is small");
  }

  @Test
  void membersAndStrangersSeeNothing() throws Exception {
    TestBrowser bob = bob();
    var stranger = new TestBrowser(routes, "192.0.2.9", HOST);
    // Alice from outside, without a second proof.
    TestBrowser outside = in(new TestBrowser(routes, "192.0.2.8", HOST), ALICE.text());
    int seen = 0;
    for (Route route : routes) {
      String path = route.path().toString().replaceAll("\\{[^}]*}", ID.text());
      if (!path.startsWith("/server")) {
        continue;
      }
      seen++;
      Method method = route.method();
      assertEquals(Status.FORBIDDEN, bob.ask(method, path, Map.of()).status(), path);
      for (TestBrowser other : List.of(stranger, outside)) {
        Response answer = other.ask(method, path, Map.of());
        assertTrue(answer.status() != Status.OK, path);
        assertFalse(answer.body().contains("The disk has room"), path);
      }
    }
    assertTrue(seen >= 4, "all were asked");
    assertFalse(deeds().stream().anyMatch(deed -> deed.kind().equals("examined")));
  }

  @Test
  void todaySaysWhatNeedsAHandInBothLanguages() throws Exception {
    TestBrowser alice = alice();
    Response well = alice.get("/server");
    clean(well);
    assertTrue(well.body().contains("All is well. There is nothing to do."), well.body());
    assertTrue(well.body().contains("Mail flows. On their way at the moment: 3."), well.body());
    oldest = Duration.ofDays(2);
    waiting = new Counts(3, 0, 1);
    part = new Said.News(Text.of(EVIL), List.of(Text.of(EVIL)));
    Response ill = alice.get("/server");
    clean(ill);
    assertFalse(ill.body().contains("All is well"), ill.body());
    assertTrue(ill.body().contains("more than a day"), ill.body());
    assertTrue(ill.body().contains("damaged on the disk: 1"), ill.body());
    alice.language = "fr";
    assertTrue(alice.get("/server").body().contains("Ce qui demande une main"));
  }

  @Test
  void todayLeadsToTheZoneThatLacksARecord() throws Exception {
    TestBrowser alice = alice();
    assertFalse(alice.get("/server").body().contains("/server/names?domain="));
    names.looks.look(NamesHouse.ORG, names.doors().looking());
    Response lacks = alice.get("/server");
    clean(lacks);
    assertTrue(lacks.body().contains("Records that a name server of example.org lacks"));
    assertTrue(lacks.body().contains("href=\"/server/names?domain=example.org\""), lacks.body());
    assertFalse(lacks.body().contains("All is well"), lacks.body());
    alice.language = "fr";
    assertTrue(alice.get("/server").body().contains("Les lignes à coller sont là"));
  }

  @Test
  void anExaminationShowsWhatToPaste() throws Exception {
    found.add(
        new Finding(
            "spf",
            Text.of(EVIL),
            Finding.Level.ERROR,
            Text.of("no record"),
            List.of(Text.of("example.org. TXT \"v=spf1 mx -all\""), Text.of(EVIL))));
    TestBrowser alice = alice();
    Response before = alice.get("/server");
    assertTrue(before.body().contains("has not examined itself"), before.body());
    Response after = alice.submit(before, "/server/examine", Map.of());
    clean(after);
    assertTrue(after.body().contains("class=\"copy\""), after.body());
    assertTrue(after.body().contains("v=spf1 mx -all"), after.body());
    assertTrue(deeds().stream().anyMatch(deed -> deed.kind().equals("examined")));
  }

  @Test
  void aFormOfAnotherSiteDoesNothing() throws Exception {
    TestBrowser alice = alice();
    assertEquals(Status.FORBIDDEN, alice.post("/server/examine", Map.of()).status());
    assertEquals(Optional.empty(), last);
  }

  @Test
  void reportsAreDrawnAndSaid() throws Exception {
    TestBrowser alice = alice();
    assertTrue(alice.get("/server/reports").body().contains("No reports have come yet"));
    house.now = SampleSurveys.keep(directory, EVIL);
    alice = alice();
    Response page = alice.get("/server/reports");
    clean(page);
    assertTrue(page.body().contains("<svg"), page.body());
    assertTrue(page.body().contains("Mail in the name of example.org"), page.body());
    assertTrue(page.body().contains("Who sends in this name"), page.body());
  }

  @Test
  void theJournalIsSearched() throws Exception {
    house.journal.page(
        BOB.text(), InetAddress.getLoopbackAddress(), Deed.Kind.APP_PASSWORD_MADE, EVIL);
    house.journal.page(
        ALICE.text(), InetAddress.getLoopbackAddress(), Deed.Kind.FORWARD_CHANGED, "carol");
    TestBrowser alice = alice();
    Response all = alice.get("/server/journal");
    clean(all);
    assertTrue(all.body().contains("changed the forward"), all.body());
    Response his = alice.get("/server/journal?q=bob");
    assertFalse(his.body().contains("changed the forward"), his.body());
    clean(alice.get("/server/journal?q=" + EVIL.replaceAll("[&=]", "")));
  }

  @Test
  void aMessageIsFoundAndItsLifeToldAndTheLookIsInTheJournal() throws Exception {
    TestBrowser alice = alice();
    Response waits = alice.get("/server/mail");
    clean(waits);
    assertTrue(waits.body().contains("/server/message/" + ID.text()), waits.body());
    Response found = alice.get("/server/mail?q=bob@example.org");
    clean(found);
    assertTrue(found.body().contains("refused"), found.body());
    assertFalse(deeds().stream().anyMatch(deed -> deed.kind().equals("mail-seen")));
    Response message = alice.get("/server/mail?q=" + ID.text());
    assertEquals("/server/message/" + ID.text(), alice.path);
    clean(message);
    assertTrue(message.body().contains("Recipients that are not shown here: 15."));
    Deed look = deeds().getLast();
    assertEquals("mail-seen", look.kind());
    assertEquals(ID.text(), look.on());
    assertEquals(ALICE.text(), look.by());
    assertEquals(Status.NOT_FOUND, alice.get("/server/message/nothing").status());
  }

  @Test
  void aQueuedMessageIsTriedHeldReleasedAndReturned() throws Exception {
    TestBrowser alice = alice();
    Response page = alice.get("/server/message/" + ID.text());
    String token = TestBrowser.hidden(page, "/signout").getOrDefault("form", "");
    for (String action : List.of("retry", "hold", "release", "remove", "")) {
      alice.post("/server/queue", Map.of("form", token, "id", ID.text(), "action", action));
    }
    Response sure = alice.get("/server/bounce/" + ID.text());
    assertTrue(sure.body().contains("Are you sure?"));
    assertEquals(3, acts.size());
    alice.submit(sure, "/server/queue", Map.of());
    String on = " [" + ID.text() + "]";
    assertEquals(List.of("RETRY" + on, "HOLD" + on, "RELEASE" + on, "BOUNCE" + on), acts);
    List<String> kinds = deeds().stream().map(Deed::kind).toList();
    assertTrue(
        kinds.containsAll(
            List.of("queue-retried", "queue-held", "queue-released", "queue-bounced")),
        kinds.toString());
    assertEquals(
        Status.FORBIDDEN,
        alice.post("/server/queue", Map.of("id", ID.text(), "action", "hold")).status(),
        "without the token of the session");
    assertEquals(4, acts.size());
  }

  @Test
  void aQueuedMessageIsMovedToARouteOrAHost() throws Exception {
    TestBrowser alice = alice();
    String path = "/server/move/" + ID.text();
    assertTrue(alice.get("/server/message/" + ID.text()).body().contains(path));
    Response form = alice.get(path);
    clean(form);
    assertTrue(form.body().contains("second (relay:smtp.example.net:587)"), form.body());
    alice.submit(form, "/server/queue", Map.of("way", "relay:smtp.example.net:587", "host", ""));
    alice.submit(form, "/server/queue", Map.of("way", "", "host", "other.example.net:2525"));
    alice.submit(form, "/server/queue", Map.of("way", "", "host", "mx:example.com"));
    String on = "MOVE [" + ID.text() + "] ";
    assertEquals(
        List.of(
            on + "relay:smtp.example.net:587",
            on + "relay:other.example.net:2525",
            on + "mx:example.com"),
        acts);
    for (String wrong : List.of("", "nowhere:unknown", "<script>", "discard:address")) {
      Response no = alice.submit(form, "/server/queue", Map.of("way", "", "host", wrong));
      assertEquals(Status.BAD_REQUEST, no.status(), wrong);
      assertFalse(no.body().contains("<script"), no.body());
    }
    assertEquals(3, acts.size());
    assertTrue(deeds().stream().anyMatch(deed -> deed.kind().equals("queue-moved")));
    alice.language = "fr";
    assertTrue(alice.get(path).body().contains("Le déplacer vers une autre machine"));
    assertEquals(Status.NOT_FOUND, alice.get("/server/move/nothing").status());
  }

  @Test
  void destinationsAreDrawnAndWhatTheySaidIsExplained() throws Exception {
    TestBrowser alice = alice();
    assertTrue(alice.get("/server/destinations").body().contains("No mail left this server"));
    SampleDestinations.keep(directory, house.now, EVIL);
    destinations = Optional.of(SampleDestinations.open(directory, house.now));
    Response all = alice.get("/server/destinations");
    clean(all);
    assertTrue(all.body().contains("<svg"), all.body());
    assertTrue(all.body().contains("?name=microsoft"), all.body());
    destinations = Optional.of(SampleDestinations.open(directory, house.now));
    Response one = alice.get("/server/destinations?name=microsoft");
    clean(one);
    assertTrue(one.body().contains("What it said last"), one.body());
    assertTrue(one.body().contains("block list"), one.body());
    assertTrue(one.body().contains("It asked for less mail"), one.body());
    destinations = Optional.of(SampleDestinations.open(directory, house.now));
    alice.language = "fr";
    Response french = alice.get("/server/destinations");
    clean(french);
    assertTrue(french.body().contains("Où va notre courrier"), french.body());
  }

  @Test
  void aHeldAccountIsReleasedDroppedAndLocked() throws Exception {
    held =
        List.of(
            new Sent(ID, house.now, BOB.text() + "/phone", EVIL, 3, 2, Optional.of(EVIL)),
            new Sent(ID, house.now, EVIL, EVIL, 3, 2, Optional.of(EVIL)));
    TestBrowser alice = alice();
    Response page = alice.get("/server/protection");
    clean(page);
    assertTrue(page.body().contains("bob@example.org/phone"), page.body());
    String token = TestBrowser.hidden(page, "/signout").getOrDefault("form", "");
    String account = BOB.text() + "/phone";
    Response sure = alice.post("/server/account/drop", Map.of("form", token, "account", account));
    assertTrue(sure.body().contains("Are you sure?"), sure.body());
    assertEquals(List.of(), acts);
    alice.submit(sure, "/server/account", Map.of());
    for (String verb : List.of("release", "lock", "hold")) {
      alice.post("/server/account", Map.of("form", token, "account", account, "verb", verb));
    }
    assertEquals(List.of("DROP " + account, "RELEASE " + account), acts);
    assertTrue(house.user(BOB).locked());
    List<String> kinds = deeds().stream().map(Deed::kind).toList();
    assertTrue(
        kinds.containsAll(List.of("account-dropped", "account-released", "account-locked")),
        kinds.toString());
    alice.post("/server/account", Map.of("account", account, "verb", "release"));
    assertEquals(2, acts.size(), "without the token of the session");
  }

  @Test
  void aMessageInQuarantineIsLookedAtReleasedAndRemoved() throws Exception {
    TestBrowser alice = alice();
    Response list = alice.get("/server/protection");
    clean(list);
    assertFalse(list.body().contains("The secret"), "subjects stand in no list");
    String path = "/server/quarantine/" + ID.text();
    Response message = alice.get(path);
    clean(message);
    assertEquals("mail-seen", deeds().getLast().kind());
    alice.submit(message, "/server/quarantine", Map.of());
    alice.submit(message, "/server/quarantine", Map.of("harmful", "yes"));
    Response sure = alice.get("/server/quarantine/drop/" + ID.text());
    assertTrue(sure.body().contains("Are you sure?"));
    alice.submit(sure, "/server/quarantine", Map.of());
    assertEquals(3, acts.size(), acts.toString());
    assertTrue(acts.get(0).startsWith("RELEASE " + ID.text()), acts.toString());
    assertFalse(acts.get(0).contains("harmful"), acts.toString());
    assertTrue(acts.get(1).contains("harmful"), acts.toString());
    assertTrue(acts.get(2).startsWith("DROP"), acts.toString());
    List<String> kinds = deeds().stream().map(Deed::kind).toList();
    assertTrue(kinds.containsAll(List.of("mail-released", "mail-dropped")), kinds.toString());
  }

  @Test
  void aRoleIsHandedOverAndNobodyOverwritesWhatAnotherDid() throws Exception {
    net.facteur.server.roles.RoleStore store = roles();
    var address =
        net.facteur.server.accounts.UserName.parse("president@" + BOB.domain().text())
            .orElseThrow();
    store.change(
        new net.facteur.server.roles.RoleChange.HandOver(
            address,
            new net.facteur.server.roles.Term(
                ALICE.text(), java.time.LocalDate.parse("2020-01-01"), Optional.empty(), 0)),
        Optional.empty());
    close();
    open();
    TestBrowser alice = alice();
    Response page = alice.get("/server/roles");
    clean(page);
    assertTrue(page.body().contains("Today: " + ALICE.text()), page.body());
    Map<String, String> wish = Map.of("to", BOB.text(), "from", "2099-01-01");
    alice.submit(page, "/server/roles", wish);
    assertTrue(alice.get("/server/roles").body().contains("2099-01-01"));
    assertEquals(Status.CONFLICT, alice.submit(page, "/server/roles", wish).status());
    assertEquals(
        Status.BAD_REQUEST,
        alice.submit(alice.get("/server/roles"), "/server/roles", Map.of("to", "|x")).status());
    assertTrue(
        deeds().stream().map(Deed::kind).toList().contains("role-changed"), deeds().toString());
  }

  @Test
  void aUserIsLockedAndUnlockedAndNobodyLocksHimself() throws Exception {
    TestBrowser alice = alice();
    Response page = alice.get("/server/people?q=bob");
    clean(page);
    assertFalse(page.body().contains("value=\"" + ALICE.text()), "another one");
    alice.submit(page, "/server/people/lock", Map.of());
    assertTrue(house.user(BOB).locked());
    Response locked = alice.get("/server/people?q=bob");
    assertTrue(locked.body().contains("no login is taken"), locked.body());
    alice.submit(locked, "/server/people/lock", Map.of());
    assertFalse(house.user(BOB).locked());
    Response herself =
        alice.submit(locked, "/server/people/lock", Map.of("user", ALICE.text(), "lock", "yes"));
    assertEquals(Status.CONFLICT, herself.status());
    assertFalse(house.user(ALICE).locked());
    List<String> kinds = deeds().stream().map(Deed::kind).toList();
    assertTrue(kinds.containsAll(List.of("account-locked", "account-unlocked")), kinds.toString());
  }
}
