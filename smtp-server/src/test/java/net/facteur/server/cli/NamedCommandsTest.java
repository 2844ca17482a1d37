package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Whatever command a text of the program or of its documentation tells somebody to type, there is.
class NamedCommandsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /// `facteur` as a command: at the start of a text, or after what comes before a command.
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:^|[`\"(:]|\\./|[Tt]ype: |[Tt]ype |see |by |with |make one: | {4})facteur"
              + " ([a-z][a-z0-9-]*)(?: ([a-z][a-z0-9-]*+)(?![.@][a-z]))?",
          Pattern.MULTILINE);

  /// Words that follow the name of the program in a sentence.
  private static final List<String> PROSE = List.of("has", "is", "in", "moves", "names", "itself");

  @Test
  void everyCommandThatATextNamesExists() throws IOException {
    CommandLine root = CommandRun.commands();
    var wrong = new TreeSet<String>();
    int[] seen = {0};
    try (Stream<Path> sources = Files.walk(ROOT.resolve("smtp-server/src/main/java"));
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> tables = Files.walk(ROOT.resolve("smtp-server/src/main/resources"))) {
      Stream.of(sources, docs, tables, Stream.of(ROOT.resolve("README.md")))
          .flatMap(paths -> paths)
          .filter(path -> path.toString().matches(".*\\.(java|md|txt|conf|properties)"))
          .filter(path -> !path.toString().contains("/adr/"))
          .forEach(
              path -> {
                Matcher named = COMMAND.matcher(text(path));
                while (named.find()) {
                  seen[0]++;
                  check(root, named, ROOT.relativize(path), wrong);
                }
              });
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(seen[0] > 100, () -> "only " + seen[0] + " were looked at");
  }

  private static void check(CommandLine root, Matcher named, Path path, Set<String> wrong) {
    if (PROSE.contains(named.group(1))) {
      return;
    }
    CommandLine command = root.getSubcommands().get(named.group(1));
    if (command == null) {
      wrong.add(path + ": facteur " + named.group(1));
      return;
    }
    Map<String, CommandLine> below = command.getSubcommands();
    if (!below.isEmpty() && named.group(2) != null && !below.containsKey(named.group(2))) {
      wrong.add(path + ": facteur " + named.group(1) + " " + named.group(2));
    }
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
