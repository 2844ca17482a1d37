package net.facteur.server.signin;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HOST;
import static net.facteur.server.signin.SignInHouse.ORIGIN;
import static net.facteur.server.signin.SignInHouse.OUTSIDE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pages of the sign-in, as a browser without scripts sees them.
class SignInPagesTest {
  private static final String OUT = "192.0.2.7";

  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private List<Route> routes = List.of();

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
    var pages = new Pages(DomainName.of(HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var all = new ArrayList<Route>();
    all.addAll(new SignInPages(pages, signed, house.random, "/mine").routes());
    all.addAll(new SecurityPages(signed, HOST).routes());
    all.add(signed.get("/mine", SignedPages.Who.MEMBER, s -> Response.text(Optional.of("mine"))));
    all.add(signed.post("/mine", SignedPages.Who.MEMBER, s -> Response.text(Optional.of("did"))));
    all.add(
        signed.get("/house", SignedPages.Who.ADMINISTRATOR, s -> Response.text(Optional.of("h"))));
    routes = List.copyOf(all);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private TestBrowser browser() {
    return new TestBrowser(routes, OUT, HOST);
  }

  private Response signIn(TestBrowser browser, String user, String password) throws Exception {
    return browser.submit(
        browser.get("/signin"), "/signin", Map.of("user", user, "password", password));
  }

  @Test
  void whoIsNobodyIsSentToTheFormAndBack() throws Exception {
    TestBrowser browser = browser();
    Response form = browser.get("/mine");
    assertEquals("/signin", browser.path);
    Response mine =
        browser.submit(form, "/signin", Map.of("user", BOB.text(), "password", "correct horse"));
    assertEquals("mine", mine.body());
    assertEquals(Status.FORBIDDEN, browser.get("/house").status());
  }

  @Test
  void theTokenOfASessionIsNewAtEachStep() throws Exception {
    TimeCode secret = house.enrol(BOB);
    TestBrowser browser = browser();
    browser.cookies.put("session", Token.make(house.random).text());
    String planted = browser.cookies.get("session");
    Response code = signIn(browser, BOB.text(), "correct horse");
    assertEquals("/signin/code", browser.path);
    assertFalse("mine".equals(browser.get("/mine").body()), "half a sign-in is none");
    Response mine =
        browser.submit(
            browser.get("/signin/code"), "/signin/code", Map.of("code", secret.at(house.now)));
    assertEquals("mine", mine.body());
    assertNotEquals(planted, browser.cookies.get("session"));
    assertTrue(code.body().contains("one-time-code"));
    assertFalse(browser.cookies.containsKey("step"));
  }

  @Test
  void theFormOfTheSignInCannotBeSentByAnotherSite() throws Exception {
    TestBrowser browser = browser();
    browser.get("/signin");
    Response refused =
        browser.post("/signin", Map.of("user", BOB.text(), "password", "correct horse"));
    assertEquals(Status.FORBIDDEN, refused.status());
    assertFalse(browser.cookies.containsKey("session"));
    Response elsewhere = browser().get("/signin");
    assertEquals(
        Status.FORBIDDEN,
        browser
            .submit(elsewhere, "/signin", Map.of("user", BOB.text(), "password", "correct horse"))
            .status(),
        "the token of another browser");
  }

  @Test
  void formsOfSignedPagesNeedTheTokenOfTheSession() throws Exception {
    TestBrowser browser = browser();
    signIn(browser, BOB.text(), "correct horse");
    assertEquals(Status.FORBIDDEN, browser.post("/mine", Map.of()).status());
    assertEquals(Status.FORBIDDEN, browser.post("/mine", Map.of("form", "x")).status());
    TestBrowser other = browser();
    signIn(other, BOB.text(), "correct horse");
    String foreign = TestBrowser.hidden(other.get("/security"), "/signout").get("form");
    assertEquals(Status.FORBIDDEN, browser.post("/mine", Map.of("form", foreign)).status());
    String own = TestBrowser.hidden(browser.get("/security"), "/signout").get("form");
    assertEquals("did", browser.post("/mine", Map.of("form", own)).body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "/mine?x=1",
        "/%0d%0aX",
        "",
        "mine"
      })
  void nobodyIsSentElsewhereAfterTheSignIn(String next) throws Exception {
    TestBrowser browser = browser();
    Response form = browser.get("/signin");
    var typed = Map.of("user", BOB.text(), "password", "correct horse", "next", next);
    var fields = new java.util.HashMap<>(TestBrowser.hidden(form, "/signin"));
    fields.putAll(typed);
    Response answer = browser.ask(Method.POST, "/signin", fields);
    assertEquals("/mine", answer.fields().get("location"));
  }

  @Test
  void anUnknownUserAWrongPasswordAndALockedUserSeeTheSamePage() throws Exception {
    house.change(ALICE, user -> user.withLock(true));
    var seen = new ArrayList<String>();
    for (String user : List.of("nobody@example.org", BOB.text(), ALICE.text(), "<script>")) {
      Response page = signIn(browser(), user, "wrong");
      assertEquals(Status.FORBIDDEN, page.status());
      seen.add(
          page.body()
              .replaceAll("value=\"[A-Za-z0-9_-]{43}\"", "")
              .replaceAll("data-options=\"[^\"]*\"", ""));
    }
    assertEquals(1, seen.stream().distinct().count());
  }

  @Test
  void anAdministratorIsToldWhatToTypeOnTheServer() throws Exception {
    Response page = signIn(browser(), ALICE.text(), "correct horse");
    assertTrue(page.body().contains("facteur web invite"), page.body());
  }

  @Test
  void aTunnelToTheMachineIsTheMachineAndAWebServerBeforeUsIsNot() throws Exception {
    var tunnel = new TestBrowser(routes, "127.0.0.1", "localhost:8443");
    assertEquals("mine", signIn(tunnel, ALICE.text(), "correct horse").body());
    assertEquals("h", tunnel.get("/house").body());
    var before = new TestBrowser(routes, "127.0.0.1", HOST);
    assertTrue(signIn(before, ALICE.text(), "correct horse").body().contains("facteur web invite"));
  }

  @Test
  void anInvitationLeadsAnAdministratorToAProofAndThenEverywhere() throws Exception {
    String link = "/invitation/" + house.invitations.invite(ALICE, house.random).text();
    TestBrowser scanner = browser();
    assertEquals(Status.OK, scanner.get(link).status(), "a scanner looks, and uses nothing up");
    assertEquals(
        Status.FORBIDDEN, scanner.ask(Method.POST, link, Map.of()).status(), "without the page");
    TestBrowser browser = browser();
    Response security = browser.submit(browser.get(link), link, Map.of());
    assertEquals("/security", browser.path);
    assertTrue(security.body().contains("role=\"alert\""));
    browser.get("/mine");
    assertEquals("/security", browser.path, "nothing else opens");
    browser.get("/house");
    assertEquals("/security", browser.path);
    Response page = browser.get("/security/code");
    Matcher secret =
        Pattern.compile("name=\"secret\" value=\"([A-Z2-7]{32})\"").matcher(page.body());
    assertTrue(secret.find());
    TimeCode code = TimeCode.parse(secret.group(1)).orElseThrow();
    String before = browser.cookies.get("session");
    Response codes = browser.submit(page, "/security/code", Map.of("code", code.at(house.now)));
    assertEquals(10, codes.body().split("<li><code>", -1).length - 1);
    assertNotEquals(before, browser.cookies.get("session"), "who is more has another token");
    assertEquals("h", browser.get("/house").body());
    assertEquals(Status.NOT_FOUND, browser().get(link).status(), "used up");
  }

  @Test
  void proofsAreNotChangedInABrowserThatWasLeftOpen() throws Exception {
    TestBrowser browser = browser();
    signIn(browser, BOB.text(), "correct horse");
    Response page = browser.get("/security/code");
    String secret = TestBrowser.hidden(page, "/security/code").getOrDefault("secret", "");
    house.now = house.now.plus(Duration.ofMinutes(31));
    Response late =
        browser.submit(
            page,
            "/security/code",
            Map.of("code", TimeCode.parse(secret).orElseThrow().at(house.now)));
    assertEquals(Status.FORBIDDEN, late.status());
    assertTrue(house.proofs.of(house.user(BOB)).isNone());
  }

  @Test
  void nothingThatAStrangerChoseIsMarkupOnAPage() throws Exception {
    var client =
        new SignIn.Client(
            OUTSIDE.address(), false, "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>");
    house.in(client, BOB);
    TestBrowser browser = browser();
    signIn(browser, BOB.text(), "correct horse");
    var visitor =
        house
            .signIn
            .visitor(
                OUTSIDE, Token.parse(browser.cookies.getOrDefault("session", "")).orElseThrow())
            .orElseThrow();
    var device = new SoftDevice();
    String options = house.signIn.passkeyCreation(visitor, HOST, ORIGIN);
    assertTrue(
        house.signIn.addPasskey(
            OUTSIDE,
            visitor,
            HOST,
            ORIGIN,
            "<b onclick=alert(1)>key</b>",
            device.create(options, ORIGIN)));
    Response page = browser.get("/security");
    assertFalse(page.body().contains("<script"), page.body());
    assertFalse(page.body().contains("<b "), page.body());
    assertFalse(page.body().contains("<img"), page.body());
    assertTrue(page.body().contains("&lt;b onclick"), "it is shown");
  }

  @Test
  void scriptsAreAllowedOnPagesWithPasskeysAndOnNoOther() throws Exception {
    TestBrowser browser = browser();
    Response form = browser.get("/signin");
    assertTrue(
        form.fields().getOrDefault("content-security-policy", "").endsWith("; script-src 'self'"));
    signIn(browser, BOB.text(), "correct horse");
    assertFalse(browser.get("/security").fields().containsKey("content-security-policy"));
    assertTrue(browser.get("/security/passkeys").fields().containsKey("content-security-policy"));
  }

  @Test
  void sessionsAreListedAndEndedOneByOneOrAllOthers() throws Exception {
    TestBrowser telephone = browser();
    TestBrowser library = browser();
    TestBrowser own = browser();
    for (TestBrowser each : List.of(telephone, library, own)) {
      signIn(each, BOB.text(), "correct horse");
    }
    Response page = own.get("/security");
    assertEquals(3, page.body().split("Firefox, Linux", -1).length - 1);
    own.submit(page, "/security/sessions/end", Map.of());
    assertEquals(2, house.sessions.list(Optional.of(BOB), house.signIn.life()).size());
    own.submit(own.get("/security"), "/security/sessions/end-others", Map.of());
    assertEquals("mine", own.get("/mine").body());
    telephone.get("/mine");
    assertEquals("/signin", telephone.path);
    own.submit(own.get("/security"), "/signout", Map.of());
    own.get("/mine");
    assertEquals("/signin", own.path);
    assertFalse(own.cookies.containsKey("session"));
  }

  @Test
  void nobodyEndsTheSessionOfSomebodyElse() throws Exception {
    TestBrowser bob = browser();
    signIn(bob, BOB.text(), "correct horse");
    var alice = house.in(SignInHouse.HERE, ALICE);
    String form = TestBrowser.hidden(bob.get("/security"), "/signout").get("form");
    bob.post("/security/sessions/end", Map.of("form", form, "id", alice.session().id()));
    assertTrue(house.visitor(SignInHouse.HERE, alice).isPresent());
  }

  @Test
  void thePagesSpeakFrench() throws Exception {
    TestBrowser browser = browser();
    browser.language = "fr-FR,fr;q=0.9";
    assertTrue(browser.get("/signin").body().contains("Mot de passe"));
  }
}
