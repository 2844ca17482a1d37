package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.host.HostSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class FacteurTest {
  @TempDir Path directory = Path.of("");
  private Path file = Path.of("");
  private String out = "";
  private String err = "";
  private String input = "";
  private Map<String, ?> zone = Map.of();
  private Map<String, String> environment = Map.of();
  private Supplier<Optional<String>> machine = Optional::empty;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("conf/mail.conf");
    Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        file,
        """
        hostname = mail.example.org
        passwords { memory = 7MiB, iterations = 1 }
        domains."example.org".dkim.selector = jan2026
        listen { submission = [], submissions = [] }
        """);
  }

  @Test
  void aRightFileChecksAsOk() {
    assertEquals(Facteur.PROBLEM, run("check"), "the selector has no key yet");
    assertTrue(
        out.contains("facteur dkim generate -c " + file + " example.org --selector jan2026"), out);
    assertEquals(Facteur.OK, run("dkim", "generate", "example.org", "--selector", "jan2026"), err);
    assertEquals(Facteur.OK, run("check"), out);
    assertTrue(out.contains("ok"));
  }

  @Test
  void warningsAreCountedAndStopNothing() throws IOException {
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains.\"example.org\" {}\npostmaster = nobody\n"
            + "listen { submission = [], submissions = [] }\n");
    assertEquals(Facteur.OK, run("check"));
    assertTrue(out.contains("warning: "), out);
    assertTrue(out.contains("has no mistakes, 1 warning"), out);
    assertEquals(Facteur.OK, run("check", "--json"));
    assertTrue(out.contains("\"warnings\":[{"), out);
  }

  @Test
  void everyMistakeIsShownAndTheExitCodeTellsOfThem() throws IOException {
    Files.writeString(file, "hostname = mail.example.org\nlog.formt = json\nsigning.queue = -1\n");
    assertEquals(Facteur.PROBLEM, run("check"));
    assertTrue(out.contains("line 2") && out.contains("log.format"), out);
    assertTrue(out.contains("line 3") && out.contains("1 to 100,000"), out);
    assertTrue(out.contains("2 mistakes"), out);
    assertEquals(Facteur.PROBLEM, run("check", "--json"));
    assertTrue(out.contains("\"line\":2"), out);
  }

  @Test
  void aMissingCertificateIsFoundByTheCheck() throws IOException {
    Files.writeString(
        file, "hostname = mail.example.org\ntls { certificate = none.pem, key = none.pem }\n");
    assertEquals(Facteur.PROBLEM, run("check"));
    assertTrue(out.contains(directory.resolve("none.pem") + ", which is missing"), out);
  }

  @Test
  void explainShowsValueOriginAndText() {
    assertEquals(Facteur.OK, run("explain", "domains.\"example.org\".dkim.selector"));
    assertTrue(out.contains("jan2026") && out.contains("line 3"), out);
    environment = Map.of("DKIM_SELECTOR", "feb2026");
    run("explain", "domains.\"example.org\".dkim.selector");
    assertTrue(out.contains("feb2026") && out.contains("environment variable DKIM_SELECTOR"), out);
    run("explain", "signing.queue");
    assertTrue(out.contains("from:    default"), out);
    assertEquals(Facteur.USAGE, run("explain", "signing.qeue"));
    assertTrue(err.contains("signing.queue"), err);
    run("explain", "log", "--json");
    assertTrue(out.lines().allMatch(line -> line.startsWith("{\"key\":\"log.")), out);
  }

  @Test
  void explainListsTheNamesOfABlock() throws IOException {
    assertEquals(Facteur.OK, run("explain", "domains"));
    assertTrue(out.startsWith("domains: example.org\n"), out);
    assertFalse(out.contains("*"), out);
    assertTrue(out.contains("catch-all is not set: unknown recipients are refused"), out);
    assertEquals(Facteur.OK, run("explain"));
    assertTrue(out.startsWith("domains: example.org\n"), out);
    assertEquals(Facteur.OK, run("explain", "tls.names"));
    assertTrue(out.startsWith("tls.names: none\n") && out.contains("\"*\""), out);
    assertEquals(Facteur.OK, run("explain", "domains.*.catch-all"));
    assertEquals(Facteur.USAGE, run("explain", "domains.example.org.catch-all"));
    assertTrue(err.contains("'domains.\"example.org\".catch-all'"), err);
    assertEquals(Facteur.PROBLEM, run("explain", "domains.\"example.net\".catch-all"));
    assertTrue(err.contains("domains { \"example.net\" {} }"), err);
    run("explain", "domains", "--json");
    assertTrue(out.lines().allMatch(line -> line.startsWith("{\"key\":\"domains.")), out);
  }

  @Test
  void aUserLivesThroughAddChangeListAndRemove() {
    input = "correct horse\n";
    assertEquals(
        Facteur.OK, run("user", "add", "alice@example.org", "--password-stdin", "--scram"), err);
    assertEquals(Facteur.PROBLEM, run("user", "add", "Alice@Example.org", "--password-stdin"));
    assertTrue(err.contains("already") && err.contains("facteur user passwd"), err);
    assertEquals(Facteur.OK, run("user", "list", "--json"));
    assertTrue(out.contains("\"scram\":true"), out);
    assertEquals(Facteur.OK, run("user", "scram", "alice@example.org", "off"));
    assertEquals(Facteur.OK, run("user", "send-as", "alice@example.org", "*@example.net"));
    assertEquals(Facteur.OK, run("user", "passwd", "alice@example.org", "--generate"));
    assertTrue(out.contains("password: "), out);
    assertEquals(Facteur.OK, run("user", "list"));
    assertTrue(out.contains("*@example.net") && out.contains("off"), out);
    assertEquals(Facteur.OK, run("user", "remove", "alice@example.org"));
    assertEquals(Facteur.PROBLEM, run("user", "remove", "alice@example.org"));
  }

  @Test
  void damagedUsersFilesAreShownWithWhatToType() throws IOException {
    Path users = directory.resolve("data/users");
    input = "correct horse\n";
    run("user", "add", "alice@example.org", "--password-stdin");
    String whole = Files.readString(users);
    Files.writeString(users, whole + "ALICE@example.org\n");
    assertEquals(Facteur.PROBLEM, run("user", "list"));
    assertTrue(err.contains("this line and line 3 name the same user, alice@example.org"), err);
    assertEquals("", out, "there are users, though none can be shown");
    String remedy = "facteur user remove -c " + file + " alice@example.org";
    assertTrue(err.contains(remedy), err);
    for (List<String> command :
        List.of(
            List.of("user", "add", "alice@example.org", "--generate"),
            List.of("user", "lock", "alice@example.org"),
            List.of("user", "passwd", "alice@example.org", "--generate"))) {
      assertEquals(Facteur.PROBLEM, run(command.toArray(String[]::new)));
      assertTrue(err.contains("this line and line 3") && err.contains(remedy), err);
      assertEquals("", out, "no password is shown that nobody gets");
    }
    assertEquals(Facteur.OK, run("user", "remove", "alice@example.org"), err);
    assertEquals(Facteur.OK, run("user", "add", "alice@example.org", "--password-stdin"), err);

    String cut = whole.substring(0, whole.length() - 20);
    Files.writeString(users, cut);
    assertEquals(Facteur.PROBLEM, run("user", "list"));
    assertTrue(err.contains("printf '\\n#end\\n' >> " + users), err);
    for (List<String> command :
        List.of(
            List.of("user", "add", "bob@example.org", "--generate"),
            List.of("user", "remove", "alice@example.org"),
            List.of("user", "passwd", "alice@example.org", "--generate"))) {
      assertEquals(Facteur.PROBLEM, run(command.toArray(String[]::new)));
      assertTrue(err.contains("printf '\\n#end\\n' >> " + users), err);
      assertEquals("", out, "no password is shown that nobody gets");
      assertEquals(cut, Files.readString(users));
    }
  }

  @Test
  void aLockedUserStaysLockedUntilUnlocked() {
    input = "correct horse\n";
    run("user", "add", "alice@example.org", "--password-stdin", "--scram");
    assertEquals(Facteur.OK, run("user", "lock", "alice@example.org"));
    run("user", "list", "--json");
    assertTrue(out.contains("\"locked\":true"), out);
    assertEquals(Facteur.OK, run("user", "scram", "alice@example.org", "off"));
    assertEquals(Facteur.OK, run("user", "send-as", "alice@example.org", "*@example.net"));
    assertEquals(Facteur.OK, run("user", "passwd", "alice@example.org", "--generate"));
    assertTrue(out.contains("facteur user unlock -c " + file + " alice@example.org"), out);
    run("user", "list", "--json");
    assertTrue(out.contains("\"locked\":true"), out);
    assertEquals(Facteur.OK, run("user", "unlock", "alice@example.org"));
    run("user", "list", "--json");
    assertTrue(out.contains("\"locked\":false"), out);
    assertEquals(Facteur.PROBLEM, run("user", "lock", "bob@example.org"));
    assertTrue(err.contains("no user bob@example.org"), err);
  }

  @Test
  void aUserOfAForeignDomainIsRefusedWithTheLineToAdd() {
    input = "correct horse\n";
    assertEquals(Facteur.PROBLEM, run("user", "add", "bob@example.net", "--password-stdin"));
    assertTrue(err.contains("domains { \"example.net\" {} }"), err);
  }

  @Test
  void scramNeedsTheRightPassword() {
    input = "correct horse\n";
    run("user", "add", "alice@example.org", "--password-stdin");
    input = "wrong horse\n";
    assertEquals(
        Facteur.PROBLEM, run("user", "scram", "alice@example.org", "on", "--password-stdin"));
  }

  @Test
  void shortPasswordsAreRefused() {
    input = "short\n";
    assertEquals(Facteur.PROBLEM, run("user", "add", "alice@example.org", "--password-stdin"));
    assertTrue(err.contains("--generate"), err);
  }

  @Test
  void noServerIsSaidWithWhatToDo() {
    for (String command : List.of("status", "reload", "stop")) {
      assertEquals(Facteur.PROBLEM, run(command));
      assertTrue(err.contains("facteur run"), err);
    }
    assertEquals(Facteur.PROBLEM, run("status", "--quiet"));
    assertEquals("", out + err);
  }

  @Test
  void aServerThatCannotBeAskedIsNotCalledMissing() throws IOException {
    Files.writeString(file, "hostname = mail.example.org\ncontrol.enabled = off\n");
    assertEquals(Facteur.PROBLEM, run("status"));
    assertTrue(err.contains("control.enabled is off"), err);
  }

  /// With a resolver that does not answer it would take ten seconds.
  @Test
  void theNameOfTheMachineIsAskedForOnlyWhereItCounts() throws IOException {
    Files.writeString(file, "domains.\"example.org\" {}\n");
    machine =
        () -> {
          throw new AssertionError("the machine is asked for its name");
        };
    for (String command :
        List.of("status", "stop", "sessions", "user list", "queue list", "why x", "queue flush")) {
      var words = new ArrayList<>(List.of(command.split(" ", -1)));
      words.addAll(List.of("-c", file.toString()));
      runBare(words.toArray(String[]::new));
      assertFalse(err.contains("please report"), err);
    }
    assertEquals(Facteur.OK, runBare("version"));
    assertEquals(Facteur.OK, runBare("--help"));
    Path mail = Files.writeString(directory.resolve("m.eml"), "From: a@example.org\n\nhello\n");
    Path zone = Files.writeString(directory.resolve("zone"), "");
    runBare("verify", mail.toString(), "--zone", zone.toString());
    assertTrue(out.contains("Authentication-Results: localhost"), out + err);
  }

  @Test
  void beforeTheFirstStartThereIsNoQueue() {
    for (String command :
        List.of(
            "queue list", "queue summary", "queue show X", "queue cat X", "why a@example.org")) {
      var words = new ArrayList<>(List.of(command.split(" ", -1)));
      words.addAll(List.of("-c", file.toString()));
      assertEquals(Facteur.PROBLEM, runBare(words.toArray(String[]::new)));
      assertEquals(
          "facteur: There is no queue yet: "
              + directory.resolve("data/queue/queue.db")
              + " is missing.\nThe server makes it when it starts for the first time: facteur run"
              + " -c "
              + file
              + "\n",
          err);
    }
  }

  @Test
  void aUsersFileThatIsGoneIsNotCalledEmpty() throws IOException {
    assertEquals(Facteur.OK, run("user", "list"));
    assertTrue(out.contains("There are no users yet"), out);
    input = "correct horse\n";
    assertEquals(Facteur.OK, run("user", "add", "alice@example.org", "--password-stdin"), err);
    Path users = directory.resolve("data/users");
    Files.delete(users);
    for (String json : List.of("user list", "user list --json")) {
      assertEquals(Facteur.PROBLEM, run(json.split(" ", -1)));
      assertTrue(err.contains("The users file is gone: " + users), err);
      assertEquals("", out);
    }
  }

  @Test
  void whatIsNotUnderstoodEndsWithTwo() {
    assertEquals(Facteur.USAGE, run("chek"));
    assertTrue(err.contains("facteur check"), err);
    assertEquals(Facteur.USAGE, run("check", "--no-such-option"));
    assertEquals(Facteur.USAGE, run());
    assertEquals(Facteur.USAGE, run("queue"));
  }

  @Test
  void theServerIsStartedWithRightSettingsOnly() throws IOException {
    assertEquals(42, run("run"));
    Files.writeString(file, "hostname = 1\n");
    assertEquals(Facteur.PROBLEM, run("run"));
    assertTrue(err.contains("line 1"), err);
  }

  @Test
  void aFaultOfTheProgramEndsWithSeventy() throws IOException {
    Files.writeString(file, "hostname = fault.example.org\n");
    assertEquals(Facteur.FAULT, run("run"));
  }

  @Test
  void theReferenceComesOut() {
    assertEquals(Facteur.OK, run("config", "reference"));
    assertTrue(out.contains("#hostname = mail.example.org"));
    assertFalse(out.contains("\u001b"), "no colours without a terminal");
  }

  @Test
  void theCompletionKnowsEveryCommand() {
    assertEquals(Facteur.OK, run("completion"));
    assertTrue(out.contains("explain") && out.contains("release"));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandHasHelp() {
    var names = new ArrayList<List<String>>();
    collect(
        Facteur.commandLine(workplace(new StringWriter(), new StringWriter())), List.of(), names);
    return names.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    "facteur " + String.join(" ", name),
                    () -> {
                      var arguments = new ArrayList<>(name);
                      arguments.add("--help");
                      assertEquals(Facteur.OK, runBare(arguments.toArray(String[]::new)));
                      assertTrue(out.contains("Usage: facteur"), out);
                      assertTrue(out.lines().count() > 3, "says what it does");
                    }));
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> names) {
    names.add(path);
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              var longer = new ArrayList<>(path);
              longer.add(name);
              collect(command, longer, names);
            });
  }

  private int run(String... arguments) {
    if (arguments.length == 0
        || List.of("queue", "chek", "config", "completion").contains(arguments[0])) {
      return runBare(arguments);
    }
    var all = new ArrayList<>(List.of(arguments));
    all.add("-c");
    all.add(file.toString());
    return runBare(all.toArray(String[]::new));
  }

  private int runBare(String... arguments) {
    var outText = new StringWriter();
    var errText = new StringWriter();
    int code = Facteur.commandLine(workplace(outText, errText)).execute(arguments);
    out = outText.toString();
    err = errText.toString();
    return code;
  }

  private Workplace workplace(StringWriter outText, StringWriter errText) {
    return new Workplace(
        "facteur",
        environment,
        machine,
        file,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        new PrintWriter(outText, true),
        new PrintWriter(errText, true),
        false,
        _ -> Optional.empty(),
        new SecureRandom(),
        (settings, _, _, _) -> {
          if (settings
              .shown(HostSettings.HOSTNAME)
              .filter("fault.example.org"::equals)
              .isPresent()) {
            throw new IllegalStateException("a fault");
          }
          return 42;
        },
        () -> Instant.parse("2026-11-22T06:00:00Z"),
        (_, _) -> ZoneResolver.of(zone),
        _ -> List.of());
  }
}
