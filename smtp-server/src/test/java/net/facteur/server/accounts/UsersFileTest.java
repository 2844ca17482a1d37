package net.facteur.server.accounts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.facteur.server.language.Language;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {
  private static final String SECRET = "#secret AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  private static final String GOOD =
      "bob@example.org password=$argon2id$v=19$m=64,t=1,p=1"
          + "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  @TempDir Path directory = Path.of("");
  private final SecureRandom random = new SecureRandom();

  private UsersFile file(String text) throws IOException {
    Path path = directory.resolve("users");
    Files.write(path, text.getBytes(StandardCharsets.ISO_8859_1));
    return new UsersFile(path, random);
  }

  private static UserName name(String text) {
    return UserName.parse(text).orElseThrow();
  }

  /// Each line stands between two good ones.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "alice@example.org password=rubbish|alice@example.org",
        "alice@example.org password=$argon2id$v=19$m=64,t=1,p=1$AAAA|alice@example.org",
        "alice@example.org password=$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAA$"
            + "AAAAAAAAAAAAAAAAAAAAAA|alice@example.org",
        "alice@example.org password=$2y$10$abcdefghijklmnopqrstuv|alice@example.org",
        "alice@example.org scram=1:2:3:4|alice@example.org",
        "alice@example.org scram=99999999999:AAAA:A:A|alice@example.org",
        "alice@example.org admin=yes|alice@example.org",
        "alice@example.org locked=no|alice@example.org",
        "alice@example.org locked|alice@example.org",
        "alice@example.org\tpassword=x|alice@example.org",
        "alice@example.org  |alice@example.org",
        "alice@example.org \u00ff\u00fe|alice@example.org",
        "al\u00ffice@example.org|",
        "alice|",
        "alice@|",
        "@example.org password=x|",
        "alice@example.orgpassword=x|",
        "\u0000\u0000\u0000\u0000|",
        " alice@example.org|",
        "<<<<<<< HEAD|",
      })
  void aDamagedLineSpoilsNoOther(String line, String whose) throws IOException {
    String raw = line.replace("\\t", "\t");
    UsersFile file = file("# users\n" + SECRET + GOOD + "\n" + raw + "\ncarol@example.org\n");
    UsersFile.Content content = file.read();
    assertEquals(
        List.of("bob@example.org", "carol@example.org"),
        content.users().keySet().stream().map(UserName::text).toList());
    assertEquals(List.of(4), content.damaged().stream().map(l -> l.number()).toList());
    assertEquals(
        Optional.ofNullable(whose).map(UsersFileTest::name), content.damaged().getFirst().name());
    assertTrue(content.mayBeDamaged(name("alice@example.org")));
    assertEquals(whose == null, content.mayBeDamaged(name("dave@example.org")));

    file.edit(
        users -> {
          users.remove(name("carol@example.org"));
          return users;
        });
    String after = Files.readString(file.path(), StandardCharsets.ISO_8859_1);
    assertTrue(after.contains("\n" + raw + "\n"), after);
    assertEquals(1, file.read().damaged().size());
    assertArrayEquals(content.secret(), file.read().secret());

    if (whose != null) {
      file.edit(
          users -> {
            var fresh = name(whose);
            users.put(fresh, new User(fresh, Optional.empty(), Optional.empty(), List.of()));
            return users;
          });
      assertEquals(List.of(), file.read().damaged());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          password=$argon2id$v=19$m=999999999,t=2,p=1$c29tZXNhbHQ$8E1RZWlBuDUrlUNNcVoTrw|a check would take too long: ARGON2ID with m=999999999,t=2,p=1, and m=4194304,t=1000,p=64 is the most
          password={SHA512-CRYPT}$6$rounds=999999999$salt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/|a check would take too long: SHA512-CRYPT with rounds=999999999, and rounds=1000000 is the most
          password={BLF-CRYPT}$2y$20$abcdefghijklmnopqrstuuN5qI1QpZ6Z1TqXbYwq8qkT6gW4l1e1a|a check would take too long: BLF-CRYPT with cost=20, and cost=14 is the most
          password={FOO}secret|passwords of the scheme FOO cannot be checked here
          quota=much|its field quota= cannot be read
          lokced=yes|its field 1 after the name is none that a user has
          suspended|its field 1 after the name has no =
          """)
  void aDamagedLineSaysWhyAndNothingSecret(String field, String why) throws IOException {
    UsersFile file = file(SECRET + GOOD + "\nalice@example.org " + field + "\n#end\n");
    UsersProblem problem = file.read().problems().getFirst();
    String said = problem.in(file.path()).in(Language.ENGLISH);
    assertTrue(said.contains(": " + why + "; this user cannot log in"), said);
    assertFalse(said.contains("secret"), said);
    assertTrue(said.contains("facteur user remove alice@example.org"), said);
  }

  @Test
  void aDamagedLineCanBeTakenOut() throws IOException {
    UsersFile file = file(SECRET + GOOD + "\nalice@example.org x\nnobody's\n");
    var remove = new UserChange.Remove(name("alice@example.org"));
    assertEquals(UserChange.Outcome.DONE, file.apply(remove));
    assertEquals(UserChange.Outcome.UNKNOWN, file.apply(remove));
    assertEquals(
        List.of(Optional.empty()), file.read().damaged().stream().map(d -> d.name()).toList());
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true"})
  void whatEditorsLeaveBehindIsNoDamage(boolean mark, boolean carriageReturns) throws IOException {
    String end = carriageReturns ? "\r\n" : "\n";
    String before = mark ? "\u00ef\u00bb\u00bf" : "";
    UsersFile.Content content = file(before + SECRET.strip() + end + GOOD + end).read();
    assertEquals(List.of(), content.damaged());
    assertEquals(1, content.users().size());
    assertTrue(content.stored());
  }

  @ParameterizedTest
  @CsvSource({"#secret", "#secret AAAA", "#secret !!!!", "#secretAAAA", "# none"})
  void aSecretThatCannotBeUsedIsReplacedAtTheNextEdit(String line) throws IOException {
    UsersFile file = file(line + "\n" + GOOD + "\n");
    assertFalse(file.read().stored());
    file.edit(users -> users);
    UsersFile.Content after = file.read();
    assertTrue(after.stored());
    assertArrayEquals(after.secret(), file.read().secret());
    assertEquals(1, after.users().size());
  }

  @Test
  void anEmptyFileIsNotAFileWithoutUsers() throws IOException {
    UsersFile file = file("");
    String why = String.valueOf(assertThrows(IOException.class, file::read).getMessage());
    assertTrue(why.contains("is empty"), why);
    assertThrows(IOException.class, () -> file.edit(users -> users));
    assertEquals(0, Files.size(file.path()));
  }

  /// A full disk, a copy that was interrupted: the file may end at any octet.
  @Test
  void aFileThatWasCutOffShowsItWhereverItWasCut() throws IOException {
    UsersFile file = file(GOOD + "\n");
    Optional<PasswordHash> password =
        file.read().find(name("bob@example.org")).flatMap(User::password);
    file.edit(
        users -> {
          for (String address : List.of("alice@example.org", "carol@example.org")) {
            users.put(
                name(address),
                new User(
                        name(address),
                        password,
                        Optional.empty(),
                        List.of("a@example.net", "b@example.net"))
                    .withLock(true));
          }
          return users;
        });
    byte[] whole = Files.readAllBytes(file.path());
    UsersFile.Content all = file.read();
    assertEquals(Optional.empty(), all.cut());
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file.path(), cut);
      UsersFile.Content content = file.read();
      String at = "cut at octet " + length;
      boolean lost = length < whole.length - 1; // without its very last line end it is whole
      assertEquals(lost, content.cut().isPresent(), at);
      assertEquals(lost, content.mayBeDamaged(name("dave@example.org")), at);
      content.users().values().forEach(user -> assertEquals(all.find(user.name()).get(), user, at));
      if (lost) {
        String why =
            String.valueOf(
                assertThrows(IOException.class, () -> file.edit(users -> users), at).getMessage());
        assertTrue(why.contains("printf '\\n#end\\n' >> " + file.path()), why);
        assertArrayEquals(cut, Files.readAllBytes(file.path()), at);
      }
    }
  }

  /// The text follows SECRET; `H` is the first line that the program writes.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // by hand, without a last line end: nobody knows what is missing
        "a@b.example|4|",
        "a@b.example\\n# and so|5|a@b.example",
        "a@b.example\\r|4|",
        "a@b.example locked=yes\\nc@d.example send-as=e@f.exam|5|a@b.example",
        "#end\\na@b.example|5|",
        // by hand, and nothing is missing
        "a@b.example\\n||a@b.example",
        "a@b.example\\r\\n||a@b.example",
        "a@b.example\\n#end||a@b.example",
        "a@b.example\\n#end \\r\\n||a@b.example",
        "#end\\na@b.example\\n||a@b.example",
        "a@b.example\\n\\n#end\\n||a@b.example",
        // by the program
        "H\\na@b.example\\n|4|a@b.example",
        "H\\na@b.example\\n#en|5|a@b.example",
        "H\\na@b.example\\n#end||a@b.example",
        "H\\na@b.exampc@d.example password=x\\n|4|",
        "H\\na@b.example\\n#end\\nc@d.example\\n||a@b.example c@d.example",
      })
  void theEndOfAFileIsKnownByItsLastLineOrItsMark(String text, Integer cut, String users)
      throws IOException {
    String header =
        new String(
            UsersText.format(new byte[32], List.of(), List.of(), UsersText.Comments.NONE), UTF_8);
    String first = header.substring(0, header.indexOf('\n'));
    String lines = text.replace("\\r", "\r").replace("\\n", "\n");
    String whole =
        lines.startsWith("H")
            ? first + "\n#\n" + lines.substring(1)
            : "# mine\n# and\n# more\n" + lines;
    UsersFile.Content content = file(whole).read();
    assertEquals(Optional.ofNullable(cut), content.cut());
    assertEquals(
        users == null ? "" : users,
        String.join(" ", content.users().keySet().stream().map(UserName::text).toList()));
  }

  @Test
  void whatPeopleWroteBetweenTheLinesStays() throws IOException {
    UsersFile file =
        file(
            """
            # Our members, from the list of June
            zoe@example.org
            # treasurer until 2027
            # (her daughter helps)
            alice@example.org
            rubbish
            # the end of the list
            """);
    var _ =
        file.apply(
            new UserChange.Add(
                new User(name("bob@example.org"), Optional.empty(), Optional.empty(), List.of())));
    var _ = file.apply(new UserChange.Remove(name("zoe@example.org")));
    assertEquals(
        List.of(
            "# treasurer until 2027",
            "# (her daughter helps)",
            "alice@example.org",
            "bob@example.org",
            "# the end of the list",
            "rubbish",
            "#end"),
        Files.readAllLines(file.path()).stream().skip(2).toList());
    String written = Files.readString(file.path());
    file.edit(users -> users);
    assertEquals(written, Files.readString(file.path()));
  }

  @ParameterizedTest
  @CsvSource({
    "alice@example.org, alice@example.org locked=yes",
    "alice@example.org, ALICE@example.org",
    "Alice@EXAMPLE.org, alice@Example.ORG.",
    "alice@b\u00fccher.example, alice@xn--bcher-kva.example",
    "alice@example.org, alice@example.org rubbish",
    "alice@example.org rubbish, alice@example.org",
    "alice@example.org rubbish, alice@example.org rubbish",
  })
  void whoIsNamedTwiceIsNeitherOfTheTwo(String one, String other) throws IOException {
    UserName alice = name(one.split(" ", 2)[0]);
    String text = SECRET + one + "\n" + GOOD + "\n" + other + "\n";
    UsersFile file = file(new String(text.getBytes(UTF_8), StandardCharsets.ISO_8859_1));
    UsersFile.Content content = file.read();
    assertEquals(List.of(name("bob@example.org")), List.copyOf(content.users().keySet()));
    assertTrue(content.repeats(alice));
    UsersProblem problem = content.problems().getFirst();
    assertEquals(1, content.problems().size());
    assertEquals(4, problem.line());
    assertTrue(
        problem.what().in(Language.ENGLISH).startsWith("this line and line 2 name"),
        problem::toString);

    var fresh = new User(alice, Optional.empty(), Optional.empty(), List.of());
    assertEquals(UserChange.Outcome.TAKEN, file.apply(new UserChange.Add(fresh)));
    assertEquals(UserChange.Outcome.UNKNOWN, file.apply(new UserChange.Replace(fresh, fresh)));
    file.apply(new UserChange.Remove(name("bob@example.org")));
    assertTrue(file.read().repeats(alice), "a change of another user takes neither line");
    assertEquals(UserChange.Outcome.DONE, file.apply(new UserChange.Remove(alice)));
    assertEquals(List.of(), file.read().damaged());
    assertEquals(UserChange.Outcome.DONE, file.apply(new UserChange.Add(fresh)));
    assertTrue(file.read().find(alice).isPresent());
  }

  @Test
  void allLinesOfAUserAreTold() throws IOException {
    String text = SECRET + "a@b.example\nA@b.example\n" + GOOD + "\na@B.example locked=yes\n";
    UsersProblem problem = file(text).read().problems().getFirst();
    assertEquals(5, problem.line());
    assertTrue(
        problem.what().in(Language.ENGLISH).startsWith("this line and line 2, 3 name"),
        problem::toString);
  }
}
