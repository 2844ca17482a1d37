package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Chromium walks from link to link through all pages, as each kind of person, and each page is
/// looked at. A page that somebody adds is found as soon as a link leads to it.
@RequiresProgram(Program.CHROMIUM)
class PagesWalkTest {
  /// Links of a page to other pages, without files to keep.
  private static final String LINKS =
      """
      return [...document.querySelectorAll('a[href]:not([download])')]
        .map(a => a.href.replace(/#.*/, ''))
        .filter(a => a.startsWith(location.origin + '/') && !a.includes('.mobileconfig')
          && !a.endsWith('/me/data'))
        .join('\\n');
      """;

  @TempDir private Path directory = Path.of("");
  private LivedInServer lived;
  private final PageInspection inspection = new PageInspection();
  private int turn;

  /// Whose way it is.
  ///
  /// @param from where it begins
  /// @param least kinds of pages that there are at least
  private record Person(String name, List<String> from, Set<String> least) {}

  private static final Person STRANGER =
      new Person("stranger", List.of("/", "/signin/code"), Set.of("/", "/mail", "/signin"));

  private static final Person MEMBER =
      new Person(
          "member",
          List.of("/me"),
          Set.of(
              "/me",
              "/me/password",
              "/me/app-passwords",
              "/me/forward",
              "/me/mail",
              "/security",
              "/security/code",
              "/security/passkeys"));

  private static final Person ADMINISTRATOR =
      new Person(
          "administrator",
          List.of("/server", "/server/mail?q=carol%40example.net"),
          Set.of(
              "/server",
              "/server/mail",
              "/server/mail?q",
              "/server/message/{}",
              "/server/protection",
              "/server/quarantine/{}",
              "/server/quarantine/drop/{}",
              "/server/people",
              "/server/reports",
              "/server/journal"));

  @BeforeEach
  void start() throws Exception {
    lived = LivedInServer.start(directory);
  }

  @AfterEach
  void stop() throws Exception {
    lived.close();
  }

  private Browser browser(Person person) throws Exception {
    Browser browser = LivedInBrowser.open(lived, Files.createTempDirectory(directory, "b"));
    if (!person.equals(STRANGER)) {
      String user = person.equals(MEMBER) ? Site.BOB : Site.ALICE;
      LivedInBrowser.signIn(browser, place(person, "/signin"), user);
    }
    return browser;
  }

  /// Administrators sit at the machine, where a password is enough.
  private URI place(Person person, String path) {
    return person.equals(ADMINISTRATOR) ? lived.here(path) : lived.outside(path);
  }

  /// Finds all pages that a person finds, and looks at one of each kind.
  private Map<String, URI> walk(Browser browser, Person person) throws Exception {
    var seen = new LinkedHashMap<String, URI>();
    var open = new ArrayDeque<URI>();
    person.from().forEach(path -> open.add(place(person, path)));
    while (!open.isEmpty()) {
      URI next = open.remove();
      String kind = kind(next);
      if (seen.putIfAbsent(kind, next) == null) {
        look(browser, person, kind, next, PageLook.turn(turn++));
        browser
            .run(LINKS)
            .lines()
            .filter(link -> !link.isBlank())
            .map(URI::create)
            .forEach(open::add);
      }
    }
    var missing = new TreeSet<>(person.least());
    missing.removeAll(seen.keySet());
    assertEquals(Set.of(), missing, "no link leads to these");
    return seen;
  }

  private void look(Browser browser, Person person, String kind, URI page, PageLook look)
      throws Exception {
    look.take(browser);
    browser.go(page);
    inspection.look(browser, person.name() + " " + kind, look);
  }

  /// Pages that differ only in what they are about are of one kind.
  private static String kind(URI page) {
    String path =
        Arrays.stream(page.getPath().split("/", -1))
            .map(part -> part.matches(".*[0-9@].*") ? "{}" : part)
            .collect(Collectors.joining("/"));
    String query = page.getRawQuery() == null ? "" : page.getRawQuery();
    String names =
        Arrays.stream(query.split("&", -1))
            .map(pair -> pair.replaceAll("=.*", ""))
            .filter(name -> !name.isEmpty() && !name.equals("lang"))
            .sorted()
            .collect(Collectors.joining("&"));
    return names.isEmpty() ? path : path + "?" + names;
  }

  private void nothingIsAmiss() {
    assertEquals("", String.join("\n", inspection.faults()));
  }

  /// Each page once, in one of the ways after the other in which it can be looked at.
  @Test
  void eachPageIsWellMade() throws Exception {
    for (Person person : List.of(STRANGER, MEMBER, ADMINISTRATOR)) {
      try (Browser browser = browser(person)) {
        walk(browser, person);
      }
    }
    nothingIsAmiss();
  }

  /// Each page in each way.
  @Test
  @Tag("long")
  void eachPageIsWellMadeHoweverItIsLookedAt() throws Exception {
    for (Person person : List.of(STRANGER, MEMBER, ADMINISTRATOR)) {
      try (Browser browser = browser(person)) {
        Map<String, URI> pages = walk(browser, person);
        for (Map.Entry<String, URI> page : pages.entrySet()) {
          for (PageLook look : PageLook.all()) {
            look(browser, person, page.getKey(), page.getValue(), look);
          }
        }
      }
    }
    nothingIsAmiss();
  }
}
