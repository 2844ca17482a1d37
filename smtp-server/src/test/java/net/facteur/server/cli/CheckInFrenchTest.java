package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whoever has a French terminal reads what is wrong in French, and nothing of it in English.
class CheckInFrenchTest {
  private static final Map<String, String> FRENCH = Map.of("LANG", "fr_FR.UTF-8");

  /// Words without which English can hardly say anything, and which French does not have.
  private static final Set<String> ENGLISH =
      Set.of(
          "the",
          "is",
          "are",
          "was",
          "has",
          "have",
          "not",
          "no",
          "and",
          "or",
          "of",
          "to",
          "in",
          "from",
          "with",
          "without",
          "which",
          "that",
          "this",
          "there",
          "these",
          "it",
          "its",
          "be",
          "can",
          "cannot",
          "may",
          "must",
          "for",
          "by",
          "at",
          "one",
          "more",
          "than",
          "name",
          "names",
          "make",
          "put",
          "take",
          "leave",
          "write",
          "file",
          "missing",
          "wrong",
          "expected",
          "allowed",
          "user",
          "key",
          "so",
          "who",
          "whoever",
          "your",
          "mail",
          "other",
          "others");

  /// What is the same in every language: what stands in quotes, paths, settings, commands.
  private static final Pattern VERBATIM =
      Pattern.compile(
          "`[^`]*`|\"[^\"]*\"|« [^»]*"
              + " »|\\{[^}]*}|(?:sudo|facteur|chmod|chown|ls|mv|openssl|install|sysctl|tsig-keygen|printf)"
              + " [^\n"
              + ";]*|\\S*[./@:=\\[\\]*_<>-]\\S*|\\S+ = .*");

  @TempDir private Path home;

  /// The English words of a report.
  private static Set<String> english(String report) {
    String rest = VERBATIM.matcher(report).replaceAll(" ");
    return Pattern.compile("[\\p{L}']+")
        .matcher(rest)
        .results()
        .map(MatchResult::group)
        .filter(ENGLISH::contains)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String golden(String name) throws IOException {
    return Files.readString(
        Path.of("src/test/resources/net/facteur/server/config/mistakes").resolve(name));
  }

  /// What `check` says of the settings.
  private String said(String settings, int least) throws IOException {
    Path file = Files.writeString(home.resolve("mail.conf"), settings);
    CommandRun run = CommandRun.with(FRENCH, file, "check");
    long found = run.out().lines().filter(line -> line.contains("mail.conf, ligne ")).count();
    assertTrue(found >= least, () -> found + ": " + run.out() + run.err());
    return run.out();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown-keys",
        "bad-values",
        "several-at-once",
        "not-together",
        "unquoted-domain",
        "syntax"
      })
  void whatIsWrongInTheFileIsSaidInFrench(String name) throws IOException {
    String said = said(golden(name + ".conf"), 1);
    assertEquals(Set.of(), english(said), said);
  }

  @Test
  void whatIsWrongOnTheDiskAndHardlyMeantIsSaidInFrench() throws IOException {
    Files.writeString(home.resolve("broken.pem"), "nothing");
    Files.createDirectories(home.resolve("directory"));
    Files.createFile(home.resolve("empty"));
    Files.createDirectories(home.resolve("data"));
    Files.writeString(home.resolve("data/users"), "#facteur users\nalice@example.org\n");
    String said =
        said(
            """
            hostname = mail.example.org
            directories.data = data
            domains { "example.org" { catch-all = nobody } }
            relay-domains { "friend.example" { recipients = "*" } }
            postmaster = nobody
            aliases { "info" = [], "Info" = "nobody", "pipe" = "|cat", "x@elsewhere.example" = "a"
              "self" = "self", "round" = "about", "about" = "round" }
            forwards { "gone" = "me@elsewhere.example" }
            tls { certificate = broken.pem, key = missing.pem }
            delivery { tls-certificate = directory }
            dns.trust-anchors = empty
            smarthost.user = "me"
            smarthost.password-file = empty
            keys { rsa-bits = 4096, reveal { "other.example" = web } }
            listen { trusted-proxies = "0.0.0.0/1", submissions = "127.0.0.1:0" }
            submission.networks = "0.0.0.0/0"
            reception.gateways = "0.0.0.0/0"
            queue.report-languages = [en]
            """,
            12);
    assertEquals(Set.of(), english(said), said);
  }

  @Test
  void thePlaceOfAMistakeIsNamedInFrench() throws IOException {
    Path file = Files.writeString(home.resolve("mail.conf"), "\nqueue.life = 99y\n");
    CommandRun run = CommandRun.with(FRENCH, file, "check");
    assertTrue(run.out().contains(file + ", ligne 2 : queue.life vaut `99y`"), run.out());
    assertTrue(run.out().contains("    Tapez : queue.life = "), run.out());
  }
}
