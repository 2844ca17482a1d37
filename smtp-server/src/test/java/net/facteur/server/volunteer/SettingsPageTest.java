package net.facteur.server.volunteer;

import static net.facteur.server.signin.SignInHouse.ALICE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Schema;
import net.facteur.server.config.Section;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.language.Language;
import net.facteur.server.settings.Reference;
import net.facteur.server.signin.SignInHouse;
import net.facteur.server.signin.SignInPages;
import net.facteur.server.signin.SignedPages;
import net.facteur.server.volunteer.SettingsPage.Checked;
import net.facteur.server.web.Pages;
import net.facteur.server.web.Response;
import net.facteur.server.web.Route;
import net.facteur.server.web.Status;
import net.facteur.server.web.TestBrowser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The settings, as Alice sees them who looks after the server.
class SettingsPageTest {
  private static final String PASSWORD = "never-shown-anywhere";

  @TempDir private Path directory = Path.of("");
  private Path file = Path.of("mail.conf");
  private SignInHouse house;
  private TestBrowser alice;
  private Optional<Checked> checked = Optional.empty();
  private Schema schema = Reference.SCHEMA;

  @BeforeEach
  void open() throws Exception {
    file = directory.resolve("mail.conf");
    house = new SignInHouse(directory);
    signIn();
    write("hostname = mail.example.org", "domains { \"example.org\" {} }");
  }

  private void signIn() throws Exception {
    var pages = new Pages(DomainName.of(SignInHouse.HOST), Language.ENGLISH);
    var signed = new SignedPages(pages, house.signIn, _ -> List.of());
    var routes = new ArrayList<Route>();
    routes.addAll(new SignInPages(pages, signed, house.random, "/me").routes());
    routes.addAll(
        new SettingsPage(
                signed, new SettingsPage.Doors(schema, () -> checked.orElseGet(this::read)))
            .routes());
    alice = new TestBrowser(routes, "127.0.0.1", "localhost");
    alice.submit(
        alice.get("/signin"), "/signin", Map.of("user", ALICE.text(), "password", "correct horse"));
    write("hostname = mail.example.org", "domains { \"example.org\" {} }");
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void write(String... lines) throws Exception {
    Files.write(file, List.of(lines));
  }

  private Checked read() {
    return switch (new SettingsLoader(schema, Map.of(), Optional.of("machine.example.org"))
        .load(file)) {
      case LoadedSettings.Good(Settings read) ->
          new Checked(read, List.of(), read.notes(), List.of(), List.of());
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          new Checked(Settings.DEFAULTS, mistakes, List.of(), List.of(), List.of());
    };
  }

  private String page(String query) throws Exception {
    Response page = alice.get("/server/settings" + query);
    assertEquals(Status.OK, page.status());
    assertFalse(page.body().contains(PASSWORD), page.body());
    assertFalse(page.body().contains("<img"), page.body());
    assertTrue(page.body().length() < 60 << 10, "a page is small: " + page.body().length());
    return page.body();
  }

  @Test
  void whatTheFileSaysIsShownWithItsOrigin() throws Exception {
    Files.writeString(directory.resolve("queue.conf"), "limits.connections = 321\n");
    write(
        "hostname = mail.example.org",
        "domains { \"example.org\" {} }",
        "include \"queue.conf\"",
        "limits.recipients = 777");
    String body = page("");
    assertTrue(body.contains("<code>limits.recipients</code>"), body);
    assertTrue(body.contains("<code>777</code>"), body);
    assertTrue(body.contains("mail.conf, line 4"), body);
    assertTrue(body.contains("It includes: " + directory.resolve("queue.conf")), body);
    assertTrue(body.contains("queue.conf, line 1"), body);
    assertTrue(body.contains("The file has no mistakes"), body);
    assertFalse(body.contains("<code>smtp.banner</code>"), "what has its default is elsewhere");
    assertFalse(body.contains("method=\"post\" action=\"/server/settings"), "nothing is written");
    alice.language = "fr";
    String french = page("");
    assertTrue(french.contains("mail.conf, ligne 4"), french);
    assertTrue(french.contains("lang=\"en\""), "the explanations are English");
  }

  @Test
  void everySettingIsInASectionWithItsExplanation() throws Exception {
    int sections = Reference.SCHEMA.sections().size();
    String first = page("");
    for (int i = 0; i < sections; i++) {
      assertTrue(first.contains("/server/settings?section=" + i + "\""), "section " + i);
      var section = Reference.SCHEMA.sections().get(i);
      String body = page("?section=" + i);
      boolean cut = body.contains("Settings that are not shown here");
      for (var setting : section.settings()) {
        String shown = setting.block().isPresent() ? setting.key().getLast() : setting.name();
        assertTrue(cut || body.contains(shown), setting.name());
      }
    }
    for (String nothing : List.of("?section=" + sections, "?section=../../etc")) {
      assertTrue(page(nothing).contains("What the file and the environment say"), nothing);
    }
  }

  @Test
  void aSearchFindsNamesAndWhatSettingsDo() throws Exception {
    String body = page("?q=rotate-every");
    assertTrue(body.contains("<code>keys.rotate-every</code>"), body);
    assertTrue(body.contains("182d") || body.contains("26w"), body);
    assertTrue(page("?q=TSIG").contains("<code>keys.update-key-file</code>"));
    assertTrue(page("?q=nothing-of-this-kind").contains("There is no such setting"));
    page("?q=<img>&x=y");
    page("?q=e");
  }

  @Test
  void noSecretIsShown() throws Exception {
    var row =
        Setting.optional(
                "router.password", SettingTypes.text(50), "none", "\"...\"", "Opens a door.")
            .asSecret();
    schema = new Schema(List.of(Section.of("Doors", "What opens them.", Rows.of(row))), List.of());
    signIn();
    write("router.password = \"" + PASSWORD + "\"");
    for (String query : List.of("", "?section=0", "?q=router")) {
      String body = page(query);
      assertTrue(body.contains("<code>router.password</code>"), body);
      assertTrue(body.contains("secret, shown nowhere"), body);
    }
  }

  @Test
  void mistakesAreToldWithTheirPlaceAndRemedy() throws Exception {
    write("hostname = mail.example.org", "limits.recipientz = 5", "limits.recipients = many");
    String body = page("");
    assertTrue(body.contains("Mistakes: "), body);
    assertTrue(body.contains("mail.conf, line 2: unknown setting"), body);
    assertTrue(body.contains("limits.recipients"), body);
    assertFalse(body.contains("The file has no mistakes"), body);
    alice.language = "fr";
    assertTrue(page("").contains("réglage inconnu"), page(""));
  }

  @Test
  void whatWaitsForAReloadOrAStartIsTold() throws Exception {
    Checked now = read();
    checked =
        Optional.of(
            new Checked(
                now.settings(),
                List.of(),
                List.of(),
                List.of("limits.recipients"),
                List.of("listen.web")));
    String body = page("");
    assertTrue(body.contains("limits.recipients. To take them up: facteur reload"), body);
    assertTrue(body.contains("when the server starts anew: listen.web"), body);
  }

  @Test
  void aThousandDomainsLeaveThePageSmall() throws Exception {
    write(
        "hostname = mail.example.org",
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"d" + i + ".example\" { catch-all = \"a@example.org\" }")
            .collect(Collectors.joining("\n", "domains {\n", "\n}")));
    assertTrue(page("").contains("Settings that are not shown here"), page(""));
    assertTrue(page("?section=1").contains("Settings that are not shown here"));
  }
}
