package net.facteur.server.accounts;

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
import java.util.List;
import java.util.Optional;
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
    assertEquals(
        List.of(new UsersFile.DamagedLine(4, Optional.ofNullable(whose).map(UsersFileTest::name))),
        content.damaged());
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

  @Test
  void aDamagedLineCanBeTakenOut() throws IOException {
    UsersFile file = file(SECRET + GOOD + "\nalice@example.org x\nnobody's\n");
    assertTrue(file.dropDamaged(name("alice@example.org")));
    assertFalse(file.dropDamaged(name("alice@example.org")));
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
}
