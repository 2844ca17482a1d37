package net.facteur.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagesTest {
  private static final DomainName HOST = DomainName.of("mail.example.org");

  private final Pages pages = new Pages(HOST, Language.ENGLISH);
  private final Route welcome =
      new Welcome(
              List.of(
                  new Welcome.Way(
                      new Link("/mail", Text.of("Set it up")), Text.of("<b> for people"))))
          .route(pages);

  private static Request request(
      String client, String host, Map<String, List<String>> query, Map<String, String> header) {
    return new Request(
        Scheme.HTTPS,
        InetAddress.ofLiteral(client),
        DomainName.parse(host).toOptional(),
        "/",
        Map.of(),
        query,
        Map.of(),
        header,
        Content.NONE);
  }

  private Response ask(Map<String, List<String>> query, Map<String, String> header)
      throws IOException {
    return welcome.handler().answer(request("192.0.2.1", HOST.text(), query, header));
  }

  private String language(Map<String, List<String>> query, Map<String, String> header)
      throws IOException {
    String page = ask(query, header).body();
    return page.substring(page.indexOf("lang=\"") + 6, page.indexOf("lang=\"") + 8);
  }

  @Test
  void pageHasLandmarksAWayPastThemAndItsHeading() throws IOException {
    Response answer = ask(Map.of(), Map.of());
    String page = answer.body();
    for (String part :
        List.of(
            "<html lang=\"en\">",
            "<a href=\"#content\" class=\"skip\">",
            "<header>",
            "<main id=\"content\" tabindex=\"-1\"><h1>Mail at mail.example.org</h1>",
            "<a href=\"/mail\">Set it up</a>",
            "&lt;b&gt; for people",
            "<footer><nav aria-label=\"Language\">",
            "<a href=\"?lang=fr\" lang=\"fr\" hreflang=\"fr\">français</a>")) {
      assertTrue(page.contains(part), () -> part + " in " + page);
    }
    assertEquals(Status.OK, answer.status());
    assertEquals(List.of(), answer.cookies());
    assertTrue(page.getBytes(StandardCharsets.UTF_8).length < 60_000, page);
  }

  @ParameterizedTest
  @CsvSource({
    "fr, fr",
    "FR-ca, fr",
    "'de, fr;q=0.8, en;q=0.9', en",
    "'de;q=1, fr;q=0.9, en;q=0.5', fr",
    "'en;q=0, fr;q=0.001', fr",
    "'fr;q=0', en",
    "*, en",
    "de, en",
    "'fr;q=2', en",
    "';;,,q=', en",
    "'\u0000', en"
  })
  void browserSaysTheLanguage(String field, String language) throws IOException {
    assertEquals(language, language(Map.of(), Map.of("accept-language", field)));
  }

  @Test
  void whatTheVisitorChoseCountsMoreAndIsKept() throws IOException {
    var french = Map.of("accept-language", "en", "cookie", "a=b; __Host-lang=fr");
    assertEquals("fr", language(Map.of(), french));
    assertEquals("en", language(Map.of("lang", List.of("en")), french));
    assertEquals("en", language(Map.of(), Map.of("cookie", "__Host-lang=fr; __Host-lang=en")));
    assertEquals("en", language(Map.of("lang", List.of("xx")), Map.of()));
    assertEquals(
        List.of("__Host-lang=fr; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"),
        ask(Map.of("lang", List.of("fr")), Map.of()).cookies().stream()
            .map(Cookie::print)
            .toList());
    assertEquals(List.of(), ask(Map.of("lang", List.of("xx")), Map.of()).cookies());
  }

  @Test
  void languageLinksStayOnThePage() throws IOException {
    String page = ask(Map.of("d", List.of("a b&c\"")), Map.of()).body();
    assertTrue(page.contains("href=\"?d=a+b%26c%22&amp;lang=fr\""), page);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, mail.example.org, OK",
    "192.0.2.1, evil.example, MISDIRECTED",
    "192.0.2.1, localhost, MISDIRECTED",
    "192.0.2.1, '', MISDIRECTED",
    "127.0.0.1, localhost, OK",
    "127.0.0.1, '', OK",
    "::1, '', OK",
    "127.0.0.1, evil.example, MISDIRECTED"
  })
  void pagesAreShownAtTheNameOfTheServer(String client, String host, Status status)
      throws IOException {
    assertEquals(
        status, welcome.handler().answer(request(client, host, Map.of(), Map.of())).status());
  }

  @Test
  void browsersAreSentOnToPathsOfOursOnly() {
    Response answer = Response.seeOther("/people?name=a");
    assertEquals(Status.SEE_OTHER, answer.status());
    assertEquals("/people?name=a", answer.fields().get("location"));
    for (String path :
        List.of("//evil.example/", "/\\evil.example", "https://evil.example/", "", "/a\r\nb: c")) {
      assertThrows(IllegalArgumentException.class, () -> Response.seeOther(path), path);
    }
  }

  @Test
  void cookiesHaveNothingInThemThatMeansSomething() {
    assertThrows(
        IllegalArgumentException.class, () -> Cookie.ofBrowser("a", "b; Domain=example.org"));
    assertThrows(IllegalArgumentException.class, () -> Cookie.ofBrowser("a=b", ""));
    assertEquals(
        "__Host-a=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0", Cookie.gone("a").print());
    assertEquals("__Host-a", Cookie.kept("a", "secret", Duration.ofDays(1)).toString());
    assertEquals(Optional.empty(), Cookie.find("a=b; x__Host-a=c", "a"));
    assertEquals(Optional.of("c"), Cookie.find("a=b;__Host-a=c", "a"));
  }

  @Test
  void styleIsKeptByBrowsersAndLoadsNothing() throws IOException {
    Route style = Assets.routes().getFirst();
    Response answer =
        style.handler().answer(request("192.0.2.1", "mta-sts.example.org", Map.of(), Map.of()));
    assertEquals("public, max-age=31536000, immutable", answer.fields().get("cache-control"));
    assertFalse(answer.body().matches("(?s).*(url\\(|@import|http).*"), answer.body());
  }
}
