package net.facteur.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is said of the settings stands in the bundles. A place in a text takes any words, so that
/// the compiler does not see where English ones slip into the code.
class NoWordsInTheCodeTest {
  private static final Path SOURCES = Path.of("src/main/java/net/facteur/server");

  /// They write the references, which are English.
  private static final Set<String> REFERENCES =
      Set.of("DocsWriter.java", "ReferenceWriter.java", "Reference.java");

  private static final Pattern COMMENT = Pattern.compile("(?m)//.*$");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  private static final Pattern WORDS = Pattern.compile("[a-z]{2,},? [a-z]{2,}");

  /// Commands are the same in every language.
  private static final Pattern COMMAND =
      Pattern.compile(
          " ?(?:&& )?(?:sudo|facteur|chmod|chown|install|openssl|tsig-keygen|net\\.)\\b.*|\\w+ ="
              + " .*");

  /// What nobody reads as part of a mistake.
  private static final Set<String> OTHERS =
      Set.of(
          "no value for ", // a bug
          "(secret, not shown)", // in the place of a value
          " A change is taken up when the server starts anew.", // of the references
          " (if you intended", // what the parser says
          "SQLite format 3\\0");

  private static List<Path> sources() throws IOException {
    var all = new ArrayList<Path>();
    for (String home : List.of("config", "checks", "settings")) {
      try (Stream<Path> files = Files.list(SOURCES.resolve(home))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .filter(file -> !REFERENCES.contains(file.getFileName().toString()))
            .forEach(all::add);
      }
    }
    return all;
  }

  private static List<String> sentences(String code) {
    return LITERAL
        .matcher(COMMENT.matcher(code).replaceAll(""))
        .results()
        .map((MatchResult literal) -> literal.group(1))
        .filter(words -> WORDS.matcher(words).find() && !COMMAND.matcher(words).matches())
        .toList();
  }

  @Test
  void aSentenceIsSeen() {
    assertEquals(
        List.of("is no file"),
        sentences("say(\"is no file\"); // \"not a word\"\n run(\"chmod go-rwx it\");"));
  }

  @Test
  void noSentenceOfAMistakeStandsInTheCode() throws IOException {
    List<Path> sources = sources();
    assertTrue(sources.size() > 25, sources::toString);
    var found = new ArrayList<String>();
    for (Path source : sources) {
      sentences(Files.readString(source)).stream()
          .filter(words -> !OTHERS.contains(words))
          .forEach(words -> found.add(source.getFileName() + ": " + words));
    }
    assertEquals(List.of(), found);
  }
}
