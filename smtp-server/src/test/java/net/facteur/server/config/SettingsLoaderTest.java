package net.facteur.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.host.DataDirectory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.settings.Reference;
import net.facteur.server.signing.SigningSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    assertEquals(Optional.of("jan2026"), settings.find(SigningSettings.SELECTOR, "example.org"));
    assertEquals(
        new Origin.InFile(FILE, 3), settings.origin(SigningSettings.SELECTOR, "example.org"));
    assertEquals(new Origin.BuiltIn(), settings.origin(HostSettings.DATA));
    assertEquals(
        List.of("example.org", "sub-domain.example.com"), List.copyOf(settings.names("domains")));
  }

  @Test
  void theEnvironmentPinsEverySelector() {
    Settings settings = good(Map.of("DKIM_SELECTOR", "pinned"), TWO_DOMAINS);
    assertEquals("pinned", settings.get(SigningSettings.SELECTOR, "example.org"));
    assertEquals("pinned", settings.get(SigningSettings.SELECTOR, "sub-domain.example.com"));
    assertEquals(
        "environment variable DKIM_SELECTOR",
        settings.origin(SigningSettings.SELECTOR, "example.org").text().in(Language.ENGLISH));
  }

  @Test
  void theVariableOfADomainGoesBeforeTheOneForAll() {
    Settings settings =
        good(
            Map.of("DKIM_SELECTOR", "all", "DKIM_SELECTOR_SUB_DOMAIN_EXAMPLE_COM", "one"),
            TWO_DOMAINS);
    assertEquals("all", settings.get(SigningSettings.SELECTOR, "example.org"));
    assertEquals("one", settings.get(SigningSettings.SELECTOR, "sub-domain.example.com"));
  }

  @Test
  void aVariableForAnUnknownDomainIsAMistake() {
    List<Mistake> mistakes = wrong(Map.of("DKIM_SELECTOR_EXAMPLE_NET", "x"), TWO_DOMAINS);
    assertEquals(
        "DKIM_SELECTOR_EXAMPLE_NET names no domain of the settings",
        mistakes.getFirst().what().in(Language.ENGLISH));
    assertTrue(
        mistakes.getFirst().remedy().in(Language.ENGLISH).contains("DKIM_SELECTOR_EXAMPLE_ORG"));
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
        HostSettings.from(settings).inData(settings.get(StoreSettings.DIRECTORY)));
    assertEquals(Path.of("/etc/x.pem"), settings.resolve(Path.of("/etc/x.pem")));
    assertEquals(Path.of("/etc/facteur"), Settings.home(Path.of("/etc/facteur/mail.conf")));
  }

  @Test
  void theMachineNamesTheHostWhereTheFileDoesNot() {
    Settings settings = good(Map.of(), "domains { \"example.org\" {} }");
    assertEquals(DomainName.of("machine.example.net"), settings.get(HostSettings.HOSTNAME));
    assertEquals(new Origin.Machine(), settings.origin(HostSettings.HOSTNAME));
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
        settings.get(RoutingSettings.ALIASES).get("all@example.org"));
    assertEquals(2, settings.get(RoutingSettings.ALIASES).size());
  }

  @Test
  void anIncludedFileIsNamedInItsMistakes() throws IOException {
    Files.writeString(directory.resolve("more.conf"), "\n\nsigning.threads = lots\n");
    Path main = Files.writeString(directory.resolve("mail.conf"), "include \"more.conf\"\n");
    LoadedSettings loaded = loader(Map.of()).load(main);
    var mistakes = assertInstanceOf(LoadedSettings.Wrong.class, loaded).mistakes();
    assertEquals(
        directory.resolve("more.conf") + ", line 3",
        mistakes.getFirst().where().text().in(Language.ENGLISH));
  }

  @Test
  void missingIncludesAreToldOfWithTheirFileAndLine() throws IOException {
    Files.createDirectories(directory.resolve("conf.d"));
    Path inner =
        Files.writeString(directory.resolve("conf.d/a.conf"), "\n\ninclude \"gone.conf\"\n");
    Path main =
        Files.writeString(
            directory.resolve("mail.conf"),
            "include \"conf.d/a\"\ninclude file(\"none.conf\")\ninclude required(\"not.conf\")\n"
                + "signing.threads = ${?THREADS} many\n");
    var loaded = Reference.loader(Map.of(), Optional.empty()).load(main);
    List<Mistake> mistakes =
        assertInstanceOf(LoadedSettings.Wrong.class, loaded, loaded::toString).mistakes();
    assertEquals(
        List.of(
            new Origin.InFile(main, 2),
            new Origin.InFile(inner, 3),
            new Origin.InFile(main, 3),
            new Origin.InFile(main, 4)),
        mistakes.stream().map(Mistake::where).toList(),
        mistakes::toString);
    assertTrue(
        mistakes
            .get(0)
            .what()
            .in(Language.ENGLISH)
            .startsWith("include \"none.conf\" brings nothing"));
    assertTrue(
        mistakes
            .get(1)
            .what()
            .in(Language.ENGLISH)
            .contains("no file " + inner.resolveSibling("gone.conf")));
    assertTrue(
        mistakes
            .get(2)
            .what()
            .in(Language.ENGLISH)
            .startsWith("include \"not.conf\" brings nothing"));
  }

  @Test
  void whatIsNotSetForWantOfAnIncludedFileIsNotToldInItsPlace() throws IOException {
    Path main =
        Files.writeString(
            directory.resolve("mail.conf"), "include \"none.conf\"\nhostname = ${name}\n");
    var loaded = Reference.loader(Map.of(), Optional.empty()).load(main);
    List<Mistake> mistakes =
        assertInstanceOf(LoadedSettings.Wrong.class, loaded, loaded::toString).mistakes();
    assertEquals(
        List.of(
            "include \"none.conf\" brings nothing: there is no file "
                + main.resolveSibling("none.conf")),
        mistakes.stream().map(m -> m.what().in(Language.ENGLISH)).toList());
  }

  @ParameterizedTest(name = "{0} + {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        // the main file; the included one; the value that counts; where, and where it stood before
        "H = a.org\\n"
            + "include \"i.conf\" | \\n"
            + "H = b.org | b.org | i.conf, line 2 < mail.conf, line 1",
        "include \"i.conf\"\\n"
            + "\\n"
            + "H = a.org | H = b.org | a.org | mail.conf, line 3 < i.conf, line 1",
        "include file(\"i.conf\"), H = a.org | H = b.org | a.org | mail.conf, line 1 < i.conf, line"
            + " 1",
        "include required(\"i\")\\n"
            + "H = a.org | H = b.org | a.org | mail.conf, line 2 < i.conf, line 1",
        "H = a.org\\ninclude \"i.conf\" | H = b.org\\nH = c.org | c.org"
            + " | i.conf, line 1 < mail.conf, line 1; i.conf, line 2 < line 1",
        "include \"i\"\\ninclude \"i\" | H = b.org\\nH = c.org | c.org"
            + " | i.conf, line 2 < line 1; i.conf, line 1 < line 2; i.conf, line 2 < line 1",
        "include \"i\"\\ninclude \"i\" | H = b.org | b.org | ''",
        "queue { include \"i.conf\" }\\nH = a.org\\nqueue.life = 4d | life = 3d | a.org"
            + " | mail.conf, line 3 < i.conf, line 1",
        "queue { include \"i.conf\" }\\nH = a.org | life = 3d | a.org | ''",
      })
  void aKeyThatIsSetAgainInAnotherFileIsToldWithTheOneThatCounts(
      String text, String included, String counts, String expected) throws IOException {
    Files.writeString(
        directory.resolve("i.conf"), included.replace("\\n", "\n").replace("H", "hostname"));
    Path main =
        Files.writeString(
            directory.resolve("mail.conf"), text.replace("\\n", "\n").replace("H", "hostname"));
    LoadedSettings loaded = Reference.loader(Map.of(), Optional.empty()).load(main);
    Settings settings = assertInstanceOf(LoadedSettings.Good.class, loaded).settings();
    assertEquals(counts, settings.get(HostSettings.HOSTNAME).text());
    assertEquals(
        expected,
        settings.notes().stream()
            .map(
                note ->
                    note.where().text().in(Language.ENGLISH)
                        + ": "
                        + note.what().in(Language.ENGLISH))
            .map(note -> note.replace(directory + "/", ""))
            .map(note -> note.replaceFirst(": .* is set in (.*) already; this one counts", " < $1"))
            .collect(Collectors.joining("; ")));
  }

  @Test
  void includesAreFilesWithAndWithoutTheirEnding() throws IOException {
    Files.createDirectories(directory.resolve("conf.d"));
    Files.writeString(directory.resolve("conf.d/a.conf"), "include \"b\"\n");
    Files.writeString(directory.resolve("conf.d/b.conf"), "hostname = b.example.org\n");
    for (String include :
        new String[] {
          "include \"conf.d/a.conf\"",
          "include \"conf.d/a\"",
          "include file(\"conf.d/a.conf\")",
          "include required(\"conf.d/a.conf\")",
        }) {
      Path main = Files.writeString(directory.resolve("mail.conf"), include);
      LoadedSettings loaded = loader(Map.of()).load(main);
      assertEquals(
          DomainName.of("b.example.org"),
          assertInstanceOf(LoadedSettings.Good.class, loaded, () -> include + " " + loaded)
              .settings()
              .get(HostSettings.HOSTNAME));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "include url(\"http://127.0.0.1:1/x.conf\") | names no file of this machine",
        "include \"http://127.0.0.1:1/x.conf\" | names no file of this machine",
        "include url(\"file:///etc/passwd\") | names no file of this machine",
        "include classpath(\"reference.conf\") | names no file of this machine",
        "include required(url(\"https://[::1]:1/x\")) | names no file of this machine",
        "include file(\"/dev/zero\") | is no regular file",
        "include \"/dev/zero\" | is no regular file",
        "include \"/proc/kmsg\" | is no regular file",
        "include \"/proc/self/maps\" | is no regular file",
        "include \"pipe\" | is no regular file",
        "include \"directory\" | mail.conf, line 1: " + "DIR/directory is a directory",
        "include \"link\" | is no regular file",
        "include \"large.conf\" | larger than 16 MiB",
        "include \"mail.conf\" | include each other",
        "include \"twice.conf\" | ",
        "include required(\"none.conf\") | brings nothing: there is no file",
        "hostname = x.example, include file(\"deep.conf\") | nested more than 64 deep",
      })
  void whatIsNoFileOfSettingsIsNotIncluded(String include, String what) throws Exception {
    Files.createDirectories(directory.resolve("directory"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("/dev/zero"));
    Files.writeString(directory.resolve("large.conf"), "#".repeat(17 << 20));
    Files.writeString(directory.resolve("deep.conf"), "a=" + "{b=".repeat(100));
    Files.writeString(
        directory.resolve("twice.conf"), "include \"twice.conf\"\ninclude \"twice.conf\"\n");
    assertEquals(
        0, new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start().waitFor());
    Path main = Files.writeString(directory.resolve("mail.conf"), include);
    LoadedSettings loaded = loader(Map.of()).load(main);
    Files.delete(link);
    Mistake mistake =
        assertInstanceOf(LoadedSettings.Wrong.class, loaded, () -> include).mistakes().getFirst();
    assertTrue(
        mistake
            .text()
            .in(Language.ENGLISH)
            .contains(what == null ? "include" : what.replace("DIR", directory.toString())),
        () -> include + ": " + mistake);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("{".repeat(20_000), "nested"),
        Arguments.of("a=" + "[".repeat(20_000), "nested"),
        Arguments.of("a=" + "{a=".repeat(65) + "1" + "}".repeat(65), "nested"),
        Arguments.of("a=" + "${".repeat(20_000), "nested"),
        Arguments.of("a" + ".a".repeat(20_000) + " = 1", "nested"),
        Arguments.of("a" + ".\"a\"".repeat(20_000) + " = 1", "nested"),
        Arguments.of("a" + " . a".repeat(20_000) + " = 1", "nested"),
        Arguments.of("a = ${?x" + ".x".repeat(20_000) + "}", "nested"),
        Arguments.of(doubling("a", 40), "one ${...} too many"),
        Arguments.of(doubling("A", 40), "one ${...} too many"),
        Arguments.of(doubling("aliases.A", 40), "one ${...} too many"),
        Arguments.of("a = [" + "${?NONE},".repeat(1_001) + "]", "one ${...} too many"),
        Arguments.of("a = ${a}", "a ${...} names something that is not set"),
        Arguments.of("a = ${b}\nb = ${a}", "a ${...} names something that is not set"),
        Arguments.of("a = \"\"\"" + "{".repeat(100), "not the syntax"),
        Arguments.of("# " + "{".repeat(1_000), ""),
        Arguments.of("// " + "{".repeat(1_000), ""),
        Arguments.of("postmaster = \"" + "a.".repeat(100) + "\"", "postmaster"),
        Arguments.of("domains { \"{{{[[[.example\" { } }", "is not a domain name"));
  }

  private static String doubling(String name, int times) {
    var text = new StringBuilder(name + "0 = x\n");
    for (int i = 1; i < times; i++) {
      String before = "${" + name + (i - 1) + "}";
      text.append(name).append(i).append(" = ").append(before).append(before).append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void noTextIsTooDeepOrGrowsForTheReader(String text, String what) {
    String shown = text.substring(0, Math.min(60, text.length()));
    LoadedSettings loaded = loader(Map.of()).parse(text, FILE);
    String said =
        switch (loaded) {
          case LoadedSettings.Good _ -> "";
          case LoadedSettings.Wrong(List<Mistake> mistakes) ->
              mistakes.getFirst().text().in(Language.ENGLISH);
        };
    assertTrue(said.contains(what), () -> shown + ": " + said);
  }

  @Test
  void aLongChainOfIncludesIsNotCalledACircle() throws IOException {
    for (int i = 0; i < 20; i++) {
      Files.writeString(
          directory.resolve("i" + i + ".conf"), "include \"i" + (i + 1) + ".conf\"\n");
    }
    Files.writeString(directory.resolve("i20.conf"), "hostname = mail.example.org\n");
    LoadedSettings loaded = loader(Map.of()).load(directory.resolve("i0.conf"));
    Mistake mistake = assertInstanceOf(LoadedSettings.Wrong.class, loaded).mistakes().getFirst();
    assertTrue(
        mistake.what().in(Language.ENGLISH).contains("through 16 other files"), mistake::toString);
  }

  @Test
  void variablesAndAFewReferencesStayWelcome() {
    var text =
        new StringBuilder("directories.data = d\ndirectories.queue = ${directories.data}/q\n");
    for (int i = 0; i < 100; i++) {
      text.append("postmaster = ${?FACTEUR_VARIABLE_").append(i).append("}\n");
    }
    assertEquals(Path.of("d/q"), good(Map.of(), text.toString()).get(StoreSettings.DIRECTORY));
  }

  @Test
  void aMissingFileIsAMistakeLikeAnyOther() {
    LoadedSettings loaded = loader(Map.of()).load(directory.resolve("none.conf"));
    assertTrue(
        assertInstanceOf(LoadedSettings.Wrong.class, loaded)
            .mistakes()
            .getFirst()
            .text()
            .in(Language.ENGLISH)
            .contains("there is no such file"));
  }

  @Test
  void anUnsetVariableIsAMistakeWithARemedy() {
    List<Mistake> mistakes = wrong(Map.of(), "hostname = ${FACTEUR_NO_SUCH_VARIABLE}");
    assertTrue(mistakes.getFirst().remedy().in(Language.ENGLISH).contains("${?NAME}"));
  }

  @Test
  void nothingThatATypeMayReadMakesItThrow() {
    long seed = Long.getLong("facteur.seed", 1);
    RandomGenerator random = new Random(seed);
    String alphabet = "0123456789abcdefskKiBMmhdGT.:[]/@*\"\\ -_+\u0130\u00e9\0\n";
    for (int round = 0; round < 5_000; round++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(24); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var value = ConfigValueFactory.fromAnyRef(text.toString());
      for (Setting<?> setting : Reference.SCHEMA.settings()) {
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
    assertEquals(Optional.empty(), Nearest.to("foo", List.of("log", "from")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // mistakes elsewhere
        "directories.data = /srv/d; log.formt = json|/srv/d",
        "directories.data = /srv/d; queue { life = never }|/srv/d",
        "directories.data = /srv/d; domains = 5|/srv/d",
        "log.date = 1|/srv/facteur/data",
        // the place itself, also where it is only meant
        "directories.data = [1]|unread",
        "directories = /srv/d|unread",
        "directories.dat = /srv/d|unread",
        "directorys { data = /srv/d }|unread",
        // what is no settings file may say anything of what it names
        "hostname = {|/srv/facteur/data",
        "directories.data = /srv/d; hostname = {|unread",
        "include other; hostname = {|unread",
        "log.file = ${NO_SUCH_VARIABLE}|/srv/facteur/data",
        // a file that is missing may say the rest
        "include missing.conf; directories.data = /srv/d|/srv/d",
        "include missing.conf|unread",
      })
  void whatIsRightCanBeUsedBesideMistakes(String text, String data) throws IOException {
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Path file = conf.resolve("mail.conf");
    Files.writeString(
        file, text.replace("; ", "\n").replace("missing.conf", "\"missing.conf\"") + "\n");
    assertInstanceOf(LoadedSettings.Wrong.class, loader(Map.of()).load(file));
    Settings rest = loader(Map.of()).rest(file).orElseThrow();
    if (data.equals("unread")) {
      var unread =
          assertThrows(UnreadSettingException.class, () -> DataDirectory.from(rest).path());
      assertTrue(
          String.valueOf(unread.getMessage()).contains("leave open what directories.data is"),
          unread::getMessage);
    } else {
      assertEquals(
          Path.of(data.replace("/srv/facteur", directory.toString())),
          DataDirectory.from(rest).path());
    }
  }

  @Test
  void nothingIsUsedOfAFileThatCannotBeRead() throws IOException {
    Path file = directory.resolve("mail.conf");
    assertEquals(Optional.empty(), loader(Map.of()).rest(file));
    Files.createDirectory(directory.resolve("closed.conf"));
    Files.writeString(file, "include \"closed.conf\"\n");
    assertEquals(Optional.empty(), loader(Map.of()).rest(file));
  }

  private static SettingsLoader loader(Map<String, String> environment) {
    return Reference.loader(environment, Optional.of("machine.example.net"));
  }

  private static Settings good(Map<String, String> environment, String text) {
    LoadedSettings loaded = loader(environment).parse(text, FILE);
    return assertInstanceOf(LoadedSettings.Good.class, loaded, loaded::toString).settings();
  }

  private static List<Mistake> wrong(Map<String, String> environment, String text) {
    return assertInstanceOf(LoadedSettings.Wrong.class, loader(environment).parse(text, FILE))
        .mistakes();
  }
}
