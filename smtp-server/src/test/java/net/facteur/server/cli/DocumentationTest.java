package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What the pages lead to is there: files, headings, commands with their options, and settings.
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /// Directories that hold no pages or texts of ours.
  private static final Set<String> PASSED_OVER = Set.of("target", ".git", "conformance");

  private static final Pattern LINK = Pattern.compile("(?<!\\\\)\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern LINK_IN_HEADING = Pattern.compile("\\[([^]]*)\\]\\([^)]*\\)");
  private static final Pattern PAGE = Pattern.compile("(?<![\\w/])docs/[\\w./-]+\\.md");
  private static final Pattern PROGRAM = Pattern.compile("(?:\\S*/)?facteur");
  private static final Pattern WORD = Pattern.compile("'[^']*'|\"[^\"]*\"|[^\\s'\"]+");
  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
  private static final Pattern COMMAND_END = Pattern.compile("\\||;|&&|<\\(|\\)");
  private static final Pattern SETTING =
      Pattern.compile("[a-z][a-z0-9-]*(?:\\.(?:\"[^\"]+\"|[a-z][a-z0-9-]*))+");

  /// Words that look like settings, and are files, hosts or a package.
  private static final Pattern NO_SETTING =
      Pattern.compile(".*\\.(conf|db|eml|example|key|log|md|org|pem)|keys\\.tlsa|filter\\.daemon");

  @Test
  void everyLinkOfAPageLeadsToAFileAndAHeadingThatIsThere() throws IOException {
    var wrong = new TreeSet<String>();
    int seen = 0;
    for (Path page : files(".md")) {
      for (String line : prose(page)) {
        Matcher link = LINK.matcher(CODE.matcher(line).replaceAll("``"));
        while (link.find()) {
          seen++;
          if (!leadsSomewhere(page, link.group(1))) {
            wrong.add(ROOT.relativize(page) + ": " + link.group(1));
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    int links = seen;
    assertTrue(links > 100, () -> "only " + links + " links were looked at");
  }

  @Test
  void everyPageThatAnyFileNamesIsThere() throws IOException {
    var wrong = new TreeSet<String>();
    int seen = 0;
    for (Path file : files(".md", ".java", ".conf", ".service", ".socket", ".properties")) {
      Matcher named = PAGE.matcher(Files.readString(file));
      while (named.find()) {
        seen++;
        if (!Files.isRegularFile(ROOT.resolve(named.group()))) {
          wrong.add(ROOT.relativize(file) + ": " + named.group());
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    int pages = seen;
    assertTrue(pages > 20, () -> "only " + pages + " were looked at");
  }

  @Test
  void everyCommandInACodeBlockIsUnderstood() throws IOException {
    CommandLine root = CommandRun.commands();
    var wrong = new TreeSet<String>();
    int seen = 0;
    for (Path page : files(".md")) {
      if (page.endsWith("docs/commands.md")) {
        continue;
      }
      for (String line : code(page)) {
        for (List<String> command : commands(line)) {
          seen++;
          try {
            root.parseArgs(command.toArray(String[]::new));
          } catch (CommandLine.ParameterException e) {
            wrong.add(ROOT.relativize(page) + ": " + line.strip() + ": " + e.getMessage());
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    int commands = seen;
    assertTrue(commands > 40, () -> "only " + commands + " were looked at");
  }

  @Test
  void everyCommandInASentenceExistsWithItsOptions() throws IOException {
    CommandLine root = CommandRun.commands();
    var wrong = new TreeSet<String>();
    int seen = 0;
    for (Path page : files(".md")) {
      for (String line : prose(page)) {
        Matcher code = CODE.matcher(line);
        while (code.find()) {
          for (List<String> command : commands(code.group(1))) {
            seen++;
            if (!exists(root, command)) {
              wrong.add(ROOT.relativize(page) + ": " + code.group());
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    int commands = seen;
    assertTrue(commands > 100, () -> "only " + commands + " were looked at");
  }

  private static boolean exists(CommandLine root, List<String> words) {
    CommandLine command = root;
    boolean below = true;
    for (String word : words) {
      CommandLine next = below ? command.getSubcommands().get(word) : null;
      if (next != null) {
        command = next;
      } else if (below && !command.getSubcommands().isEmpty() && word.matches("[a-z-]+")) {
        return false;
      } else {
        below = false;
      }
      if (word.startsWith("-")
          && word.length() > 1
          && command.getCommandSpec().findOption(word.replaceAll("=.*", "")) == null) {
        return false;
      }
    }
    return true;
  }

  /// True for `filter.milter`, which is the name of a package in the tables of the architecture.
  private static boolean isPackage(String name) {
    return Files.isDirectory(
        ROOT.resolve("smtp-server/src/main/java/net/facteur/server")
            .resolve(name.replace('.', '/')));
  }

  @Test
  void everySettingThatAPageNamesIsThere() throws IOException {
    Set<String> settings =
        Files.readAllLines(ROOT.resolve("docs/configuration.md")).stream()
            .filter(line -> line.startsWith("### `"))
            .map(line -> line.substring("### `".length(), line.length() - 1))
            .collect(Collectors.toSet());
    Set<String> sections =
        settings.stream()
            .filter(name -> name.contains("."))
            .map(name -> name.substring(0, name.indexOf('.')))
            .collect(Collectors.toSet());
    var wrong = new TreeSet<String>();
    int seen = 0;
    for (Path page : files(".md")) {
      for (String line : prose(page)) {
        Matcher code = CODE.matcher(line);
        while (code.find()) {
          String name = code.group(1).replaceAll(" .*", "");
          if (SETTING.matcher(name).matches()
              && !NO_SETTING.matcher(name).matches()
              && !isPackage(name)
              && sections.contains(name.substring(0, name.indexOf('.')))) {
            seen++;
            if (!isSetting(settings, name)) {
              wrong.add(ROOT.relativize(page) + ": " + name);
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    int names = seen;
    assertTrue(names > 60, () -> "only " + names + " were looked at");
  }

  @Test
  void theTablesOfTheArchitectureHaveEveryPackage() throws IOException {
    List<String> page = Files.readAllLines(ROOT.resolve("docs/architecture.md"));
    assertEquals(packages("smtp-server", "server"), inTable(page, "smtp-server"));
    assertEquals(packages("queue", "queue"), inTable(page, "queue"));
    assertEquals(packages("auth-mechanisms", "auth"), inTable(page, "auth-mechanisms"));
  }

  /// The packages of a module, seen from its own, which is called by its name.
  private static Set<String> packages(String module, String own) throws IOException {
    Path root = ROOT.resolve(module + "/src/main/java/net/facteur/" + own);
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> path.endsWith("package-info.java"))
          .map(path -> root.relativize(path.getParent()).toString().replace('/', '.'))
          .map(name -> name.isEmpty() ? own : name)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> inTable(List<String> page, String module) {
    return page.stream()
        .dropWhile(line -> !line.startsWith("Packages of `" + module + "`"))
        .dropWhile(line -> !line.startsWith("|"))
        .takeWhile(line -> line.startsWith("|"))
        .flatMap(line -> CODE.matcher(line.substring(1, line.indexOf('|', 1))).results())
        .map(code -> code.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// A setting, the block around one, or an entry of one.
  private static boolean isSetting(Set<String> settings, String name) {
    String plain = name.replaceAll("\"[^\"]+\"", "*");
    return settings.stream()
        .anyMatch(
            setting ->
                setting.equals(plain)
                    || setting.startsWith(plain + ".")
                    || plain.equals(setting + ".*"));
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    if (target.matches("[a-z]+:.*")) {
      return true;
    }
    int hash = target.indexOf('#');
    String path = decoded(hash < 0 ? target : target.substring(0, hash));
    Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!file.startsWith(ROOT) || !Files.exists(file)) {
      return false;
    }
    return hash < 0 || anchors(file).contains(decoded(target.substring(hash + 1)));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(URI.create(text).toString(), StandardCharsets.UTF_8);
  }

  /// The anchors of a page's headings, as GitHub and others make them.
  private static Set<String> anchors(Path page) throws IOException {
    var anchors = new HashSet<String>();
    for (String line : prose(page)) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String text = LINK_IN_HEADING.matcher(heading.group(1)).replaceAll("$1");
        String anchor =
            text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
        for (int n = 1; !anchors.add(n == 1 ? anchor : anchor + "-" + (n - 1)); n++) {}
      }
    }
    return anchors;
  }

  /// The commands of the program in a line of a shell.
  private static List<List<String>> commands(String line) {
    var found = new ArrayList<List<String>>();
    for (String part : COMMAND_END.splitAsStream(COMMENT.matcher(line).replaceFirst("")).toList()) {
      List<String> words = WORD.matcher(part).results().map(word -> word.group()).toList();
      for (int i = 0; i < words.size() - 1; i++) {
        boolean program = PROGRAM.matcher(words.get(i)).matches();
        boolean named = PROGRAM.matcher(words.get(i + 1)).matches();
        boolean value = i > 0 && words.get(i - 1).matches("-(?!it$).*|grant");
        if (program && !named && !value && words.get(i + 1).matches("[a-z][a-z0-9-]*")) {
          found.add(
              words.subList(i + 1, words.size()).stream()
                  .takeWhile(word -> !word.matches("\\d?>.*|\\\\|&"))
                  .map(word -> word.replaceAll("^['\"]|['\"]$", ""))
                  .toList());
          break;
        }
      }
    }
    return found;
  }

  /// The lines of a page outside of code blocks.
  private static List<String> prose(Path page) throws IOException {
    return lines(page, false);
  }

  /// The lines of the code blocks of a page, where one goes on in the next as one.
  private static List<String> code(Path page) throws IOException {
    return String.join("\n", lines(page, true)).replaceAll("\\\\\\n\\s*", "").lines().toList();
  }

  private static List<String> lines(Path page, boolean code) throws IOException {
    var lines = new ArrayList<String>();
    boolean fenced = false;
    boolean indented = false;
    boolean afterEmpty = true;
    for (String line : Files.readAllLines(page)) {
      if (line.strip().startsWith("```")) {
        fenced = !fenced;
        continue;
      }
      indented = line.startsWith("    ") && (afterEmpty || indented) && !line.isBlank();
      if ((fenced || indented) == code) {
        lines.add(line);
      }
      afterEmpty = line.isBlank() || line.startsWith("#") || indented;
    }
    return lines;
  }

  private static List<Path> files(String... endings) {
    var files = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          ROOT,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes a) {
              return PASSED_OVER.contains(String.valueOf(directory.getFileName()))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) {
              for (String ending : endings) {
                if (file.toString().endsWith(ending)) {
                  files.add(file);
                }
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
