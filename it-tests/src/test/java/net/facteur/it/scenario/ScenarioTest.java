package net.facteur.it.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scenarios are read as `it-tests/scenarios/README.md` says, and mistakes in them are told to a
/// person.
class ScenarioTest {
  private static final String DIALOG = "# What it shows.\nconnect reception\n";

  @TempDir private Path directory;

  private Scenario.Reading read(String dialog, String expected) throws IOException {
    Files.writeString(directory.resolve("dialog"), dialog);
    Files.writeString(directory.resolve("expected"), expected);
    return Scenario.read(directory);
  }

  private Scenario good(String dialog, String expected) throws IOException {
    return assertInstanceOf(Scenario.Good.class, read(dialog, expected)).scenario();
  }

  private Mistake mistake(String dialog, String expected) throws IOException {
    List<Mistake> mistakes =
        assertInstanceOf(Scenario.Wrong.class, read(dialog, expected)).mistakes();
    assertEquals(1, mistakes.size(), mistakes::toString);
    return mistakes.getFirst();
  }

  @Test
  void aDialogIsReadLineByLine() throws Exception {
    Files.writeString(directory.resolve("hello.eml"), "Subject: x\n\nHello\n");
    var steps =
        good(
                """
                # It shows
                # two things.

                connect reception from 127.0.0.3 as first
                # A comment below the first line is no title.
                repeat 3 C: RCPT TO:<alice+{n}@example.org>
                S: 250 2.1.*
                S! AUTH
                C= a\\x00\\r\\n
                send hello.eml signed by s1 at example.net
                C:
                """,
                "queue: 2\n")
            .dialog();
    Path file = directory.resolve("dialog");
    assertEquals(
        List.of(
            new Step.Connect(
                new Place(file, 4),
                Step.Listener.RECEPTION,
                "127.0.0.3",
                Optional.empty(),
                "mail.example.net",
                "first"),
            new Step.Client(new Place(file, 6), 3, "RCPT TO:<alice+{n}@example.org>"),
            new Step.Reply(new Place(file, 7), 1, new Wildcard("250 2.1.*")),
            new Step.ReplyLine(new Place(file, 8), new Wildcard("AUTH"), false),
            new Step.Octets(new Place(file, 9), 1, "a\0\r\n"),
            new Step.Send(
                new Place(file, 10),
                new Step.Content.File(directory.resolve("hello.eml")),
                Optional.of(
                    new Step.Signature(directory.resolve("hello.eml"), "s1", "example.net"))),
            new Step.Client(new Place(file, 11), 1, "")),
        steps);
  }

  @Test
  void theCommentOnTopIsTheTitle() throws Exception {
    assertEquals(
        "What it shows. All of it.",
        good("# What it shows.\n#\n# All of it.\n\nconnect reception\n# x\n", "").title());
  }

