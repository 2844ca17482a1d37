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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueOperator;
import net.facteur.server.doctor.Examination;
import net.facteur.server.doctor.Finding;
import net.facteur.server.journal.Deed;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.letter.LetterPart.Said;
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

  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private List<Route> routes = List.of();
  private final List<Finding> found = new ArrayList<>();
  private Counts waiting = new Counts(3, 0, 0);
  private Duration oldest = Duration.ofMinutes(5);
  private Said part = new Said.Calm(Text.of("The disk has room."));
  private Optional<Examination.Examined> last = Optional.empty();

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
                    () -> house.now))
            .routes());
    routes = List.copyOf(all);
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
            (_, method, _) ->
                switch (method.getName()) {
                  case "summary" ->
                      new Summary(
                          house.now, 1, waiting, Optional.of(house.now.minus(oldest)), List.of());
                  default -> throw new UnsupportedOperationException(method.getName());
                });
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
      String path = route.path().toString().replaceAll("\\{[^}]*}", "0ABC");
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
}
