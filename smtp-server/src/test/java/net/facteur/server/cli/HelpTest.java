package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Every command describes itself in the language of the terminal.
class HelpTest {
  private static final Map<String, String> FRENCH = Map.of("LANG", "fr_FR.UTF-8");

  /// Parameters whose name says what they are.
  private static final Set<String> SAY_THEMSELVES =
      Set.of(
          "DOMAIN",
          "ADDRESS",
          "ADDRESS|@DOMAIN",
          "SELECTOR",
          "NAME@DOMAIN",
          "NEW@DOMAIN",
          "SIZE|none|default",
          "on|off");

  /// What picocli adds to each command.
  private static final Set<String> OF_PICOCLI = Set.of("--help", "--version");

  private static CommandSpec root() {
    return CommandRun.commands().getCommandSpec();
  }

  private static void walk(CommandSpec command, BiConsumer<String, CommandSpec> visit) {
    visit.accept(command.qualifiedName("."), command);
    command.subcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .forEach(below -> walk(below, visit));
  }

  /// What the bundles call an option or a parameter.
  private static String key(ArgSpec argument) {
    return switch (argument) {
      case OptionSpec option when OF_PICOCLI.contains(option.longestName()) ->
          "mixinStandardHelpOptions." + bare(option);
      case OptionSpec option -> bare(option);
      case PositionalParamSpec parameter -> parameter.paramLabel() + "[" + parameter.index() + "]";
      default -> throw new IllegalStateException(argument.toString());
    };
  }

  private static String bare(OptionSpec option) {
    return option.longestName().replaceFirst("^-+", "");
  }

  private static Set<String> rows(Language language) {
    return new TreeSet<>(
        Collections.list(language.bundle().getKeys()).stream()
            .filter(key -> key.startsWith("help."))
            .map(key -> key.replaceFirst("^help\\.", "").replaceFirst("\\.\\d+$", ""))
            .toList());
  }

  @Test
  void noDescriptionStandsWithTheCommand() {
    var found = new ArrayList<String>();
    walk(
        root(),
        (name, command) -> {
          if (command.usageMessage().description().length > 0
              || command.usageMessage().footer().length > 0
              || !command.usageMessage().exitCodeList().isEmpty()) {
            found.add(name);
          }
          command.args().stream()
              .filter(argument -> !key(argument).startsWith("mixinStandardHelpOptions"))
              .filter(argument -> argument.description().length > 0)
              .forEach(argument -> found.add(name + "." + key(argument)));
        });
    assertEquals(List.of(), found, "put it into the bundles as help.COMMAND...");
  }

  @TestFactory
  Stream<DynamicTest> everyCommandOptionAndParameterIsDescribed() {
    return Language.known().stream()
        .map(language -> DynamicTest.dynamicTest(language.code(), () -> described(language)));
  }

  private static void described(Language language) {
    Set<String> rows = rows(language);
    var used = new TreeSet<String>(Set.of("synopsis", "usage.commandListHeading"));
    var lacking = new ArrayList<String>();
    walk(
        root(),
        (name, command) -> {
          String description = name + ".usage.description";
          (rows.contains(description) ? used : lacking).add(description);
          Stream.of("footer", "exitCodeList", "exitCodeListHeading")
              .map(part -> name + ".usage." + part)
              .forEach(used::add);
          for (ArgSpec argument : command.args()) {
            List<String> asked = List.of(name + "." + key(argument), key(argument));
            List<String> there = asked.stream().filter(rows::contains).toList();
            used.addAll(there.stream().limit(1).toList());
            if (there.isEmpty() && !SAY_THEMSELVES.contains(argument.paramLabel())) {
              lacking.add(asked.getFirst());
            }
          }
        });
    assertEquals(List.of(), lacking);
    rows.removeAll(used);
    assertEquals(Set.of(), rows, "describes nothing that there is");
  }

  @Test
  void noHelpIsTheSameInBothLanguages() {
    for (String key : Collections.list(Language.ENGLISH.bundle().getKeys())) {
      String english = Language.ENGLISH.bundle().getString(key);
      if (key.startsWith("help.") && !english.isBlank()) {
        assertTrue(!english.equals(Language.FRENCH.bundle().getString(key)), key);
      }
    }
  }

