package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What commands say comes from the bundles.
class CommandTextsTest {
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/main/java/net/facteur/server/cli"),
          Path.of("src/main/java/net/facteur/server/demo"));

  private static final Map<String, String> FRENCH = Map.of("LANG", "fr_FR.UTF-8");

  /// Files whose sentences are the same in every language, and why.
  private static final Map<String, String> ENGLISH =
      Map.ofEntries(
          Map.entry("FirstAnswer.java", "the reason of an answer, as resolvers give it"),
          Map.entry("CommandsPage.java", "writes docs/commands.md, which is English"),
          Map.entry("ManPages.java", "writes manual pages, which are English"),
          Map.entry("MasterText.java", "what a grammar expected, as the parsers of auth say it"),
          Map.entry("Site.java", "settings that only the servers of the demonstration read"),
          Map.entry(
              "RunningServer.java", "what an exception says of a server that breaks the protocol"),
          Map.entry("VerifyBatch.java", "stands in JSON, and so in English"));

  private static final Pattern LITERAL =
      Pattern.compile("\"\"\".*?\"\"\"|'(?:[^'\\\\]|\\\\.)+'|\"((?:[^\"\\\\\n]|\\\\.)*)\"", 32);

  private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*//.*$|\\s// .*$");

  /// What a bug says of itself, and the log.
  private static final Pattern UNREAD =
      Pattern.compile("(?s)(?:new Illegal(?:State|Argument)Exception|LOG\\.\\w+)\\(.*?\\);");

  /// Three words after each other, where a command or a record has none.
  private static final Pattern SENTENCE =
      Pattern.compile("(?:\\b|^)[A-Za-z']{2,}[,;:.)]* [a-z']+[,;:.)]* [a-z']{2,}");

  /// What is typed is the same in every language.
  private static final Pattern TYPED = Pattern.compile("^(facteur|systemctl|openssl) .*");

  @Test
  void noSentenceStandsInTheCommands() throws IOException {
    var found = new TreeSet<String>();
    var english = new TreeSet<String>();
    for (Path sources : SOURCES) {
      for (Path file : files(sources)) {
        String name = file.getFileName().toString();
        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
        code = UNREAD.matcher(code).replaceAll("");
        for (MatchResult literal : LITERAL.matcher(code).results().toList()) {
          String text = literal.group(1) == null ? literal.group() : literal.group(1);
          if (SENTENCE.matcher(text).find() && !TYPED.matcher(text).matches()) {
            if (ENGLISH.containsKey(name)) {
              english.add(name);
            } else {
              found.add(name + ": " + text);
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", found), "put these into the bundles");
    assertEquals(new TreeSet<>(ENGLISH.keySet()), english, "these need no exception any more");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(path -> path.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void theQueueSpeaksFrench(@TempDir Path directory) throws IOException {
    Path settings = settings(directory);
    CommandRun list = CommandRun.with(FRENCH, settings, "queue", "list");
    assertEquals(Facteur.PROBLEM, list.code());
    assertTrue(
        list.err().startsWith("facteur: Il n'y a pas encore de file d'attente : "), list.err());
    assertTrue(list.err().contains("à son premier démarrage : facteur run"), list.err());
    CommandRun why = CommandRun.with(FRENCH, settings, "why", "alice@example.org");
    assertTrue(
        why.err().startsWith("facteur: Il n'y a pas encore de file d'attente : "), why.err());
    CommandRun retry = CommandRun.with(FRENCH, settings, "queue", "retry");
    assertEquals(Facteur.USAGE, retry.code());
    assertEquals(
        List.of(
            "facteur: Rien n'est choisi.",
            "Nommez des numéros de file d'attente, des options telles que --domain, ou --all."),
        retry.err().lines().toList());
    CommandRun stop = CommandRun.with(FRENCH, settings, "stop");
    assertTrue(stop.err().contains("Aucun serveur ne") || stop.err().contains("il n'y a pas de"));
  }

  @Test
  void whatProgramsReadIsTheSameInEveryLanguage(@TempDir Path directory) throws IOException {
    Path settings = settings(directory);
    Path zone = directory.resolve("zone.json");
    Files.writeString(
        zone, "{\"example.org\": {\"TXT\": [\"v=spf1 mx include:a.example nonsense:x ?all\"]}}");
    List<String> words =
        List.of("spf", "explain", "example.org", "--zone", zone.toString(), "--json");
    CommandRun english = CommandRun.with(Map.of(), settings, words.toArray(String[]::new));
    CommandRun french = CommandRun.with(FRENCH, settings, words.toArray(String[]::new));
    assertEquals(english.out(), french.out());
    assertTrue(english.out().contains("\"lines\""), english.out());
    CommandRun people =
        CommandRun.with(
            FRENCH, settings, "spf", "explain", "example.org", "--zone", zone.toString());
    assertTrue(people.out().startsWith("example.org dit : v=spf1"), people.out());
  }

  @Test
  void theDemonstrationIsACommandLikeTheOthers(@TempDir Path directory) {
    String state = directory.resolve("state").toString();
    CommandRun show = CommandRun.with(FRENCH, Path.of("none"), "demo", "--show", "--dir", state);
    assertEquals(Facteur.PROBLEM, show.code());
    assertTrue(
        show.err().startsWith("facteur demo: aucun message n'est encore arrivé ; tapez d'abord : "),
        show.err());
    CommandRun help = CommandRun.with(FRENCH, Path.of("none"), "demo", "--help");
    assertTrue(help.out().contains("Codes de sortie :"), help.out());
    assertTrue(help.out().contains("chaque message honnête"), help.out());
  }

  private static Path settings(Path directory) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\ndirectories.data = \""
            + directory.resolve("data")
            + "\"\n");
    return file;
  }
}
