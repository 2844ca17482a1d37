package net.facteur.server.volunteer;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static net.facteur.server.signin.SignInHouse.BOB;
import static net.facteur.server.signin.SignInHouse.HOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.server.accounts.Restriction;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.web.Response;
import net.facteur.server.web.Status;
import net.facteur.server.web.TestBrowser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Alice does, who looks after the server, with the accounts and addresses of others.
class PeoplePagesTest {
  private static final UserName CAROL = UserName.parse("carol@example.net").orElseThrow();
  private static final String BOBS = "/server/person?user=bob%40example.org";

  @TempDir private Path directory = Path.of("");
  private PeopleBench bench;

  PeoplePagesTest() throws Exception {}

  @BeforeEach
  void open() throws Exception {
    bench =
        new PeopleBench(
            directory,
            """
            aliases { "set@example.org" = "alice@example.org" }
            """);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private User bob() {
    return bench.house.user(BOB);
  }

  /// Fills in the form of one part of the page about Bob.
  private static Response change(
      TestBrowser browser, Response page, PersonPart part, Map<String, String> typed)
      throws Exception {
    Matcher form =
        Pattern.compile(
                "name=\"part\" value=\"" + part.word() + "\">.*?name=\"version\" value=\"([^\"]*)",
                Pattern.DOTALL)
            .matcher(page.body());
    assertTrue(form.find(), page.body());
    var fields = new java.util.HashMap<>(typed);
    fields.put("form", TestBrowser.hidden(page, "/signout").getOrDefault("form", ""));
    fields.put("user", BOB.text());
    fields.put("part", part.word());
    fields.put("version", form.group(1));
    return browser.post(PersonPage.CHANGE, fields);
  }

  private static void clean(Response page) {
    assertTrue(page.body().length() < 60 << 10, "a page is small");
    assertFalse(page.body().contains("<script"), "and works without scripts");
  }

  @Test
  void somebodyIsAddedByALinkAndChoosesThePassword() throws Exception {
    TestBrowser alice = bench.alice();
    Response added =
        alice.submit(
            alice.get(NewPersonPage.ADD),
            NewPersonPage.ADD,
            Map.of("user", "Carol@Example.net", "quota", "2 GiB", "contact", "c@far.example"));
    assertEquals(Status.OK, added.status(), added.body());
    clean(added);
    assertTrue(added.body().contains("carol@example.net has an account now"), added.body());
    User carol = bench.house.user(CAROL);
    assertEquals(Optional.of(2L << 30), carol.quota());
    assertTrue(carol.password().isEmpty(), "nobody typed one");
    Matcher link =
        Pattern.compile("https://mail.example.org(/invitation/[^<]+)").matcher(added.body());
    assertTrue(link.find(), added.body());
    assertFalse(
        alice.get("/server/person?user=carol%40example.net").body().contains(link.group(1)),
        "the link is shown once");
    TestBrowser hers = bench.browser("192.0.2.9", HOST);
    hers.submit(hers.get(link.group(1)), link.group(1), Map.of());
    String password = "quatre poules dans le pre";
    Response set =
        hers.submit(
            hers.get("/me/password"), "/me/password", Map.of("new", password, "again", password));
    assertEquals(Status.OK, set.status(), set.body());
    TestBrowser again = bench.browser("192.0.2.9", HOST);
    again.submit(
        again.get("/signin"), "/signin", Map.of("user", CAROL.text(), "password", password));
    assertEquals("/me", again.path);
    assertTrue(bench.deeds().containsAll(List.of("account-added", "invited")));
  }

  @Test
  void whoIsThereOrForeignOrMisnamedIsNotAdded() throws Exception {
    TestBrowser alice = bench.alice();
    Response form = alice.get(NewPersonPage.ADD);
    for (Map.Entry<String, Status> each :
        Map.of(
                BOB.text(),
                Status.CONFLICT,
                "x@foreign.example",
                Status.BAD_REQUEST,
                "a*b@example.org",
                Status.BAD_REQUEST,
                "nobody",
                Status.BAD_REQUEST)
            .entrySet()) {
      Response no = alice.submit(form, NewPersonPage.ADD, Map.of("user", each.getKey()));
      assertEquals(each.getValue(), no.status(), each.getKey());
      assertTrue(no.body().contains("value=\"" + each.getKey() + "\""), "what was typed stays");
    }
    for (Map<String, String> wrong :
        List.of(
            Map.of("user", CAROL.text(), "quota", "much"),
            Map.of("user", CAROL.text(), "contact", "nowhere"))) {
      assertEquals(Status.BAD_REQUEST, alice.submit(form, NewPersonPage.ADD, wrong).status());
    }
    assertTrue(bench.house.accounts.user(CAROL).isEmpty());
    alice.language = "fr";
    assertTrue(alice.get(NewPersonPage.ADD).body().contains("Ajouter quelqu"));
  }

  @Test
  void eachPartOfAnAccountIsChanged() throws Exception {
    TestBrowser alice = bench.alice();
    Response page = alice.get(BOBS);
    clean(page);
    change(alice, page, PersonPart.STATE, Map.of("locked", "yes", "send-only", "yes"));
    assertEquals(Set.of(Restriction.LOCKED, Restriction.SEND_ONLY), bob().restrictions());
    change(alice, alice.get(BOBS), PersonPart.STATE, Map.of("suspended", "yes"));
    assertEquals(Set.of(Restriction.SUSPENDED), bob().restrictions());
    change(alice, alice.get(BOBS), PersonPart.QUOTA, Map.of("quota", "500MiB"));
    assertEquals(Optional.of(500L << 20), bob().quota());
    change(
        alice,
        alice.get(BOBS),
        PersonPart.SEND_AS,
        Map.of("send-as", "office@example.org, *@example.net"));
    assertEquals(List.of("office@example.org", "*@example.net"), bob().sendAs());
    change(alice, alice.get(BOBS), PersonPart.CONTACT, Map.of("contact", "bob@far.example"));
    assertEquals("bob@far.example", bob().contact().orElseThrow().text());
    change(alice, alice.get(BOBS), PersonPart.QUOTA, Map.of("quota", ""));
    assertEquals(Optional.empty(), bob().quota());
    assertTrue(
        bench
            .deeds()
            .containsAll(List.of("account-locked", "account-unlocked", "account-changed")));
    alice.language = "fr";
    Response french = alice.get(BOBS);
    clean(french);
    assertTrue(french.body().contains("Peut lire, et ne pas envoyer"), french.body());
  }

  @Test
  void whatIsNoValueChangesNothing() throws Exception {
    TestBrowser alice = bench.alice();
    Response page = alice.get(BOBS);
    for (Map.Entry<PersonPart, Map<String, String>> wrong :
        Map.of(
                PersonPart.QUOTA, Map.of("quota", "<b>"),
                PersonPart.SEND_AS, Map.of("send-as", "a@example.org, b"),
                PersonPart.CONTACT, Map.of("contact", "nowhere"))
            .entrySet()) {
      Response no = change(alice, page, wrong.getKey(), wrong.getValue());
      assertEquals(Status.BAD_REQUEST, no.status());
      assertFalse(no.body().contains("<b>"), no.body());
    }
    assertEquals(page.body().length(), alice.get(BOBS).body().length());
    Response herself =
        alice.post(
            PersonPage.CHANGE,
            Map.of(
                "form",
                TestBrowser.hidden(page, "/signout").getOrDefault("form", ""),
                "user",
                ALICE.text(),
                "part",
                "state",
                "version",
                Version.of(""),
                "locked",
                "yes"));
    assertEquals(Status.CONFLICT, herself.status());
    assertFalse(bench.house.user(ALICE).locked());
    assertEquals(Status.NOT_FOUND, alice.get("/server/person?user=x%40example.org").status());
  }

  @Test
  void whoeverIsOvertakenIsShownBothValuesAndLosesNothing() throws Exception {
    TestBrowser one = bench.alice();
    TestBrowser other = bench.alice();
    Response first = one.get(BOBS);
    Response second = other.get(BOBS);
    change(one, first, PersonPart.QUOTA, Map.of("quota", "1GiB"));
    Response late = change(other, second, PersonPart.QUOTA, Map.of("quota", "2GiB"));
    assertEquals(Status.CONFLICT, late.status());
    assertTrue(late.body().contains("Somebody else has changed this"), late.body());
    assertTrue(late.body().contains("<dd class=\"lines\">1GiB</dd>"), late.body());
    assertTrue(late.body().contains("<dd class=\"lines\">2GiB</dd>"), late.body());
    assertEquals(Optional.of(1L << 30), bob().quota(), "nothing was changed");
    change(other, second, PersonPart.CONTACT, Map.of("contact", "bob@far.example"));
    assertTrue(bob().contact().isPresent(), "another part of the same page");
    change(other, late, PersonPart.QUOTA, Map.of("quota", "2GiB"));
    assertEquals(Optional.of(2L << 30), bob().quota(), "who has seen both may decide");
    Response same = change(one, first, PersonPart.QUOTA, Map.of("quota", "2GiB"));
    assertEquals(Status.OK, same.status(), "it is as it is wanted");
  }

  @Test
  void theMailOfAnAccountIsHeldAndReleased() throws Exception {
    bench.standing.add(
        Map.of(
            "counted",
            BOB.text(),
            "hour",
            3,
            "hour-limit",
            300,
            "day",
            9,
            "day-limit",
            1000,
            "new",
            1,
            "new-limit",
            0));
    TestBrowser alice = bench.alice();
    Response page = alice.get(BOBS);
    assertTrue(page.body().contains("in this hour 3 / 300, in a day 9 / 1000"), page.body());
    alice.submit(page, "/server/person/sending", Map.of());
    assertEquals(List.of("HOLD " + BOB.text()), bench.sent);
    bench.standing.add(Map.of("held", 2, "recipients", 5));
    bench.standing.set(
        0, Map.of("counted", BOB.text(), "held-since", "2026-12-01", "held-for", "<script>theft"));
    Response held = alice.get(BOBS);
    clean(held);
    assertTrue(held.body().contains("All its mail is held since 2026-12-01"), held.body());
    assertTrue(held.body().contains("Messages of the account that are held: 2."), held.body());
    assertTrue(held.body().contains("action=\"/server/account/drop\""), held.body());
    alice.submit(held, "/server/person/sending", Map.of());
    alice.submit(held, "/server/person/sending", Map.of("verb", "drop"));
    assertEquals(List.of("HOLD " + BOB.text(), "RELEASE " + BOB.text()), bench.sent);
    assertTrue(bench.deeds().containsAll(List.of("account-held", "account-released")));
  }

  @Test
  void whoHasLostThePasswordGetsALink() throws Exception {
    TestBrowser alice = bench.alice();
    Response link = alice.submit(alice.get(BOBS), "/server/person/invite", Map.of());
    assertTrue(link.body().contains("https://mail.example.org/invitation/"), link.body());
    assertTrue(link.body().contains("within 3 days"), link.body());
  }

  // ---- addresses

  private Response put(TestBrowser browser, Response page, Map<String, String> typed)
      throws Exception {
    return browser.submit(page, AddressPages.ADDRESS, typed);
  }

  private Optional<AddressEntry> entry(String key) throws Exception {
    return bench.addresses.entry(key);
  }

  @Test
  void anAddressIsAddedChangedAndRemoved() throws Exception {
    TestBrowser alice = bench.alice();
    put(
        alice,
        alice.get(AddressPages.ADDRESS),
        Map.of(
            "kind", "alias",
            "address", "Info@example.org",
            "to", "alice@example.org\r\nbob@far.example",
            "until", "2026-12-31"));
    assertEquals(
        "alias info@example.org to=alice@example.org,bob@far.example"
            + " until=2027-01-01T00:00:00Z",
        entry("info@example.org").orElseThrow().line());
    Response list = alice.get(AddressPages.ADDRESSES);
    clean(list);
    assertTrue(
        list.body().contains("goes to alice@example.org, bob@far.example, up to 2026-12-31"),
        list.body());
    Response page = alice.get("/server/address?key=info%40example.org");
    clean(page);
    assertTrue(page.body().contains("value=\"2026-12-31\""), page.body());
    put(alice, page, Map.of("kind", "refused", "to", ""));
    assertTrue(entry("info@example.org").orElseThrow() instanceof AddressEntry.Refused);
    alice.submit(
        alice.get("/server/address?key=info%40example.org"), AddressPages.REMOVE, Map.of());
    assertTrue(entry("info@example.org").isEmpty());
    put(
        alice,
        alice.get(AddressPages.ADDRESS),
        Map.of("kind", "forward", "address", BOB.text(), "to", "b@far.example", "keep", "yes"));
    assertEquals(
        "forward bob@example.org to=b@far.example keep=yes",
        entry(BOB.text()).orElseThrow().line());
    put(
        alice,
        alice.get(AddressPages.ADDRESS),
        Map.of("kind", "domain", "address", "@example.net", "to", "@example.org"));
    assertEquals("domain example.net of=example.org", entry("@example.net").orElseThrow().line());
    assertTrue(bench.deeds().containsAll(List.of("address-changed", "address-removed")));
    alice.language = "fr";
    assertTrue(alice.get(AddressPages.ADDRESSES).body().contains("a les adresses de @example.org"));
  }

  @Test
  void whatIsWrongIsSaidAndStaysInTheForm() throws Exception {
    TestBrowser alice = bench.alice();
    Response form = alice.get(AddressPages.ADDRESS);
    for (List<String> each :
        List.of(
            List.of("alias", "x@foreign.example", "a@far.example", "no domain of this server"),
            List.of("alias", "info@example.org", "", "Say where the mail goes"),
            List.of("alias", "info@example.org", "|/bin/sh", "no address that mail can go to"),
            List.of("forward", "info@example.org", "a@far.example", "no user here"),
            List.of("forward", "bob@example.org", "bob@example.org", "nothing but itself"),
            List.of("alias", "set@example.org", "a@far.example", "in the settings file"),
            List.of("domain", "info@example.org", "@example.net", "A domain is written"),
            List.of("alias", "<b>@x", "a@far.example", "is no address"))) {
      Response no =
          put(alice, form, Map.of("kind", each.get(0), "address", each.get(1), "to", each.get(2)));
      assertEquals(Status.BAD_REQUEST, no.status(), each.toString());
      assertTrue(no.body().contains(each.get(3)), each + " " + no.body());
      assertFalse(no.body().contains("<b>"), "escaped");
    }
    Response day =
        put(
            alice,
            form,
            Map.of(
                "kind",
                "alias",
                "address",
                "i@example.org",
                "to",
                "a@far.example",
                "until",
                "soon"));
    assertEquals(Status.BAD_REQUEST, day.status());
    assertEquals(Map.of(), bench.addresses.read().entries());
  }

  @Test
  void theSettingsFileHoldsAndThePageSaysSo() throws Exception {
    bench.addresses.change(
        new AddressChange.Put(
            new AddressEntry.Alias(
                UserName.parse("set@example.org").orElseThrow(),
                List.of("bob@far.example"),
                Optional.<Instant>empty()),
            false));
    TestBrowser alice = bench.alice();
    Response list = alice.get(AddressPages.ADDRESSES + "?q=set");
    assertTrue(list.body().contains("settings file"), list.body());
    assertTrue(list.body().contains("here, and does not count"), list.body());
    Response page = alice.get("/server/address?key=set%40example.org");
    assertTrue(page.body().contains("and that holds"), page.body());
    alice.submit(page, AddressPages.REMOVE, Map.of());
    assertTrue(entry("set@example.org").isEmpty());
  }

  @Test
  void anAddressThatSomebodyChangedMeanwhileIsNotOverwritten() throws Exception {
    TestBrowser one = bench.alice();
    TestBrowser other = bench.alice();
    Response first = one.get(AddressPages.ADDRESS);
    Response second = other.get(AddressPages.ADDRESS);
    Map<String, String> ones =
        Map.of("kind", "alias", "address", "info@example.org", "to", "one@far.example");
    Map<String, String> others =
        Map.of("kind", "alias", "address", "info@example.org", "to", "other@far.example");
    put(one, first, ones);
    Response late = put(other, second, others);
    assertEquals(Status.CONFLICT, late.status());
    assertTrue(late.body().contains("goes to one@far.example"), late.body());
    assertTrue(late.body().contains("goes to other@far.example"), late.body());
    assertTrue(entry("info@example.org").orElseThrow().line().contains("one@"));
    put(other, late, Map.of("kind", "alias", "to", "other@far.example"));
    assertTrue(entry("info@example.org").orElseThrow().line().contains("other@"));
    Response gone = one.get("/server/address?key=info%40example.org");
    bench.addresses.change(new AddressChange.Remove("info@example.org"));
    Response removed = put(one, gone, Map.of("kind", "alias", "to", "x@far.example"));
    assertEquals(Status.CONFLICT, removed.status());
    assertTrue(removed.body().contains("nothing stands for the address"), removed.body());
    assertTrue(entry("info@example.org").isEmpty());
  }
}
