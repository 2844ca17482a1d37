package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsLoaderTest {
  private static final Path FILE = Path.of("/srv/facteur/conf/mail.conf");
  private static final String TWO_DOMAINS =
      """
      hostname = mail.example.org
      domains {
        "example.org" { dkim.selector = jan2026, catch-all = "alice@example.org" }
        "Sub-Domain.Example.COM" { }
      }
      """;

  @TempDir Path directory = Path.of("");

  @Test
  void aValueFromTheFileHasItsLineAsOrigin() {
    Settings settings = good(Map.of(), TWO_DOMAINS);
    assertEquals(Optional.of("jan2026"), settings.find(SettingsTable.DKIM_SELECTOR, "example.org"));
    assertEquals(
        new Origin.InFile(FILE, 3), settings.origin(SettingsTable.DKIM_SELECTOR, "example.org"));
    assertEquals(new Origin.BuiltIn(), settings.origin(SettingsTable.DATA));
    assertEquals(
        List.of("example.org", "sub-domain.example.com"), List.copyOf(settings.names("domains")));
  }

  @Test
  void theEnvironmentPinsEverySelector() {
    Settings settings = good(Map.of("DKIM_SELECTOR", "pinned"), TWO_DOMAINS);
    assertEquals("pinned", settings.get(SettingsTable.DKIM_SELECTOR, "example.org"));
    assertEquals("pinned", settings.get(SettingsTable.DKIM_SELECTOR, "sub-domain.example.com"));
    assertEquals(
        "environment variable DKIM_SELECTOR",
        settings.origin(SettingsTable.DKIM_SELECTOR, "example.org").text());
  }

  @Test
  void theVariableOfADomainGoesBeforeTheOneForAll() {
    Settings settings =
        good(
            Map.of("DKIM_SELECTOR", "all", "DKIM_SELECTOR_SUB_DOMAIN_EXAMPLE_COM", "one"),
            TWO_DOMAINS);
    assertEquals("all", settings.get(SettingsTable.DKIM_SELECTOR, "example.org"));
    assertEquals("one", settings.get(SettingsTable.DKIM_SELECTOR, "sub-domain.example.com"));
  }

  @Test
  void aVariableForAnUnknownDomainIsAMistake() {
    List<Mistake> mistakes = wrong(Map.of("DKIM_SELECTOR_EXAMPLE_NET", "x"), TWO_DOMAINS);
    assertEquals(
        "DKIM_SELECTOR_EXAMPLE_NET names no domain of the settings", mistakes.getFirst().what());
    assertTrue(mistakes.getFirst().remedy().contains("DKIM_SELECTOR_EXAMPLE_ORG"));
  }

  @Test
  void aVariableThatIsNoSelectorIsAMistake() {
    assertEquals(1, wrong(Map.of("DKIM_SELECTOR", "not a selector"), TWO_DOMAINS).size());
  }

  @Test
  void pathsStartAboveTheConfDirectory() {
    Settings settings = good(Map.of(), TWO_DOMAINS);
    assertEquals(
        Path.of("/srv/facteur/data/queue"),
        settings.inData(settings.get(SettingsTable.QUEUE_DIRECTORY)));
    assertEquals(Path.of("/etc/x.pem"), settings.resolve(Path.of("/etc/x.pem")));
    assertEquals(Path.of("/etc/facteur"), Settings.home(Path.of("/etc/facteur/mail.conf")));
  }

  @Test
  void theMachineNamesTheHostWhereTheFileDoesNot() {
    Settings settings = good(Map.of(), "domains { \"example.org\" {} }");
    assertEquals(DomainName.of("machine.example.net"), settings.get(SettingsTable.HOSTNAME));
    assertEquals(new Origin.Machine(), settings.origin(SettingsTable.HOSTNAME));
  }

  @Test
  void oneTargetOrAListMakesAnAlias() {
    Settings settings =
        good(
            Map.of(),
            """
            aliases { "info@example.org" = "a@example.org", "all@example.org" = ["a@example.org", "b@example.org"] }
            """);
    assertEquals(
        List.of("a@example.org", "b@example.org"),
        settings.get(SettingsTable.ALIASES).get("all@example.org"));
    assertEquals(2, settings.get(SettingsTable.ALIASES).size());
  }

  @Test
  void anIncludedFileIsNamedInItsMistakes() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "\n\nsigning.threads = lots\n");
    Path main = Files.writeString(directory.resolve("mail.conf"), "include \"more.conf\"\n");
    LoadedSettings loaded = loader(Map.of()).load(main);
    var mistakes = assertInstanceOf(LoadedSettings.Wrong.class, loaded).mistakes();
    assertEquals(directory.resolve("more.conf") + ", line 3", mistakes.getFirst().where().text());
  }

  @Test
  void aMissingFileIsAMistakeLikeAnyOther() {
    LoadedSettings loaded = loader(Map.of()).load(directory.resolve("none.conf"));
    assertTrue(
        assertInstanceOf(LoadedSettings.Wrong.class, loaded)
            .mistakes()
            .getFirst()
            .text()
            .contains("there is no such file"));
  }

  @Test
  void anUnsetVariableIsAMistakeWithARemedy() {
    List<Mistake> mistakes = wrong(Map.of(), "hostname = ${FACTEUR_NO_SUCH_VARIABLE}");
    assertTrue(mistakes.getFirst().remedy().contains("${?NAME}"));
  }

  @Test
  void nothingThatATypeMayReadMakesItThrow() {
    long seed = System.nanoTime();
    RandomGenerator random = new Random(seed);
    String alphabet = "0123456789abcdefskKiBMmhdGT.:[]/@*\"\\ -_+\u0130\u00e9\0\n";
    for (int round = 0; round < 5_000; round++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var value = ConfigValueFactory.fromAnyRef(text.toString());
      for (Setting<?> setting : SettingsTable.settings()) {
        roundTrip(setting, value, seed);
      }
    }
  }

  private static <T> void roundTrip(
      Setting<T> setting, com.typesafe.config.ConfigValue value, long seed) {
    if (setting.type().read(value) instanceof SettingType.Reading.Good<T>(T good)) {
      String printed = setting.type().print(good);
      var again = com.typesafe.config.ConfigFactory.parseString("x = " + printed).getValue("x");
      assertEquals(
          SettingType.Reading.good(good),
          setting.type().read(again),
          () -> setting.name() + " printed as " + printed + ", seed " + seed);
    }
  }

  @Test
  void slipsAreFewEdits() {
    assertEquals(0, Nearest.distance("queue", "queue"));
    assertEquals(1, Nearest.distance("qeuue", "queue"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
    assertEquals(Optional.empty(), Nearest.to("plugh", List.of("queue", "limits")));
  }

  private static SettingsLoader loader(Map<String, String> environment) {
    return new SettingsLoader(environment, Optional.of("machine.example.net"));
  }

  private static Settings good(Map<String, String> environment, String text) {
    return assertInstanceOf(LoadedSettings.Good.class, loader(environment).parse(text, FILE))
        .settings();
  }

  private static List<Mistake> wrong(Map<String, String> environment, String text) {
    return assertInstanceOf(LoadedSettings.Wrong.class, loader(environment).parse(text, FILE))
        .mistakes();
  }
}
