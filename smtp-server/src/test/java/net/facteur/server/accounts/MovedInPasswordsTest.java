package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import net.facteur.server.accounts.hash.HashReading;
import net.facteur.server.accounts.hash.HashText;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.SmtpClient;
import org.apache.commons.codec.digest.Crypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Users whose hash another server made.
class MovedInPasswordsTest {
  private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

  @TempDir Path directory = Path.of("");
  private final SecureRandom random = new SecureRandom();
  private final List<String> revoked = new CopyOnWriteArrayList<>();
  private UsersFile file = new UsersFile(Path.of(""), random);

  @BeforeEach
  void users() throws IOException {
    file = new UsersFile(directory.resolve("users"), random);
    put("alice@example.org", "{SHA512-CRYPT}" + Crypt.crypt("secret", "$6$saltsalt$"));
    put("bob@example.org", "{PLAIN}se cret");
  }

  @Test
  void theFirstRightLoginMakesItArgon2id() throws Exception {
    try (Accounts accounts = accounts()) {
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "alice@example.org", "wrong"));
      assertTrue(hash("alice@example.org").foreign().isPresent());
      assertInstanceOf(AuthOutcome.Accepted.class, login(accounts, "alice@example.org", "secret"));
    }
    PasswordHash after = hash("alice@example.org");
    assertEquals(Optional.of(CHEAP), after.cost());
    assertTrue(after.matches(bytes("secret")));
    assertTrue(hash("bob@example.org").foreign().isPresent(), "nobody else changed");
    try (Accounts accounts = accounts()) {
      assertInstanceOf(AuthOutcome.Accepted.class, login(accounts, "alice@example.org", "secret"));
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "alice@example.org", "wrong"));
    }
  }

  @Test
  void aPasswordInClearIsNotInTheFileAfterTheLogin() throws Exception {
    assertFalse(Files.readString(file.path()).contains("se cret"));
    try (Accounts accounts = accounts()) {
      assertInstanceOf(AuthOutcome.Accepted.class, login(accounts, "bob@example.org", "se cret"));
    }
    assertFalse(Files.readString(file.path()).contains("PLAIN"));
  }

  @Test
  void nobodysSessionEndsByIt() throws Exception {
    try (Accounts accounts = accounts()) {
      login(accounts, "alice@example.org", "secret");
      awaitOwn("alice@example.org");
      accounts.refresh();
      assertEquals(List.of(), revoked);
      put("alice@example.org", PasswordHash.of(bytes("other"), CHEAP, random).text());
      accounts.refresh();
      assertEquals(List.of("alice@example.org"), revoked, "a real change does");
    }
  }

  @Test
  void manyFirstLoginsOfOneUserAreAllRight() throws Exception {
    try (Accounts accounts = accounts()) {
      List<CompletionStage<AuthOutcome>> logins =
          IntStream.range(0, 40)
              .mapToObj(
                  i ->
                      accounts.checkPassword(client("S" + i), "alice@example.org", bytes("secret")))
              .toList();
      for (var login : logins) {
        assertInstanceOf(AuthOutcome.Accepted.class, login.toCompletableFuture().join());
      }
    }
    assertEquals(Optional.of(CHEAP), hash("alice@example.org").cost());
  }

  @Test
  void aPasswordThatWasChangedMeanwhileStays() throws Exception {
    try (Accounts accounts = accounts()) {
      login(accounts, "alice@example.org", "secret");
      put("alice@example.org", PasswordHash.of(bytes("new"), CHEAP, random).text());
    }
    assertTrue(hash("alice@example.org").matches(bytes("new")));
  }

  @Test
  void aFileThatCannotBeWrittenKeepsNobodyOut() throws Exception {
    try (Accounts accounts = accounts()) {
      Files.delete(file.path());
      assertInstanceOf(AuthOutcome.Accepted.class, login(accounts, "alice@example.org", "secret"));
    }
    assertTrue(Files.notExists(file.path()), "no file of one user takes the place of all");
  }

  @Test
  void theFormOfAnAccentDoesNotMatter() throws Exception {
    String composed = Normalizer.normalize("caf\u00e9", Normalizer.Form.NFC);
    String apart = Normalizer.normalize("caf\u00e9", Normalizer.Form.NFD);
    for (String kept : List.of(composed, apart)) {
      for (String typed : List.of(composed, apart)) {
        put("carol@example.org", "{SHA512-CRYPT}" + Crypt.crypt(kept, "$6$saltsalt$"));
        try (Accounts accounts = accounts()) {
          assertInstanceOf(AuthOutcome.Accepted.class, login(accounts, "carol@example.org", typed));
        }
        assertTrue(hash("carol@example.org").matches(bytes(composed)));
        assertTrue(hash("carol@example.org").matches(bytes(apart)));
      }
    }
  }

  private PasswordHash hash(String user) throws IOException {
    return file.read()
        .find(UserName.parse(user).orElseThrow())
        .orElseThrow()
        .password()
        .orElseThrow();
  }

  private void awaitOwn(String user) throws Exception {
    for (int i = 0; i < 600 && hash(user).foreign().isPresent(); i++) {
      Thread.sleep(20);
    }
    assertTrue(hash(user).foreign().isEmpty(), "written while the server runs");
  }

  private void put(String address, String hash) throws IOException {
    UserName name = UserName.parse(address).orElseThrow();
    PasswordHash password =
        HashText.read(hash) instanceof HashReading.Known(var foreign)
                && !hash.startsWith("$argon2id")
            ? PasswordHash.of(foreign)
            : PasswordHash.parse(hash).orElseThrow();
    file.edit(
        users -> {
          users.put(name, new User(name, Optional.of(password), Optional.empty(), List.of()));
          return users;
        });
  }

  private Accounts accounts() {
    return new Accounts(
        new AccountsSettings(
            file.path(),
            CHEAP,
            2,
            100,
            Duration.ofMinutes(5),
            3,
            Duration.ofMinutes(15),
            "+",
            LocalNames.NONE),
        random,
        System::nanoTime,
        new LoginHistory(System::nanoTime),
        revocation -> revoked.add(revocation.user().text()));
  }

  private static AuthOutcome login(Accounts accounts, String user, String password) {
    return accounts.checkPassword(client("S1"), user, bytes(password)).toCompletableFuture().join();
  }

  private static SmtpClient client(String session) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 40_000);
    return new SmtpClient(
        session,
        remote,
        remote,
        SmtpClient.Listener.SUBMISSION,
        "client.example.org",
        true,
        Optional.empty(),
        Optional.empty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
