package net.facteur.server.volunteer;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.acme.CertificateLife;
import net.facteur.server.journal.Deed;
import net.facteur.server.keys.KeyEvent.Transition;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.keys.tlsa.RollState;
import net.facteur.server.language.Language;
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

/// Zones, keys and certificates, as Alice sees them who looks after the server.
class NamesPageTest {
  private static final String EVIL = "<img src=x onerror=alert(1)>\u001b[31m\u202e\"'&";
  private static final String ASK = "/server/names/ask";
  private static final String DO = "/server/names/key";

  @TempDir private Path directory = Path.of("");
  private SignInHouse house;
  private NamesHouse names;
  private TestBrowser alice;

  @BeforeEach
  void open() throws Exception {
    house = new SignInHouse(directory);
    names = new NamesHouse(() -> house.now);
    signIn();
  }

  private void signIn() throws Exception {
    var pages = new Pages(DomainName.of(SignInHouse.HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var routes = new ArrayList<Route>();
    routes.addAll(new SignInPages(pages, signed, house.random, "/me").routes());
    routes.addAll(new NamesPage(signed, names.doors()).routes());
    alice = new TestBrowser(routes, "127.0.0.1", "localhost");
    alice.submit(
        alice.get("/signin"), "/signin", Map.of("user", ALICE.text(), "password", "correct horse"));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Response page() throws Exception {
    Response page = alice.get("/server/names?domain=example.org");
    assertEquals(Status.OK, page.status());
    assertFalse(page.body().contains("<img"), page.body());
    assertFalse(page.body().contains("\u001b"), page.body());
    assertTrue(page.body().length() < 60 << 10, "a page is small: " + page.body().length());
    return page;
  }

  private List<String> deeds() throws Exception {
    return house.journal.newest(Instant.EPOCH, _ -> true, 99).stream()
        .filter(deed -> !deed.kind().equals("signed-in"))
        .map(deed -> deed.kind() + " " + deed.on())
        .toList();
  }

  /// A key that has signed for long, one in reserve, and one that was replaced.
  private void keys() {
    Instant year = house.now.minus(Duration.ofDays(300));
    names.published(year, "old", false);
    names.signs(year.plusSeconds(4000), "old", Optional.empty());
    Instant month = house.now.minus(Duration.ofDays(30));
    names.published(month, "now", false);
    names.signs(month.plusSeconds(4000), "now", Optional.of("old"));
    names.event(month.plus(Duration.ofDays(15)), "old", new Transition.Revoking());
    names.event(month.plus(Duration.ofDays(16)), "old", new Transition.Revoked());
    names.published(month.plus(Duration.ofDays(1)), "spare", true);
  }

  // ---- the zone

  @Test
  void thePageWaitsForNoNameServerAndAButtonLooks() throws Exception {
    Response before = page();
    assertTrue(before.body().contains("has not looked at this zone"), before.body());
    Response begun = alice.submit(before, "/server/names/look", Map.of());
    assertTrue(begun.body().contains("is looking at this moment"), begun.body());
    assertEquals(1, names.waiting.size());
    assertFalse(begun.body().contains("action=\"/server/names/look\""), "one look at a time");
    names.looked();
    Response after = page();
    assertTrue(after.body().contains("Last look: 2026-12-01 08:00 UTC"), after.body());
    assertEquals(List.of("zone-looked example.org"), deeds());
    alice.submit(after, "/server/names/look", Map.of());
    assertEquals(0, names.waiting.size(), "not twice within seconds");
    assertEquals(1, deeds().size());
  }

  @Test
  void eachRecordIsToldAtEachNameServerWithTheLinesToPaste() throws Exception {
    names.looks.look(NamesHouse.ORG, names.doors().looking());
    Response page = page();
    assertTrue(page.body().contains("Records that a name server lacks"), page.body());
    assertTrue(page.body().contains("jan._domainkey.example.org. 3600 IN TXT"), page.body());
    assertTrue(page.body().contains("ns0.example.org [192.0.2.53]: does not have it"), page.body());
    assertTrue(page.body().contains("ns1.example.org: gave no usable answer (no answer in time)"));
    assertTrue(page.body().contains("; Mail for example.org."), "the whole zone");
    assertTrue(page.body().contains("no usable answer to anything: ns1.example.org."), page.body());
    alice.language = "fr";
    Response french = page();
    assertTrue(french.body().contains("Collez ceci dans la zone"), french.body());
    assertTrue(french.body().contains("ns0.example.org [192.0.2.53] : ne l&#39;a pas"));
  }

  @Test
  void whatNameServersOfStrangersSayIsCleaned() throws Exception {
    names.texts = new Survey.Reply.Holds<>(List.of(TxtRecord.of(EVIL)), Duration.ZERO);
    names.looks.look(NamesHouse.ORG, names.doors().looking());
    Response page = page();
    assertTrue(page.body().contains("has something else: &lt;img src=x"), page.body());
    assertFalse(page.body().contains("\u202e"));
  }

  @Test
  void whatStandsWhereAServerAnswersIsNotToBePasted() throws Exception {
    names.texts = new Survey.Reply.Holds<>(List.of(TxtRecord.of("v=DKIM1; p=AAAA")), Duration.ZERO);
    names.looks.look(NamesHouse.ORG, names.doors().looking());
    String body = page().body();
    assertTrue(body.contains("there, as far as name servers answer"), body);
    String paste = body.substring(body.indexOf("class=\"copy\""), body.indexOf("</pre>"));
    assertFalse(paste.contains("jan._domainkey"), paste);
    assertTrue(paste.contains("_dmarc.example.org"), paste);
  }

  @Test
  void anotherDomainIsChosenAndAStrangersNever() throws Exception {
    assertTrue(
        alice.get("/server/names?domain=example.net").body().contains("The zone of example.net"));
    Response page = alice.get("/server/names?domain=evil.example");
    assertTrue(page.body().contains("The zone of example.net"), "the first one");
    String token = TestBrowser.hidden(page, "/signout").getOrDefault("form", "");
    Response no = alice.post("/server/names/look", Map.of("form", token, "domain", "evil.example"));
    assertEquals(Status.CONFLICT, no.status());
    assertEquals(0, names.waiting.size());
  }

  // ---- keys

  @Test
  void theLivesOfKeysAreDrawnAndTold() throws Exception {
    keys();
    String body = page().body();
    assertTrue(body.contains("<svg"), body);
    assertTrue(body.contains("signs: 2026-11-01 to 2027-05-02"), "the planned rotation");
    assertTrue(body.contains("retired, its record stays for mail on its way (planned)"), body);
    assertTrue(body.contains("revoked (planned): 2027-05-16 to 2027-06-15"), body);
    assertTrue(body.contains("private key made public (planned)"), body);
    assertTrue(body.contains("published everywhere, in reserve"), body);
    assertTrue(body.contains("Make the next key now"), body);
    assertTrue(body.contains("Report now as compromised"), body);
    assertTrue(body.contains("Revoke spare"), body);
    assertFalse(body.contains("Revoke now"), "the key that signs is not revoked");
    assertFalse(body.contains("Revoke old"), "it is already");
    alice.language = "fr";
    assertTrue(page().body().contains("rendue publique (prévu)"));
  }

  @Test
  void aKeyNearItsEndIsYellowWithTheLineToType() throws Exception {
    Instant long_ago = house.now.minus(Duration.ofDays(175));
    names.published(long_ago, "old", false);
    names.signs(long_ago.plusSeconds(4000), "old", Optional.empty());
    String body = page().body();
    assertTrue(body.contains("is to be replaced on 2026-12-08"), body);
    assertTrue(body.contains("facteur dkim rotate example.org"), body);
    names.event(
        house.now.minus(Duration.ofDays(3)),
        "next",
        new Transition.Generated(java.util.Set.of(net.facteur.auth.dkim.KeyType.RSA), false));
    String waiting = page().body();
    assertTrue(waiting.contains("still not every name server has its records"), waiting);
    assertFalse(waiting.contains("Make the next key now"), "one is on its way");
    assertTrue(waiting.contains("Revoke next"), "it may be given up");
  }

  @Test
  void aSecondQuestionSaysWhatHappensAndThenItIsDone() throws Exception {
    keys();
    Response sure = alice.submit(page(), ASK, Map.of("verb", "compromise", "selector", "now"));
    assertTrue(sure.body().contains("The key in reserve, spare, signs at once"), sure.body());
    assertTrue(sure.body().contains("facteur dkim compromise example.org now"), sure.body());
    assertEquals(List.of(), names.wishes);
    names.answer =
        List.of(
            Map.of("says", "spare takes over."),
            Map.of("notice", "A record to paste", "text", "x. IN TXT \"" + EVIL + "\""));
    Response done = alice.submit(sure, DO, Map.of());
    assertEquals(
        List.of(new KeyWish(KeyWish.Verb.COMPROMISE, NamesHouse.ORG, "now", ALICE.text())),
        names.wishes);
    assertTrue(done.body().contains("spare takes over."), done.body());
    assertTrue(done.body().contains("A record to paste"), done.body());
    assertFalse(done.body().contains("<img"), done.body());
    assertEquals(List.of("key-compromised now._domainkey.example.org"), deeds());
  }

  @Test
  void rotationAndRevocationAreAskedForInBothLanguages() throws Exception {
    Response first = alice.submit(page(), ASK, Map.of());
    assertTrue(first.body().contains("A first key for example.org is made"), first.body());
    keys();
    Response rotate = alice.submit(page(), ASK, Map.of());
    assertTrue(rotate.body().contains("The key in reserve, spare, signs from now on"));
    assertTrue(rotate.body().contains("stay for 14 more days"));
    alice.submit(rotate, DO, Map.of());
    assertEquals(KeyWish.Verb.ROTATE, names.wishes.getLast().verb());
    alice.language = "fr";
    Response revoke = alice.submit(page(), ASK, Map.of("verb", "revoke", "selector", "spare"));
    assertTrue(revoke.body().contains("On ne peut pas revenir en arrière"), revoke.body());
    alice.submit(revoke, DO, Map.of());
    assertEquals(KeyWish.Verb.REVOKE, names.wishes.getLast().verb());
    assertEquals(
        List.of("key-rotated example.org", "key-revoked spare._domainkey.example.org"), deeds());
  }

  @Test
  void aRefusalIsToldWithItsRemedyAndIsNoDeed() throws Exception {
    keys();
    names.answer = List.of(Map.of("refused", "It cannot be.", "remedy", "Type this."));
    Response sure = alice.submit(page(), ASK, Map.of());
    Response no = alice.submit(sure, DO, Map.of());
    assertEquals(Status.CONFLICT, no.status());
    assertTrue(no.body().contains("It cannot be.") && no.body().contains("Type this."));
    assertEquals(List.of(), deeds());
  }

  @Test
  void nothingIsDoneForAnotherSiteForAnotherWishOrLongAfterTheSignIn() throws Exception {
    keys();
    Response page = page();
    String token = TestBrowser.hidden(page, "/signout").getOrDefault("form", "");
    var fields = Map.of("domain", "example.org", "verb", "revoke", "selector", "spare");
    assertEquals(Status.FORBIDDEN, alice.post(DO, fields).status());
    for (Map<String, String> wrong :
        List.of(
            Map.of("domain", "evil.example", "verb", "rotate", "selector", ""),
            Map.of("domain", "example.org", "verb", "reveal", "selector", "old"),
            Map.of("domain", "example.org", "verb", "revoke", "selector", "../" + EVIL),
            Map.of("domain", "example.org", "verb", "rotate", "selector", "now"))) {
      var sent = new java.util.HashMap<>(wrong);
      sent.put("form", token);
      assertEquals(Status.CONFLICT, alice.post(ASK, sent).status(), wrong::toString);
      assertEquals(Status.CONFLICT, alice.post(DO, sent).status(), wrong::toString);
    }
    Response sure = alice.submit(page, ASK, Map.of("verb", "revoke", "selector", "spare"));
    house.now = house.now.plus(Duration.ofMinutes(40));
    Response again = alice.submit(sure, DO, Map.of());
    assertEquals(Status.FORBIDDEN, again.status());
    assertTrue(again.body().contains("/signin?next=/server/names"), again.body());
    assertEquals(List.of(), names.wishes);
  }

  @Test
  void aPinnedSelectorIsLeftAlone() throws Exception {
    names.pinned = Map.of(NamesHouse.ORG, "mine");
    signIn();
    String body = page().body();
    assertTrue(body.contains("The settings pin the selector mine"), body);
    assertFalse(body.contains(ASK), body);
  }

  // ---- certificates

  @Test
  void certificatesAreDrawnWithTheirRecordsAndOneNearItsEndIsYellow() throws Exception {
    assertTrue(page().body().contains("There is no certificate"));
    var past = NamesHouse.authority(house.now.minus(Duration.ofDays(80)));
    var present = NamesHouse.authority(house.now.minus(Duration.ofDays(10)));
    CertificateLife old =
        NamesHouse.life(
            past, new RollState.Active(house.now.minus(Duration.ofDays(79))), Optional.empty());
    CertificateLife next =
        NamesHouse.life(
            present, new RollState.Visible(house.now.minus(Duration.ofDays(9))), Optional.empty());
    names.certificates =
        new CertificateLife.Found(List.of(old, next), List.of(Path.of("/etc/" + EVIL)));
    String body = page().body();
    assertTrue(body.contains("The certificate for mail.example.org ends on 2026-12-11"), body);
    assertTrue(body.contains("acme.directory is not set"), body);
    assertTrue(body.contains("_25._tcp.mail.example.org. IN TLSA " + old.tlsa()), body);
    assertTrue(body.contains("ready for service"), body);
    assertTrue(body.contains("No certificate can be read from"), body);
    CertificateLife renewed =
        NamesHouse.life(
            present,
            new RollState.Active(house.now.minus(Duration.ofDays(9))),
            Optional.of(house.now.plus(Duration.ofDays(50))));
    names.certificates = new CertificateLife.Found(List.of(renewed), List.of());
    String well = page().body();
    assertFalse(well.contains("ends on 20"), well);
    assertTrue(well.contains("to be renewed: 2027-01-20 to 2027-02-19"), well);
    assertTrue(well.contains("<svg"), well);
  }

  @Test
  void everyDeedOfAKeyHasWordsInTheJournal() {
    for (KeyWish.Verb verb : KeyWish.Verb.values()) {
      var wish = new KeyWish(verb, NamesHouse.ORG, "jan", ALICE.text());
      var deed =
          new Deed(house.now, ALICE.text(), Deed.Way.PAGE, "-", wish.deed().word(), wish.on());
      assertTrue(deed.text().in(Language.ENGLISH).contains("jan._domainkey.example.org"));
    }
  }
}
