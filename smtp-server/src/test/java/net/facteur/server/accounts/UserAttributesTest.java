package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.facteur.queue.MailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserAttributesTest {
  private static final UserName ALICE = name("alice@example.org");

  private final SecureRandom random = new SecureRandom();
  @TempDir private Path directory;

  private static UserName name(String text) {
    return UserName.parse(text).orElseThrow();
  }

  private static User plain(UserName name) {
    return new User(name, Optional.empty(), Optional.empty(), List.of());
  }

  private UsersFile file() {
    return new UsersFile(directory.resolve("users"), random);
  }

  @Test
  void everyAttributeIsReadAsItWasWritten() {
    var scanner = Optional.of(new MailAddress("scanner", "example.org"));
    User user =
        plain(ALICE)
            .with(Restriction.SUSPENDED, true)
            .with(Restriction.SEND_ONLY, true)
            .withLock(true)
            .withQuota(Optional.of(2L << 30))
            .withContact(Optional.of(name("alice@elsewhere.example")))
            .withSendAs(List.of("*@example.net", "info@example.org"))
            .withAppPasswords(
                List.of(
                    AppPassword.make("phone", AppPassword.Use.MAIL, Optional.empty(), random)
                        .kept(),
                    AppPassword.make("scanner", AppPassword.Use.SUBMISSION, scanner, random)
                        .kept()))
            .renamed(name("alicia@example.org"));
    assertEquals(Optional.of(user), User.parse(user.line()), user.line());
    assertEquals(List.of(ALICE), user.formerly());
    assertEquals(
        user.with(Restriction.SUSPENDED, false).restrictions().size(), 2, "the others stay");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quota=2GB",
        "quota=0MiB",
        "quota=-1GiB",
        "quota=2000000TiB",
        "suspended=no",
        "send-only=",
        "contact=nobody",
        "app-password=phone",
        "app-password=a b:mail:x.y",
        "app-password=phone:all:AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "app-password=phone:mail:AAAA.AAAA",
        "formerly=",
        "formerly=x",
        "colour=red",
        "locked"
      })
  void aLineWithAnAttributeThatCannotBeReadIsDamaged(String field) {
    assertEquals(Optional.empty(), User.parse("alice@example.org " + field));
  }

  @Test
  void twoAppPasswordsOfOneNameAreDamage() {
    String app =
        AppPassword.make("phone", AppPassword.Use.MAIL, Optional.empty(), random).kept().text();
    assertTrue(User.parse("alice@example.org app-password=" + app).isPresent());
    assertFalse(
        User.parse(
                "alice@example.org app-password="
                    + app
                    + " app-password="
                    + app.replace("phone", "PHONE"))
            .isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "0, none",
    "1024, 1KiB",
    "1073741824, 1GiB",
    "1610612736, 1536MiB",
    "1099511627776, 1TiB"
  })
  void aQuotaIsWrittenAsPeopleWriteIt(long octets, String text) {
    assertEquals(text, QuotaText.of(octets));
    assertEquals(Optional.of(octets), QuotaText.parse(text));
  }

  @Test
  void noTwoChangesUndoEachOther() throws Exception {
    UsersFile file = file();
    file.apply(new UserChange.Add(plain(ALICE)));
    User seen = file.read().find(ALICE).orElseThrow();
    assertEquals(
        UserChange.Outcome.DONE, file.apply(new UserChange.Replace(seen, seen.withLock(true))));
    assertEquals(
        UserChange.Outcome.OVERTAKEN,
        file.apply(new UserChange.Replace(seen, seen.withQuota(Optional.of(1024L)))));
    assertTrue(file.read().find(ALICE).orElseThrow().locked());
  }

  @Test
  void aRenamedUserKeepsEverythingAndTheOldNameUntilSomebodyElseTakesIt() throws Exception {
    UsersFile file = file();
    UserName alicia = name("alicia@example.org");
    UserName bob = name("bob@example.org");
    file.apply(new UserChange.Add(plain(ALICE).withQuota(Optional.of(1024L))));
    file.apply(new UserChange.Add(plain(bob)));
    assertEquals(UserChange.Outcome.TAKEN, file.apply(new UserChange.Rename(ALICE, bob)));
    assertEquals(UserChange.Outcome.UNKNOWN, file.apply(new UserChange.Rename(alicia, ALICE)));
    assertEquals(UserChange.Outcome.DONE, file.apply(new UserChange.Rename(ALICE, alicia)));
    User renamed = file.read().find(alicia).orElseThrow();
    assertEquals(Optional.of(1024L), renamed.quota());
    assertEquals(List.of(ALICE), renamed.formerly());
    assertEquals(Optional.empty(), file.read().find(ALICE));
    file.apply(new UserChange.Add(plain(ALICE)));
    assertEquals(List.of(), file.read().find(alicia).orElseThrow().formerly());
  }

  /// A name typed on a machine that writes letters and accents apart is the same name.
  @Test
  void namesAreTheSameInAllTheirUnicodeForms() {
    assertEquals(name("ren\u00e9@example.org"), name("rene\u0301@EXAMPLE.org"));
    assertEquals("ren\u00e9@example.org", name("REN\u00e9@example.org").text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words@example.org",
        "\"two words\"@example.org",
        "\"alice\"@example.org",
        "a\u00a0b@example.org",
        "a\"b@example.org",
        "a:b@example.org",
        "a,b@example.org",
        ".alice@example.org",
        "../alice@example.org",
        "alice",
        "@example.org",
        "alice@"
      })
  void namesWithSpacesAndQuotesAreNone(String text) {
    assertEquals(Optional.empty(), UserName.parse(text));
  }

  @Test
  void aHundredThousandUsersAreRead() throws Exception {
    String hash =
        " password=$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
            + "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    String text =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "user" + i + "@example.org" + hash + " quota=1GiB\n")
            .collect(Collectors.joining());
    Files.writeString(directory.resolve("users"), text, StandardCharsets.UTF_8);
    var known = new KnownUsers(file(), _ -> {});
    assertEquals(100_000, known.now().content().users().size());
    assertEquals(
        "user77777@example.org",
        KnownUsers.find(known.now(), "USER77777").orElseThrow().name().text());
    assertEquals(List.of(), known.problems());
  }
}
