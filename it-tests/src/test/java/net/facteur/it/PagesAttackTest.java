package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.facteur.it.WebVisitor.Answer;
import net.facteur.it.WebVisitor.FilledForm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Attacks on the pages of a whole server, in the order of the OWASP Top 10 of 2025. What is done
/// to the connections themselves stands in [PagesWireAttackTest].
///
/// @spec https://owasp.org/Top10/2025/ OWASP Top 10:2025
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesAttackTest {
  private static final Pattern LINK = Pattern.compile("<a [^>]*href=\"(/[^\"#]*)\"");
  private static final String LOCALHOST = "localhost";

  private LivedInServer lived;
  private ServerLog log;
  private int networks = 20;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    log = new ServerLog();
    lived = LivedInServer.start(directory);
  }

  @AfterAll
  void stop() throws Exception {
    lived.close();
    log.close();
  }

  /// Somebody from a network of his own, so that nobody uses up what others may ask.
  private WebVisitor visitor(String host) throws IOException {
    return new WebVisitor(lived, World.loopback(networks++, 5), host);
  }

  private WebVisitor member() throws IOException {
    WebVisitor bob = visitor(Site.HOST);
    assertEquals("/me", bob.signIn(Site.BOB, Site.PASSWORD).field("location"));
    return bob;
  }

  private WebVisitor administrator() throws IOException {
    WebVisitor alice = visitor(LOCALHOST);
    assertEquals("/me", alice.signIn(Site.ALICE, Site.PASSWORD).field("location"));
    return alice;
  }

  /// All pages that are found from one, by their addresses.
  private static Map<String, Answer> pages(WebVisitor visitor, String... from) throws IOException {
    var seen = new LinkedHashMap<String, Answer>();
    var open = new ArrayDeque<>(List.of(from));
    while (!open.isEmpty() && seen.size() < 150) {
      String next = open.remove();
      if (seen.containsKey(next)) {
        continue;
      }
      Answer answer = visitor.get(next);
      seen.put(next, answer);
      Matcher link = LINK.matcher(answer.body());
      while (link.find()) {
        open.add(link.group(1).replace("&amp;", "&"));
      }
    }
    return seen;
  }

  private static Map<String, Answer> pagesOfAdministrator(WebVisitor alice) throws IOException {
    return pages(alice, "/me", "/server", "/server/mail?q=carol%40example.net");
  }

  /// Each kind of form that an administrator finds, once.
  private static List<FilledForm> forms(Map<String, Answer> pages) {
    var kinds = new LinkedHashMap<String, FilledForm>();
    for (Answer page : pages.values()) {
      for (FilledForm form : page.forms()) {
        kinds.putIfAbsent(
            form.action()
                + form.fields().getOrDefault("verb", "")
                + form.fields().getOrDefault("action", ""),
            form);
      }
    }
    return List.copyOf(kinds.values());
  }

  // ---- A01: broken access control

  @Test
  void pagesOfOthersAreShownToNobody() throws Exception {
    Set<String> all = pagesOfAdministrator(administrator()).keySet();
    assertTrue(all.stream().anyMatch(path -> path.startsWith("/server/message/")), all::toString);
    WebVisitor stranger = visitor(Site.HOST);
    WebVisitor bob = member();
    for (String path : all) {
      boolean house = path.startsWith("/server");
      if (house || path.startsWith("/me") || path.startsWith("/security")) {
        Answer answer = stranger.get(path);
        assertEquals(303, answer.status(), path);
        assertTrue(answer.field("location").startsWith("/signin"), path);
        assertEquals("", answer.body(), path);
      }
      if (house) {
        Answer answer = bob.get(path);
        assertEquals(403, answer.status(), path);
        assertEquals("", answer.body(), path);
      }
    }
  }

  /// Alice is an administrator; from elsewhere, her password is not enough for that.
  @Test
  void administratorsFromOutsideAreNoneWithoutASecondProof() throws Exception {
    WebVisitor alice = visitor(Site.HOST);
    var _ = alice.signIn(Site.ALICE, Site.PASSWORD);
    Answer server = alice.get("/server");
    assertTrue(server.status() == 303 || server.status() == 403, "" + server.status());
    assertEquals("", server.body());
    WebVisitor proxied = visitor(LOCALHOST);
    var _ = proxied.signIn(Site.ALICE, Site.PASSWORD);
    assertEquals(200, proxied.get("/server").status());
    for (String header : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")) {
      assertNotEquals(
          200, proxied.ask("GET", "/server", header + ": for=192.0.2.7\r\n", "").status(), header);
    }
  }

  @Test
  void nobodyActsOnWhatIsNotHis() throws Exception {
    WebVisitor alice = administrator();
    Map<String, Answer> hers = pagesOfAdministrator(alice);
    WebVisitor bob = member();
    String token = bob.get("/me/mail").form("/signout").fields().getOrDefault("form", "");
    for (FilledForm form : forms(hers)) {
      if (form.action().startsWith("/server")) {
        assertEquals(403, bob.send(form.with("form", token)).status(), form.action());
      }
    }
    FilledForm kept =
        hers.getOrDefault("/me/mail", hers.values().iterator().next())
            .form("/me/quarantine/release");
    assertNotEquals(500, bob.send(kept.with("form", token)).status());
    assertTrue(
        alice.get("/me/mail").body().contains(kept.fields().getOrDefault("id", "none")),
        "what Alice is kept from, Bob cannot release");
    WebVisitor other = administrator();
    FilledForm end = other.get("/security").form("/security/sessions/end");
    assertEquals(303, bob.send(end.with("form", token)).status());
    assertEquals(200, alice.get("/server").status(), "Bob has ended a session of Alice");
    assertEquals(200, other.get("/server").status(), "Bob has ended a session of Alice");
  }

  /// Nothing is changed by a form that no page of the session has given out.
  @Test
  void formsOfOtherSitesAreRefused() throws Exception {
    WebVisitor alice = administrator();
    List<FilledForm> forms = forms(pagesOfAdministrator(alice));
    String before = lived.command("journal", "--json");
    assertTrue(forms.size() > 12, () -> forms.stream().map(FilledForm::action).toList() + "");
    String bobs = member().get("/me").form("/signout").fields().getOrDefault("form", "");
    for (FilledForm form : forms) {
      WebVisitor rested = alice.at(World.loopback(networks++, 5));
      for (String site : List.of("cross-site", "same-site")) {
        assertEquals(403, rested.send(form, "Sec-Fetch-Site: " + site + "\r\n").status(), site);
      }
      for (String origin : List.of("https://evil.example", "null", "http://localhost")) {
        assertEquals(403, rested.send(form, "Origin: " + origin + "\r\n").status(), origin);
      }
      for (FilledForm wrong :
          List.of(
              form.without("form"),
              form.with("form", ""),
              form.with("form", "x"),
              form.with("form", bobs))) {
        assertEquals(403, rested.send(wrong).status(), form.action());
      }
    }
    assertEquals(200, alice.get("/server").status(), "signed out by another site");
    List<String> acts =
        lived
            .command("journal", "--json")
            .lines()
            .filter(line -> !before.contains(line) && !line.contains("signed-in"))
            .toList();
    assertEquals(List.of(), acts);
  }

  @Test
  void theWayBackLeadsNowhereElse() throws Exception {
    for (String next :
        List.of(
            "//evil.example",
            "/%2fevil.example",
            "/%5cevil.example",
            "%5c%5cevil.example",
            "https:evil.example",
            "https://evil.example/",
            "/.evil.example/..//",
            "javascript:alert(1)",
            "data:text/html,x",
            "%09//evil.example",
            "/me%0d%0aSet-Cookie:%20a=b",
            "/me?x=https://evil.example")) {
      WebVisitor bob = visitor(Site.HOST);
      Answer form = bob.get("/signin?next=" + next);
      Answer in =
          bob.send(form.form("/signin").with("user", Site.BOB).with("password", Site.PASSWORD));
      assertEquals("/me", in.field("location"), next);
      assertEquals(1, in.header().getOrDefault("location", List.of()).size(), next);
      assertFalse(form.body().contains("evil.example\" name"), next);
    }
    for (String target :
        List.of("//evil.example/server", "/\\evil.example", "/me/..//evil.example")) {
      String location = visitor(Site.HOST).get(target).field("location");
      assertTrue(location.isEmpty() || location.matches("/signin(\\?next=/[a-z/]*)?"), location);
    }
  }

  @Test
  void noOtherSpellingOfAPathLeadsAnywhere() throws Exception {
    WebVisitor bob = member();
    for (String path :
        List.of(
            "//server",
            "/./server",
            "/me/../server",
            "/me/..;/server",
            "/me/%2e%2e/server",
            "/me%2f..%2fserver",
            "/server/",
            "/server;x=1",
            "/server%00",
            "/server%20",
            "/server.json",
            "/SERVER",
            "/%73erver",
            "/server//mail",
            "/assets/../server",
            "/assets/%2e%2e/%2e%2e/mail.conf",
            "/.well-known/dkim-revealed/..%2f..%2fusers",
            "/.well-known/dkim-revealed/....//users",
            "/.well-known/dkim-revealed/..")) {
      assertEquals(404, bob.get(path).status(), path);
    }
    for (String target :
        List.of("https://evil.example/server", "https://" + Site.HOST + "@evil.example/server")) {
      assertTrue(bob.get(target).status() >= 400, target);
    }
  }

  // ---- A02: security misconfiguration

  @Test
  void everyAnswerSaysWhatBrowsersMayDoWithIt() throws Exception {
    var answers = new LinkedHashMap<>(pagesOfAdministrator(administrator()));
    WebVisitor stranger = visitor(Site.HOST);
    for (String path : List.of("/", "/signin", "/nothing", "/me", "/signin/code")) {
      answers.put("stranger " + path, stranger.get(path));
    }
    answers.put("other method", stranger.ask("DELETE", "/", "", ""));
    answers.put("no request", stranger.ask("GET", "no-path", "", ""));
    answers.forEach(
        (path, answer) -> {
          String csp = answer.field("content-security-policy");
          assertAll(
              path,
              () -> assertTrue(csp.startsWith("default-src 'none'"), csp),
              () -> assertTrue(csp.contains("frame-ancestors 'none'"), csp),
              () -> assertTrue(csp.contains("base-uri 'none'"), csp),
              () -> assertTrue(csp.contains("form-action 'self'"), csp),
              () -> assertFalse(csp.contains("unsafe") || csp.contains("*"), csp),
              () -> assertEquals("nosniff", answer.field("x-content-type-options")),
              () -> assertEquals("same-origin", answer.field("referrer-policy")),
              () -> assertEquals("same-origin", answer.field("cross-origin-resource-policy")),
              () -> assertEquals("no-store", answer.field("cache-control")),
              () -> assertEquals("", answer.field("server")),
              () -> assertEquals("", answer.field("access-control-allow-origin")));
        });
    assertTrue(
        stranger.get("/").field("strict-transport-security").startsWith("max-age=3"),
        "browsers come back by HTTPS");
  }

  /// What a page holds could be guessed from its length if it was packed together with what a
  /// stranger makes a browser ask (BREACH).
  @Test
  void nothingIsCompressed() throws Exception {
    for (String path : List.of("/signin", "/me", "/server")) {
      Answer answer =
          administrator().ask("GET", path, "Accept-Encoding: gzip, deflate, br, zstd\r\n", "");
      assertEquals("", answer.field("content-encoding"), path);
      assertTrue(answer.body().startsWith("<!DOCTYPE html>"), path);
    }
  }

  @Test
  void methodsThatChangeNothingHereAreRefused() throws Exception {
    WebVisitor alice = administrator();
    for (String method :
        List.of("OPTIONS", "TRACE", "TRACK", "PUT", "DELETE", "PATCH", "PROPFIND", "CONNECT")) {
      Answer answer = alice.ask(method, "/server", "X-Secret: s3cr3t\r\n", "");
      assertEquals(405, answer.status(), method);
      assertEquals("GET, HEAD", answer.field("allow"), method);
      assertFalse(answer.body().contains("s3cr3t"), method);
    }
    assertEquals(
        403,
        alice.ask("POST", "/me/app-passwords", "X-HTTP-Method-Override: GET\r\n", "a=b").status());
    Answer head = alice.ask("HEAD", "/server", "", "");
    assertEquals(200, head.status());
    assertEquals("", head.body());
    assertEquals(303, visitor(Site.HOST).ask("HEAD", "/server", "", "").status());
  }

  @Test
  void hostsThatAreNotOursGetNothing() throws Exception {
    for (String host : List.of("evil.example", "mail.example.org.evil.example", "example.org")) {
      for (String path : List.of("/", "/signin", "/me")) {
        Answer answer = visitor(host).get(path);
        assertEquals(421, answer.status(), host + path);
        assertEquals("", answer.body(), host + path);
      }
    }
    WebVisitor stranger = visitor(Site.HOST);
    for (String field :
        List.of("X-Forwarded-Host", "X-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded")) {
      Answer answer = stranger.ask("GET", "/signin", field + ": evil.example/server\r\n", "");
      assertEquals(200, answer.status(), field);
      assertFalse(answer.body().contains("evil.example"), field);
    }
  }

  // ---- A04: cryptographic failures

  @Test
  void cookiesAreForThisServerAndNoScriptAlone() throws Exception {
    var cookies = new LinkedHashSet<String>();
    WebVisitor bob = visitor(Site.HOST);
    Answer form = bob.get("/signin?lang=fr");
    cookies.addAll(form.header().getOrDefault("set-cookie", List.of()));
    Answer in =
        bob.send(form.form("/signin").with("user", Site.BOB).with("password", Site.PASSWORD));
    cookies.addAll(in.header().getOrDefault("set-cookie", List.of()));
    assertTrue(cookies.size() >= 4, cookies::toString);
    for (String cookie : cookies) {
      assertTrue(cookie.startsWith("__Host-"), cookie);
      for (String word : List.of("; Path=/", "; Secure", "; HttpOnly", "; SameSite=")) {
        assertTrue(cookie.contains(word), cookie);
      }
      assertFalse(cookie.contains("Domain") || cookie.contains("SameSite=None"), cookie);
    }
  }

  /// A token that leaks by a link, a page or a file opens nothing.
  @Test
  void theTokenOfASessionStandsNowhereElse() throws Exception {
    WebVisitor alice = administrator();
    String token = alice.session().orElseThrow();
    assertTrue(token.length() >= 32, "" + token.length());
    pagesOfAdministrator(alice)
        .forEach(
            (path, answer) -> {
              assertFalse(answer.body().contains(token), path);
              assertFalse(path.contains(token), path);
            });
    try (Stream<Path> files = Files.walk(lived.server().site().data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(text.contains(token), file.toString());
      }
    }
    assertTrue(log.lines().stream().noneMatch(line -> line.contains(token)), "in the log");
  }

  @Test
  void oldVersionsOfTlsAreNotSpoken() throws Exception {
    for (String version : List.of("-tls1", "-tls1_1")) {
      Command asked =
          Command.run(
              Program.OPENSSL.path(),
              "s_client",
              version,
              "-cipher",
              "ALL:@SECLEVEL=0",
              "-connect",
              "127.0.0.1:" + lived.pages().getPort());
      assertTrue(asked.output().contains("no peer certificate available"), asked.output());
    }
  }

  // ---- A05: injection

  /// Alice signs in from a browser with an evil name, searches for evil words, and sees all that
  /// strangers said.
  @Test
  void whatStrangersSayIsShownAsText() throws Exception {
    WebVisitor first = visitor(LOCALHOST);
    first.callItself(LivedInServer.EVIL);
    var _ = first.signIn(Site.ALICE, Site.PASSWORD);
    WebVisitor alice = administrator();
    Map<String, Answer> pages = new LinkedHashMap<>(pagesOfAdministrator(alice));
    String evil = "%22%3E%3Cscript%3Ealert(4)%3C/script%3E%27";
    for (String path :
        List.of(
            "/server/mail?q=" + evil,
            "/server/mail?q=x&within=" + evil,
            "/server/journal?q=" + evil,
            "/server/people?q=" + evil,
            "/server/reports?domain=" + evil,
            "/?lang=" + evil,
            "/?x" + evil + "=" + evil,
            "/server/message/" + evil.replace("/", "x"),
            "/server/quarantine/" + evil.replace("/", "x"),
            "/signin?next=" + evil)) {
      pages.put(path, alice.get(path));
    }
    int shown = 0;
    for (Map.Entry<String, Answer> page : pages.entrySet()) {
      if (!page.getValue().field("content-type").startsWith("text/html")) {
        assertTrue(
            page.getValue().field("content-disposition").startsWith("attachment")
                || page.getValue().body().isEmpty(),
            page.getKey());
        continue;
      }
      String body = page.getValue().body();
      for (String tag : List.of("<img src=x", "<script>", "<script ", "alert(4)</script>")) {
        boolean ours = tag.equals("<script ") && body.contains("<script src=\"/assets/");
        assertFalse(body.contains(tag) && !ours, () -> page.getKey() + " " + body);
      }
      shown += body.contains("&lt;img src=x onerror=alert(1)&gt;") ? 1 : 0;
      assertNotEquals(500, page.getValue().status(), page.getKey());
    }
    assertTrue(shown >= 4, "pages on which strangers have their say: " + shown);
    assertTrue(
        alice.get("/security").body().contains("&lt;img src=x onerror=alert(1)&gt;"),
        "the name of a browser");
  }

  /// Commands and look-ups behind the fields of forms take them as what they are.
  @Test
  void wordsOfOtherLanguagesAreNoneInForms() throws Exception {
    WebVisitor alice = administrator();
    for (String words :
        List.of(
            "%27%20OR%201=1%20--",
            "%22%3B%20DROP%20TABLE%20messages",
            "%25",
            "*",
            "$(id)",
            "../../etc/passwd",
            "%00",
            "%0d%0a",
            "%ff%fe",
            "x".repeat(3_000))) {
      for (String path : List.of("/server/mail?q=", "/server/journal?q=", "/server/people?q=")) {
        Answer answer = alice.get(path + words);
        assertEquals(200, answer.status(), path + words);
        assertFalse(answer.body().contains("Exception"), path + words);
      }
    }
    assertFalse(
        alice.get("/server/mail?q=%25").body().contains("/server/message/"), "% is no address");
  }

  // ---- A07: authentication failures

  @Test
  void aSessionThatSomebodyPlantedIsNotTakenOver() throws Exception {
    WebVisitor thief = visitor(Site.HOST);
    var _ = thief.get("/signin");
    WebVisitor bob = visitor(Site.HOST);
    String planted = "A".repeat(43);
    bob.cookies().put("__Host-session", planted);
    bob.cookies().putAll(thief.cookies());
    var _ = bob.signIn(Site.BOB, Site.PASSWORD);
    assertNotEquals(planted, bob.session().orElse(planted));
    thief.cookies().put("__Host-session", planted);
    assertEquals(303, thief.get("/me").status());
  }

  @Test
  void whoSignedOutIsOutInEveryCopyOfTheCookie() throws Exception {
    WebVisitor bob = member();
    String token = bob.session().orElseThrow();
    assertEquals(303, bob.send(bob.get("/me").form("/signout")).status());
    WebVisitor copy = visitor(Site.HOST);
    copy.cookies().put("__Host-session", token);
    assertEquals(303, copy.get("/me").status());
    WebVisitor two = member();
    two.cookies().put("__Host-session", two.session().orElseThrow() + "; __Host-session=" + token);
    assertEquals(303, two.get("/me").status(), "two sessions at once are none");
  }

  /// Whoever guesses is told the same of users that there are and of others, and is slowed down.
  @Test
  void guessesAreToldNothingAndDamped() throws Exception {
    WebVisitor guesser = visitor(Site.HOST);
    Answer unknown = guesser.signIn("nobody@example.org", "guess-1");
    Answer known = guesser.signIn(Site.BOB, "guess-2");
    assertEquals(403, unknown.status());
    assertEquals(403, known.status());
    assertEquals(alert(unknown), alert(known));
    var statuses = new ArrayList<Integer>();
    for (int i = 0; i < 40 && !statuses.contains(429); i++) {
      statuses.add(guesser.signIn("dora@example.org", "guess-" + i).status());
    }
    assertTrue(statuses.contains(429), statuses::toString);
    assertTrue(
        log.lines().stream().anyMatch(line -> line.startsWith("auth") && line.contains("web")),
        "guesses are in the log, for fail2ban");
  }

  private static String alert(Answer answer) {
    int at = answer.body().indexOf("role=\"alert\"");
    return answer.body().substring(at, answer.body().indexOf("</div>", at));
  }

  // ---- A09: security logging failures

  @Test
  void nobodyWritesALineOfTheLogOrOfTheJournal() throws Exception {
    WebVisitor stranger = visitor(Site.HOST);
    String words = "x\r\nauth client=192.0.2.66 result=ok\r\n\u001b[31m\u2028\u0000";
    stranger.callItself("a\u001b]0;title");
    assertEquals(400, stranger.get("/signin").status());
    stranger.callItself("x status=200 route=/server user=alice@example.org");
    var _ = stranger.signIn(words, words);
    var _ = stranger.get("/%0d%0aauth%20client=192.0.2.66");
    var _ = stranger.ask("GET", "/x?" + "%0a".repeat(9), "Host: a\r\n", "");
    for (String line : log.lines()) {
      assertTrue(line.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == 0x2028), line);
      assertFalse(line.startsWith("auth client=192.0.2.66"), line);
    }
    String journal = lived.command("journal", "--json");
    journal.lines().forEach(line -> assertTrue(line.startsWith("{") && line.endsWith("}"), line));
  }

  // ---- A10: mishandling of exceptional conditions

  /// Each form, with each of its fields missing, twice, empty, huge, and as no text.
  @Test
  void noFormIsAFaultHoweverItIsFilledIn() throws Exception {
    WebVisitor alice = administrator();
    for (FilledForm form : forms(pagesOfAdministrator(alice))) {
      for (String body : bodies(form)) {
        sent(alice, form, "application/x-www-form-urlencoded", body);
      }
      for (String type : List.of("multipart/form-data; boundary=x", "application/json", "x")) {
        sent(alice, form, type, form.body());
      }
      if (alice.get("/me").status() != 200) {
        alice = administrator(); // the form signed her out
      }
    }
    assertEquals(List.of(), log.thrown());
  }

  private void sent(WebVisitor alice, FilledForm form, String type, String body)
      throws IOException {
    WebVisitor rested = alice.at(World.loopback(networks++ % 200, 5));
    Answer answer = rested.ask("POST", form.action(), "Content-Type: " + type + "\r\n", body);
    String what = form.action() + " " + answer.status() + " " + body;
    assertTrue(answer.status() < 500 && answer.status() != 429, what);
    assertFalse(answer.body().contains("Exception"), answer::body);
  }

  private static List<String> bodies(FilledForm form) {
    String token = form.fields().getOrDefault("form", "");
    var bodies = new ArrayList<String>();
    bodies.add("form=" + token);
    bodies.add("form=" + token + "&" + "a=b&".repeat(400));
    for (String name : form.fields().keySet()) {
      if (!name.equals("form")) {
        FilledForm rest = form.without(name);
        for (String value : List.of("", "%00", "%ff%fe%fd", "-1", "x".repeat(9_000), "%E2%80%AE")) {
          bodies.add(rest.body() + "&" + name + "=" + value);
        }
        bodies.add(form.body() + "&" + name + "=x");
      }
    }
    return bodies;
  }
}
