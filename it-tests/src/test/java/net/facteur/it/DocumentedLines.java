package net.facteur.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The lines of the code blocks of our pages, and what is known of each.
///
/// @param rules in the order of their file
record DocumentedLines(List<Rule> rules) {
  private static final Path PROJECT = Path.of("").toAbsolutePath().resolve("..").normalize();
  private static final Path RULES = Path.of("src/test/resources/documents/lines");
  private static final Pattern RULE = Pattern.compile("(.+?) \\| (.+)");
  private static final Pattern RUN = Pattern.compile("run(?: ([0-9]+))?(?:, typing (\\S+))?");

  /// Pages that only programs write.
  private static final List<String> GENERATED = List.of("commands.md", "configuration.md");

  /// What becomes of a line.
  sealed interface Fate {
    /// It runs to its end.
    ///
    /// @param typing what it asks for on its terminal, such as a password, once or twice
    record Run(int exitCode, Optional<String> typing) implements Fate {}

    /// It goes on, and is stopped after a while.
    record Briefly() implements Fate {}

    /// It goes on while the rest of its page runs.
    record Beside() implements Fate {}

    /// It cannot be run, or is no line of a shell.
    record NotRun(String reason) implements Fate {}
  }

  /// @param line a pattern of whole lines
  record Rule(Fate fate, Pattern line) {}

  static DocumentedLines read() throws IOException {
    var rules = new ArrayList<Rule>();
    for (String line : Files.readAllLines(RULES)) {
      if (!line.isBlank() && !line.startsWith("#")) {
        Matcher rule = RULE.matcher(line);
        if (!rule.matches()) {
          throw new AssertionError(RULES + ": " + line);
        }
        boolean pattern = rule.group(1).startsWith("text: ");
        rules.add(
            new Rule(
                fate(rule.group(1)),
                Pattern.compile(pattern ? rule.group(2) : Pattern.quote(rule.group(2)))));
      }
    }
    return new DocumentedLines(rules);
  }

  private static Fate fate(String word) {
    Matcher run = RUN.matcher(word);
    if (run.matches()) {
      return new Fate.Run(
          Optional.ofNullable(run.group(1)).map(Integer::parseInt).orElse(0),
          Optional.ofNullable(run.group(2)));
    }
    return switch (word) {
      case "briefly" -> new Fate.Briefly();
      case "beside" -> new Fate.Beside();
      default -> {
        if (!word.matches("(not|text): .+")) {
          throw new AssertionError(RULES + ": what is `" + word + "`?");
        }
        yield new Fate.NotRun(word);
      }
    };
  }

  /// What becomes of a line; empty where nobody has said.
  Optional<Rule> of(String line) {
    return rules.stream().filter(rule -> rule.line().matcher(line).matches()).findFirst();
  }

  /// The pages that are for people, from the root of the project.
  static List<Path> pages() throws IOException {
    var pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("docker/README.md")));
    for (String directory : List.of("docs", "docs/fr")) {
      try (Stream<Path> files = Files.list(PROJECT.resolve(directory))) {
        files
            .map(PROJECT::relativize)
            .filter(page -> page.toString().endsWith(".md"))
            .filter(page -> !GENERATED.contains(String.valueOf(page.getFileName())))
            .sorted()
            .forEach(pages::add);
      }
    }
    return pages;
  }

  /// The lines of the code blocks of a page, where one goes on in the next as one.
  static List<String> in(Path page) throws IOException {
    var lines = new ArrayList<String>();
    boolean fenced = false;
    boolean indented = false;
    boolean afterEmpty = true;
    for (String line : Files.readAllLines(PROJECT.resolve(page))) {
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
        continue;
      }
      indented = line.startsWith("    ") && (afterEmpty || indented) && !line.isBlank();
      if ((fenced || indented) && !line.isBlank()) {
        lines.add(line.strip());
      }
      afterEmpty = line.isBlank() || line.startsWith("#") || indented;
    }
    return String.join("\n", lines).replaceAll("\\\\\\n", "").lines().toList();
  }
}