  @Test
  void whatIsExpectedIsReadWithTheLinesBelowIt() throws Exception {
    Path file = directory.resolve("expected");
    assertEquals(
        List.of(
            new Expectation.Mailbox(
                new Place(file, 1),
                "bob@example.org",
                "Junk",
                2,
                List.of(
                    new Expectation.Check.Where(new Place(file, 2), "Subject", new Wildcard("x")),
                    new Expectation.Check.Absent(new Place(file, 3), "Bcc"),
                    new Expectation.Check.Field(
                        new Place(file, 4), "To", new Wildcard("*bob*"), false))),
            new Expectation.Remote(
                new Place(file, 5),
                "carol@example.net",
                1,
                List.of(new Expectation.Check.ReversePath(new Place(file, 6), new Wildcard("<>")))),
            new Expectation.Queue(new Place(file, 7), 0),
            new Expectation.Why(new Place(file, 8), "dan@example.net", new Wildcard("450"), false)),
        good(
                DIALOG,
                """
                mailbox bob@example.org/Junk: 2
                  where Subject: x
                  no Bcc
                  no To: *bob*
                remote carol@example.net: 1
                  reverse-path: <>
                queue: empty
                no why dan@example.net: 450
                """)
            .expected());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conect reception            | a line that begins with one of: connect",
        "connect port 25             | `connect reception|submission [from ADDRESS]",
        "S: fine                     | `S: CODE AND BEGINNING`",
        "S+ SIZE                     | a line `S: ...` before this one",
        "> done                      | a line `$ facteur ...` or `reload FILE` before this one",
        "send nothing.eml            | a file `nothing.eml` beside the dialog",
        "reload mail.conf.2          | a file `mail.conf.2` beside the dialog",
        "C= a\\y                      | no other escapes than",
        "repeat 0 C: NOOP            | `repeat`, a number up to 100000",
        "repeat 2 connect reception  | `repeat`, a number up to 100000",
        "C: RCPT TO:<{PATH}>         | `remember PATH = ...` before this line",
        "with phone                  | `connect ... as phone`",
        "await mailbox alice         | `mailbox ADDRESS[/FOLDER]: NUMBER`",
        "remote carol answers 250    | `remote ADDRESS answers CODE TEXT`",
      })
  void aLineOfADialogThatMeansNothingIsNamedWithItsForm(String line, String expected)
      throws Exception {
    Mistake mistake = mistake(DIALOG + line + "\n", "");
    assertTrue(mistake.at().toString().endsWith("/dialog:3"), mistake::toString);
    assertTrue(mistake.expected().contains(expected), mistake::toString);
    assertTrue(line.endsWith(mistake.got()), mistake::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "mailbox alice: 1|`mailbox ADDRESS[/FOLDER]: NUMBER`",
        "queue: full|`queue: empty`",
        "  Subject: x|a line `mailbox ...` or `remote ...` above",
        "log result|`[no] log: TEXT`",
      })
  void anExpectationThatMeansNothingIsNamedWithItsForms(String line, String expected)
      throws Exception {
    Mistake mistake = mistake(DIALOG, "# nothing\n" + line + "\n");
    assertTrue(mistake.at().toString().endsWith("/expected:2"), mistake::toString);
    assertTrue(mistake.expected().contains(expected), mistake::toString);
    assertEquals(line.strip(), mistake.got());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mailbox a@example.org: none | Subject: x | nothing that is indented below `none`",
        "mailbox a@example.org: 1 | reverse-path: <> | `Header-Field: VALUE`",
        "mailbox a@example.org: 1 | where Subject | `where Header-Field: VALUE`",
      })
  void anIndentedLineThatMeansNothingIsNamedWithItsForms(String head, String line, String expected)
      throws Exception {
    Mistake mistake = mistake(DIALOG, head + "\n  " + line + "\n");
    assertTrue(mistake.at().toString().endsWith("/expected:2"), mistake::toString);
    assertTrue(mistake.expected().replace('\n', ' ').contains(expected), mistake::toString);
  }

  @Test
  void aZoneIsReadRecordByRecord() throws Exception {
    Files.writeString(
        directory.resolve("zone"),
        """
        ; a comment
        example.net. TXT "v=spf1 -all"
        example.net. 300 IN MX 10 mx.example.net.
        mx.example.net. AAAA ::1
        _25._tcp.mx.example.net. TLSA 3 1 1 00112233
        """);
    assertEquals(
        List.of("TXT", "MX", "AAAA", "TLSA"),
        good(DIALOG, "").zone().stream().map(r -> r.type().mnemonic()).toList());
    for (String wrong :
        List.of("example.net TXT \"x\"", "example.net. A 1.2.3", "example.net. HINFO a b", "x")) {
      Files.writeString(directory.resolve("zone"), "; a comment\n" + wrong + "\n");
      Mistake mistake = mistake(DIALOG, "");
      assertTrue(mistake.at().toString().endsWith("/zone:2"), mistake::toString);
      assertTrue(mistake.got().startsWith(wrong), mistake::toString);
    }
  }

  @Test
  void whatIsMissingIsNamed() throws Exception {
    List<Mistake> mistakes =
        assertInstanceOf(Scenario.Wrong.class, Scenario.read(directory)).mistakes();
    assertEquals(
        List.of("a file `dialog`", "a file `expected`"),
        mistakes.stream().map(Mistake::expected).toList());
    assertTrue(mistake("connect reception\n", "").expected().startsWith("a comment on top"));
    assertTrue(mistake("# Nothing happens.\n", "").expected().startsWith("at least one line"));
  }

  @Test
  void aFileThatNothingNamesIsNamed() throws Exception {
    Path misspelt = Files.writeString(directory.resolve("mail.cnf"), "x = 1\n");
    Mistake mistake = mistake(DIALOG, "");
    assertEquals(new Place(misspelt, 1), mistake.at());
  }

  /// The lines in the first column of the tables of a chapter, and those in its blocks.
  private static List<String> shown(String chapter) {
    Pattern quoted = Pattern.compile("`([^`]+)`");
    return chapter
        .lines()
        .flatMap(
            line ->
                line.startsWith("| `")
                    ? quoted
                        .matcher(line.substring(0, line.indexOf("|", 2)))
                        .results()
                        .map(found -> found.group(1))
                    : line.startsWith("    ") ? Stream.of(line.strip()) : Stream.of())
        .toList();
  }

  @Test
  void everyLineThatTheReadmeShowsCanBeRead() throws Exception {
    String readme = Files.readString(Path.of("scenarios", "README.md"));
    String[] chapters = readme.split("(?m)^## ", -1);
    Files.writeString(directory.resolve("hello.eml"), "Subject: x\n\nHello\n");
    Files.writeString(directory.resolve("changed.eml"), "Subject: x\n\nBye\n");
    Files.writeString(directory.resolve("mail.conf.2"), "");
    Files.writeString(directory.resolve("zone"), String.join("\n", shown(chapters[3])));
    var dialog = new ArrayList<>(List.of("# It shows all.", "connect reception as phone"));
    dialog.addAll(shown(chapters[4]));
    String[] tables = chapters[5].split("Indented lines below", -1);
    var expected = new ArrayList<>(shown(tables[0]));
    expected.add("remote carol@example.net: 1");
    shown(tables[1]).forEach(line -> expected.add("  " + line));
    Scenario read = good(String.join("\n", dialog) + "\n", String.join("\n", expected) + "\n");
    assertEquals(2, read.zone().size());
    assertEquals(dialog.size() - 1, read.dialog().size());
    assertEquals(expected.size(), read.expected().size() + shown(tables[1]).size());
    Set<String> kinds =
        read.dialog().stream().map(s -> s.getClass().getSimpleName()).collect(Collectors.toSet());
    assertEquals(Step.class.getPermittedSubclasses().length, kinds.size(), kinds::toString);
  }

  @Test
  void anAsteriskStandsForAnything() {
    assertTrue(new Wildcard("a*c").is("abbc"));
    assertTrue(new Wildcard("a*c").is("ac"));
    assertTrue(new Wildcard("a*c").is("a\nc"));
    assertFalse(new Wildcard("a*c").is("abcd"));
    assertTrue(new Wildcard("a*c").begins("abcd"));
    assertFalse(new Wildcard("a*c").begins("xabc"));
    assertTrue(new Wildcard("a*c").within("xabcd"));
    assertTrue(new Wildcard("5\\*").is("5*"));
    assertFalse(new Wildcard("5\\*").is("55"));
    assertFalse(new Wildcard("a.c").is("abc"));
  }
}
