package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class TypedCommandsTest {
  private static TypedCommands of(String file) {
    return TypedCommands.of(CommandRun.commands().getCommandSpec(), "facteur", Optional.of(file));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "facteur check|facteur check -c m.conf",
        "See: facteur dkim list example.org|See: facteur dkim list -c m.conf example.org",
        "Type: ./facteur reload.|Type: facteur reload -c m.conf.",
        "Start one with `facteur run`, or|Start one with `facteur run -c m.conf`, or",
        "facteur check && facteur reload|facteur check -c m.conf && facteur reload -c m.conf",
        "sudo -u facteur facteur dkim list|sudo -u facteur facteur dkim list -c m.conf",
        "(or facteur stop, and then facteur run)"
            + "|(or facteur stop -c m.conf, and then facteur run -c m.conf)",
        "make another: facteur dkim rotate. If|make another: facteur dkim rotate -c m.conf. If",
        // commands without the option, groups, and what is no command
        "facteur setup example.org --dir /srv/mail|facteur setup example.org --dir /srv/mail",
        "facteur version|facteur version",
        "facteur completion|facteur completion",
        "sudo -u facteur facteur dkim ...|sudo -u facteur facteur dkim ...",
        "systemctl restart facteur, then wait|systemctl restart facteur, then wait",
        "chown facteur run.key|chown facteur run.key",
        "/srv/facteur run|/srv/facteur run",
        "Facteur run by hand|Facteur run by hand",
        // it is named already
        "facteur check -c /other.conf|facteur check -c /other.conf",
        "facteur check --config=/other.conf|facteur check --config=/other.conf",
        "facteur status --json -c other.conf|facteur status --json -c other.conf",
        "facteur check && facteur stop -c o.conf"
            + "|facteur check -c m.conf && facteur stop -c o.conf",
      })
  void commandsThatReadSettingsNameTheFile(String text, String typed) {
    assertEquals(typed, of("m.conf").in(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "facteur check|./facteur check",
        "./facteur check|./facteur check",
        "Begin with: facteur setup example.org|Begin with: ./facteur setup example.org",
        "sudo -u facteur facteur dkim list|sudo -u facteur ./facteur dkim list",
        "Usage: facteur [-hV] COMMAND|Usage: ./facteur [-hV] COMMAND",
        "`facteur COMMAND --help` tells more|`./facteur COMMAND --help` tells more",
        // the user, the unit, and the program in a sentence
        "sudo -u facteur ls|sudo -u facteur ls",
        "systemctl restart facteur|systemctl restart facteur",
        "chown facteur run.key|chown facteur run.key",
        "where facteur has its files|where facteur has its files",
        "/srv/facteur run|/srv/facteur run",
      })
  void commandsCallTheProgramAsItWasCalled(String text, String typed) {
    assertEquals(
        typed,
        TypedCommands.of(CommandRun.commands().getCommandSpec(), "./facteur", Optional.empty())
            .in(text));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/srv/my mail/m.conf,'/srv/my mail/m.conf'",
        "it's.conf,'it'\\''s.conf'",
        "$(id).conf,'$(id).conf'",
        "/srv/mail-1/m.conf,/srv/mail-1/m.conf"
      })
  void aNameIsQuotedForTheShell(String named, String quoted) {
    assertEquals("facteur check -c " + quoted, of(named).in("facteur check"));
  }

  /// What a volunteer reads who types `./facteur` in a source tree.
  @Test
  void everyTextCallsTheProgramAsItWasCalled(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("conf/mail.conf");
    String dir = directory.toString();
    var lines =
        new ArrayList<>(
            List.of(
                List.of("setup", "example.org", "--yes", "--dir", dir),
                List.of("chek"),
                List.of("queue"),
                List.of("status"),
                List.of("queue", "list"),
                List.of("user", "passwd", "nobody@example.org"),
                List.of("user", "list"),
                List.of("dkim", "list"),
                List.of("dkim", "generate", "example.org"),
                List.of("dkim", "generate", "example.org", "--selector", "own"),
                List.of("dkim", "rotate", "example.org"),
                List.of("dkim", "import", "example.org", "other"),
                List.of("dkim", "activate", "example.org", "own"),
                List.of("doctor", "--offline"),
                List.of("doctor", "--offline", "--json"),
                List.of("doctor", "--offline", "--language", "fr"),
                List.of("explain", "queue.history"),
                List.of("explain", "domains"),
                List.of("explain", "qeue.history"),
                List.of("tls", "renew"),
                List.of("dns", "records"),
                List.of("srs", "encode", "alice@example.net"),
                List.of("verify"),
                List.of("run")));
    collect(CommandRun.commands(), List.of(), lines);
    for (String program : List.of("./facteur", "/opt/my facteur/facteur")) {
      String typed = TypedCommands.quoted(program) + " ";
      int seen = 0;
      for (List<String> line : lines) {
        CommandRun run = CommandRun.called(program, file, line.toArray(String[]::new));
        String text = (run.out() + run.err()).replace("mailed: ", "").replace(typed, "TYPED ");
        seen += text.split("TYPED ", -1).length - 1;
        assertFalse(text.contains("please report"), text);
        Matcher other =
            Pattern.compile("(?<![\\w./@-])(?:\\./)?facteur (?=COMMAND|\\[-|" + names() + ")")
                .matcher(text);
        assertFalse(other.find(), () -> String.join(" ", line) + ": " + text);
      }
      int commands = seen;
      assertTrue(commands > 100, () -> "only " + commands + " were looked at");
    }
  }

  private static String names() {
    return String.join("\\b|", CommandRun.commands().getSubcommands().keySet()) + "\\b";
  }

  private static void collect(CommandLine line, List<String> path, List<List<String>> lines) {
    var help = new ArrayList<>(path);
    help.add("--help");
    lines.add(help);
    line.getSubcommands()
        .forEach(
            (name, command) -> {
              var longer = new ArrayList<>(path);
              longer.add(name);
              collect(command, longer, lines);
            });
  }

  @Test
  void theServerMailsThemWithTheWholeNameOfItsFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("m.conf");
    Files.writeString(file, "hostname = mx.example.org\ndomains { \"example.org\" {} }\n");
    Path here = Path.of("").toAbsolutePath();
    String relative = here.relativize(file.toAbsolutePath()).toString();
    for (String[] named : new String[][] {{"-c", file.toString()}, {"-c", relative}}) {
      CommandRun run = CommandRun.with(Map.of(), file, "run", named[0], named[1]);
      assertEquals("mailed: facteur doctor -c " + file + "\n", run.out(), run.err());
    }
    CommandRun environment = CommandRun.with(Map.of("FACTEUR_CONF", relative), file, "run");
    assertEquals("mailed: facteur doctor -c " + file + "\n", environment.out());
    assertEquals("mailed: facteur doctor\n", CommandRun.with(Map.of(), file, "run").out());
  }

  @Test
  void jsonHasThemAsTheTextHas(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("m.conf");
    Files.writeString(
        file,
        "hostname = mx.example.org\ndomains { \"example.org\" { dkim.selector = nov2026 } }\n");
    String named = "facteur dkim generate -c " + file + " example.org";
    String[] plain = {"doctor", "--offline", "-c", file.toString()};
    String[] json = {"doctor", "--offline", "--json", "-c", file.toString()};
    assertTrue(CommandRun.with(Map.of(), file, plain).out().contains(named));
    CommandRun machine = CommandRun.with(Map.of(), file, json);
    String all = machine.json().toString();
    assertTrue(all.contains(named), all);
    assertEquals(-1, all.indexOf("facteur dkim generate example.org"), all);
  }

  @Test
  void commandsPrintThemWithTheFileTheyWereCalledWith(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("m.conf");
    Files.writeString(file, "hostname = mx.example.org\ndomains { \"example.org\" {} }\n");
    String named = " -c " + file;
    // a remedy
    String[] record = {"dkim", "record", "example.org", "-c", file.toString()};
    CommandRun remedy = CommandRun.with(Map.of(), file, record);
    assertEquals(Facteur.PROBLEM, remedy.code());
    assertTrue(
        remedy.err().contains("facteur dkim generate" + named + " example.org"), remedy.err());
    // by FACTEUR_CONF, and by neither
    String[] plain = {"dkim", "record", "example.org"};
    CommandRun environment = CommandRun.with(Map.of("FACTEUR_CONF", file.toString()), file, plain);
    assertTrue(
        environment.err().contains("facteur dkim generate" + named + " example.org"),
        environment.err());
    CommandRun neither = CommandRun.with(Map.of(), file, plain);
    assertTrue(neither.err().contains("facteur dkim generate example.org"), neither.err());
    assertFalse(neither.err().contains(" -c "), neither.err());
    // an output
    CommandRun list = CommandRun.with(Map.of(), file, "dkim", "list", "-c", file.toString());
    assertTrue(list.out().contains("facteur dkim rotate" + named + " DOMAIN"), list.out());
    CommandRun made =
        CommandRun.with(Map.of(), file, "dkim", "generate", "example.org", "-c", file.toString());
    assertTrue(
        made.out().contains("facteur check" + named + " && facteur reload" + named), made.out());
  }
}
