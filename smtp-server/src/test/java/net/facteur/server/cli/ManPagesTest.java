package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.facteur.server.config.Setting;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// The manual pages say what the command line knows, and troff reads them.
class ManPagesTest {
  /// What may begin a line that troff obeys.
  private static final Set<String> MACROS =
      Set.of(".TH", ".SH", ".TP", ".PP", ".br", ".nf", ".fi", ".B", ".BR", ".I");

  private final CommandSpec root = CommandRun.commands().getCommandSpec();
  private final Map<String, String> pages =
      new ManPages(root, Reference.SCHEMA, "1.2-SNAPSHOT").write();

  @TempDir private Path directory = Path.of("");

  private static Stream<CommandSpec> below(CommandSpec spec) {
    return Stream.concat(
        Stream.of(spec),
        spec.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .flatMap(ManPagesTest::below));
  }

  @TestFactory
  Stream<DynamicTest> everyCommandHasItsPageWithEveryOption() {
    return below(root)
        .map(
            spec ->
                DynamicTest.dynamicTest(
                    spec.qualifiedName(),
                    () -> {
                      String page = pages.getOrDefault(spec.qualifiedName("-") + ".1", "");
                      for (OptionSpec option : spec.options()) {
                        String name = option.longestName().replace("-", "\\-");
                        assertTrue(page.contains(name), () -> name + " is not in " + page);
                      }
                      for (CommandLine sub : spec.subcommands().values()) {
                        String name = sub.getCommandSpec().qualifiedName("-").replace("-", "\\-");
                        assertTrue(page.contains(".BR " + name + " (1)"), page);
                      }
                    }));
  }

  @Test
  void nothingThatIsSaidIsObeyedByTroff() {
    for (String page : pages.values()) {
      page.lines()
          .filter(line -> line.startsWith(".") || line.startsWith("'"))
          .forEach(line -> assertTrue(MACROS.contains(line.split(" ", 2)[0]), line));
    }
    assertEquals(List.of(), pages.values().stream().filter(page -> page.contains("@|")).toList());
  }

  @Test
  void everySettingStandsInItsPage() {
    String page = pages.getOrDefault("mail.conf.5", "");
    for (Setting<?> setting : Reference.SCHEMA.settings()) {
      String head = ".B " + setting.name().replace("-", "\\-") + "\n";
      assertTrue(page.contains(head), () -> head + " is not in " + page);
    }
  }

  @Test
  void thePagesAreWrittenAsFiles() throws Exception {
    Path man = directory.resolve("man");
    assertEquals(0, CommandRun.of(directory, Map.of(), "", "config", "man", man.toString()).code());
    try (Stream<Path> files = Files.list(man)) {
      assertEquals(
          new TreeSet<>(pages.keySet()),
          new TreeSet<>(
              files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList()));
    }
    try (Stream<Path> files = Files.list(man.resolve("fr"))) {
      var commands = new TreeSet<>(pages.keySet());
      commands.remove("mail.conf.5");
      assertEquals(
          commands, new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
    String french = Files.readString(man.resolve("fr").resolve("facteur-queue-list.1"));
    assertTrue(
        french.contains("\n.SH NOM\nfacteur\\-queue\\-list \\- Montre les messages"), french);
    assertTrue(Files.readString(man.resolve("facteur.1")).startsWith(".TH \"FACTEUR\" 1"));
  }
}