  @Test
  void theTerminalChoosesTheLanguage() {
    CommandRun french = CommandRun.with(FRENCH, Path.of("none"), "--help");
    assertEquals(Facteur.OK, french.code());
    assertTrue(french.out().startsWith("Utilisation : facteur [-hV] COMMAND\n"), french.out());
    assertTrue(french.out().contains("  -h, --help      Affiche cette aide et s'arrête."));
    assertTrue(french.out().contains("Commandes :\n"));
    assertTrue(french.out().contains("Regarde la file d'attente, et la dirige."));
    assertTrue(french.out().contains("Se termine par 0 : tout va bien"));

    CommandRun english = CommandRun.with(Map.of("LANG", "C"), Path.of("none"), "--help");
    assertTrue(english.out().startsWith("Usage: facteur [-hV] COMMAND\n"), english.out());
    assertTrue(english.out().contains("Look at the mail queue, and steer it."));

    CommandRun below = CommandRun.with(FRENCH, Path.of("none"), "queue", "list", "--help");
    assertTrue(below.out().contains("Montre les messages qui attendent, le plus ancien d'abord."));
    assertTrue(below.out().contains("--from=ADDRESS"), below.out());
    assertTrue(below.out().contains("Le courrier de cet expéditeur d'enveloppe"), below.out());
  }

  @Test
  void whatIsGeneratedStaysEnglish() {
    CommandRun english = CommandRun.with(Map.of(), Path.of("none"), "config", "commands");
    CommandRun french = CommandRun.with(FRENCH, Path.of("none"), "config", "commands");
    assertEquals(english.out(), french.out());
    assertEquals(
        CommandRun.with(Map.of(), Path.of("none"), "completion").out(),
        CommandRun.with(FRENCH, Path.of("none"), "completion").out());
  }

  @Test
  void whatIsMistypedIsToldInFrench() {
    assertEquals("Il n'y a pas de commande 'nonsense'.", mistyped("nonsense").getFirst());
    assertEquals(
        List.of("Il n'y a pas de commande 'lst'.", "Vouliez-vous dire : facteur queue list ?"),
        mistyped("queue", "lst"));
    assertEquals(
        List.of("Option inconnue : '--jsn'", "Options possibles : --json"),
        mistyped("queue", "list", "--jsn"));
    assertEquals("Il manque : 'ADDRESS|ID|MESSAGE-ID'", mistyped("why").getFirst());
    assertEquals(
        "L'option '--from' demande une valeur (ADDRESS)",
        mistyped("queue", "list", "--from").getFirst());
    assertEquals(
        "Valeur impossible pour l'option '--limit' : 'x' n'est pas un nombre entier",
        mistyped("queue", "list", "-n", "x").getFirst());
    assertEquals(
        "Valeur impossible pour l'option '--format' : 'x' n'est aucune de celles-ci :"
            + " bind, line, json",
        mistyped("dkim", "record", "x", "--format", "x").getFirst());
    assertEquals(
        "L'option '--limit' ne peut être donnée qu'une fois",
        mistyped("queue", "list", "-n", "1", "-n", "2").getFirst());
    assertEquals("Il manque : '--domain=DOMAIN', 'FILE'", mistyped("sign").getFirst());
    assertEquals("Il manque l'option : '--domain=DOMAIN'", mistyped("sign", "m.eml").getFirst());
    assertEquals("Pas attendu ici : 'b'", mistyped("tls", "test", "a", "b").getFirst());
  }

  @Test
  void whatIsMistypedIsToldInEnglish() {
    CommandRun run = CommandRun.with(Map.of(), Path.of("none"), "queue", "list", "--jsn");
    assertEquals(Facteur.USAGE, run.code());
    assertEquals("Unknown option: '--jsn'\nPossible solutions: --json\n", run.err());
    assertEquals(
        "Missing required parameter: 'ADDRESS|ID|MESSAGE-ID'",
        CommandRun.with(Map.of(), Path.of("none"), "why").err().lines().findFirst().orElseThrow());
  }

  private static List<String> mistyped(String... words) {
    CommandRun run = CommandRun.with(FRENCH, Path.of("none"), words);
    assertEquals(Facteur.USAGE, run.code(), () -> Arrays.toString(words));
    assertEquals("", run.out());
    return run.err().lines().toList();
  }
}
