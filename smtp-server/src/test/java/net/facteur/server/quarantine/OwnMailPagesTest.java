package net.facteur.server.quarantine;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.Destination;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Own;
import net.facteur.queue.QueueInspector.OwnMessage;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.RecipientState;
import net.facteur.server.filter.Handling;
import net.facteur.server.language.Language;
import net.facteur.server.member.OwnMailPages;
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

/// Where the mail of a user is, as the user sees it.
class OwnMailPagesTest {
  private static final String EVIL = "<img src=x onerror=alert(1)>\u001b[31m\u202e";

  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private QuarantineBench bench = new QuarantineBench(directory);
  private final List<OwnMessage> sent = new ArrayList<>();
  private final List<OwnMessage> came = new ArrayList<>();
  private Optional<Instant> until = Optional.empty();
  private List<Route> routes = List.of();

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
    bench = new QuarantineBench(directory);
    var queue =
        (QueueInspector)
            Proxy.newProxyInstance(
                OwnMailPagesTest.class.getClassLoader(),
                new Class<?>[] {QueueInspector.class},
                (_, method, arguments) ->
                    switch (method.getName()) {
                      case "own" ->
                          arguments[0].equals(BOB.text())
                              ? new Own(sent, came, until)
                              : new Own(List.of(), List.of(), Optional.empty());
                      case "sent" -> List.of();
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    var pages = new Pages(DomainName.of(HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var all = new ArrayList<Route>();
    all.addAll(new SignInPages(pages, signed, house.random, "/me/mail").routes());
    all.addAll(
        new OwnMailPages(signed, queue, bench.store, bench.releases(), () -> house.now).routes());
    routes = List.copyOf(all);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private TestBrowser bob() throws Exception {
    var browser = new TestBrowser(routes, "192.0.2.7", HOST);
    browser.submit(
        browser.get("/signin"), "/signin", Map.of("user", BOB.text(), "password", "correct horse"));
    return browser;
  }

  private OwnMessage message(String id, ShownRecipient... recipients) {
    return new OwnMessage(
        new QueueId(id), house.now, Optional.of("kept " + EVIL), List.of(recipients));
  }

  private ShownRecipient recipient(String from, String to, String last) {
    return new ShownRecipient(
        1,
        from,
        to,
        new Destination("example.net"),
        RecipientState.FAILED,
        house.now,
        1,
        false,
        Optional.of(last),
        List.of());
  }

  @Test
  void aUserReleasesAndRemovesWhatIsInQuarantineForHimAndNothingElse() throws Exception {
    QueueId own = bench.keep("bob", "erin");
    QueueId erins = bench.keep("erin");
    QueueId virus = bench.keep(Handling.Cause.VIRUS, true, "bob");
    TestBrowser browser = bob();
    Response page = browser.get("/me/mail");
    assertTrue(page.body().contains(own.text()));
    assertFalse(page.body().contains(erins.text()), "hers");
    assertFalse(page.body().contains("<b>"), "a stranger wrote the subject");
    assertTrue(page.body().contains("A bill?[31m &lt;b&gt;"), page.body());
    String token = TestBrowser.hidden(page, "/signout").getOrDefault("form", "");
    browser.post("/me/quarantine/release", Map.of("form", token, "id", own.text()));
    assertEquals(1, bench.queued.size());
    assertEquals(
        List.of("bob@example.org"),
        bench.queued.getFirst().envelopes().stream()
            .flatMap(envelope -> envelope.recipients().stream())
            .map(one -> one.address().text())
            .toList(),
        "not to Erin");
    assertEquals(
        Status.CONFLICT,
        browser.post("/me/quarantine/release", Map.of("form", token, "id", erins.text())).status());
    assertEquals(
        Status.CONFLICT,
        browser.post("/me/quarantine/release", Map.of("form", token, "id", virus.text())).status(),
        "harmful");
    browser.post("/me/quarantine/drop", Map.of("form", token, "id", erins.text()));
    assertTrue(bench.store.find(erins).orElseThrow().recipients().getFirst().fate().open());
    browser.post("/me/quarantine/drop", Map.of("form", token, "id", virus.text()));
    assertFalse(browser.get("/me/mail").body().contains(virus.text()));
    assertEquals(1, bench.queued.size());
  }

  @Test
  void ofAMessageToSeveralAUserSeesHisOwnCopy() throws Exception {
    came.add(
        message(
            "01K9Z3F6Q2ABCDEF",
            recipient("zoe@far.example", BOB.text(), "550 " + EVIL),
            recipient("zoe@far.example", ALICE.text(), "550 hers")));
    came.add(
        message(
            "01K9Z3F6Q2ABCDEG",
            recipient(BOB.text(), "secret@far.example", "550 forged in the name of Bob")));
    String page = bob().get("/me/mail").body();
    assertTrue(page.contains("01K9Z3F6Q2ABCDEF"));
    assertFalse(page.contains("hers"), "of somebody else");
    assertFalse(page.contains("secret@far.example"), "he did not send it");
    assertFalse(page.contains("kept "), "why it was kept back is its sender's business");
    assertFalse(page.contains("looked through"), "all was");
    assertFalse(page.contains("<img"), page);
    assertFalse(page.contains("\u001b") || page.contains("\u202e"), "no control characters");
  }

  @Test
  void whatOneSentIsShownWithWhyItWasKeptBackAndHowFarTheLookWent() throws Exception {
    sent.add(
        message(
            "01K9Z3F6Q2ABCDEF",
            recipient(BOB.text(), "a@far.example", "550 no"),
            recipient(BOB.text(), "b@far.example", "550 no")));
    until = Optional.of(house.now);
    String page = bob().get("/me/mail").body();
    assertTrue(page.contains("a@far.example") && page.contains("b@far.example"), page);
    assertTrue(page.contains("kept &lt;img"), page);
    assertTrue(page.contains("was looked through"), page);
  }

  @Test
  void aCopyOfTheDataIsOnesOwn() throws Exception {
    Response data = bob().get("/me/data");
    assertTrue(data.body().contains("\"user\" : \"bob@example.org\""), data.body());
    assertTrue(data.type().startsWith("application/json"));
    assertFalse(data.body().contains(ALICE.text()));
  }
}
