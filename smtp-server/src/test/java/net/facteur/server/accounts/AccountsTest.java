package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.ScramKeys;
import net.facteur.server.smtp.SmtpClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountsTest {
  private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

  @TempDir Path directory = Path.of("");
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong nanos = new AtomicLong();
  private UsersFile file = new UsersFile(Path.of(""), random);

  @BeforeEach
  void writeUsers() throws IOException {
    file = new UsersFile(directory.resolve("users"), random);
    put("alice@example.org", "correct horse", List.of("*@example.net", "team@example.com"));
    put("bob@example.org", "battery staple", List.of());
  }

  @Test
  void theRightPasswordIsTakenAndAnyOtherIsNot() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      assertEquals(
          accepted("alice@example.org"), login(accounts, "alice@example.org", "correct horse"));
      assertEquals(
          accepted("alice@example.org"), login(accounts, "Alice@EXAMPLE.org", "correct horse"));
      assertEquals(accepted("alice@example.org"), login(accounts, "alice", "correct horse"));
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "alice", "correct horsE"));
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "alice", "battery staple"));
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "nobody@example.org", "x"));
    }
  }

  @Test
  void aNameThatTwoDomainsHaveIsAmbiguous() throws Exception {
    put("alice@example.com", "other", List.of());
    try (Accounts accounts = accounts(settings())) {
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "alice", "other"));
      assertEquals(accepted("alice@example.com"), login(accounts, "alice@example.com", "other"));
    }
  }

  @Test
  void aChangeWhileTheFileIsGoneMakesNobodyUnknown() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      Files.delete(file.path());
      UserName name = UserName.parse("carol@example.org").orElseThrow();
      var carol = new User(name, Optional.empty(), Optional.empty(), List.of());
      IOException refused =
          assertThrows(IOException.class, () -> accounts.change(new UserChange.Add(carol)));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("put back a copy"), refused::toString);
      assertTrue(Files.notExists(file.path()), "no file of one user takes the place of all");
      assertTrue(accounts.exists("bob", DomainName.of("example.org")));
    }
  }

  @Test
  void guessingFromOneNetworkIsStoppedThereAndNowhereElse() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      for (int i = 0; i < 3; i++) {
        login(accounts, "alice@example.org", "guess " + i);
      }
      assertInstanceOf(
          AuthOutcome.Refused.class, login(accounts, "alice@example.org", "correct horse"));
      assertEquals(
          accepted("alice@example.org"),
          login(accounts, client("198.51.100.7"), "alice@example.org", "correct horse"));
      nanos.addAndGet(Duration.ofMinutes(16).toNanos());
      assertEquals(
          accepted("alice@example.org"), login(accounts, "alice@example.org", "correct horse"));
    }
  }

  @Test
  void guessingManyUsersFromOneNetworkIsStoppedToo() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      for (int i = 0; i < 30; i++) {
        login(accounts, "user" + i + "@example.org", "password");
      }
      assertInstanceOf(
          AuthOutcome.Refused.class, login(accounts, "bob@example.org", "battery staple"));
    }
  }

  @Test
  void aRightPasswordIsRememberedUntilItChanges() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      login(accounts, "bob@example.org", "battery staple");
      assertTrue(
          accounts
              .checkPassword(client("192.0.2.1"), "bob@example.org", bytes("battery staple"))
              .toCompletableFuture()
              .isDone(),
          "answered from memory");
      put("bob@example.org", "new words", List.of());
      accounts.refresh();
      assertInstanceOf(
          AuthOutcome.Refused.class, login(accounts, "bob@example.org", "battery staple"));
      assertEquals(accepted("bob@example.org"), login(accounts, "bob@example.org", "new words"));
    }
  }

  @Test
  void aWrongPasswordIsRememberedForUsersAndStrangersAlikeUntilItIsRight() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      for (String name : List.of("bob@example.org", "nobody@example.org")) {
        assertEquals(AuthOutcome.Refused.CREDENTIALS, login(accounts, name, "new words"));
        put("carol@example.org", "changes the file for " + name, List.of());
        accounts.refresh();
        var again = accounts.checkPassword(client("192.0.2.1"), name, bytes("new words"));
        assertTrue(again.toCompletableFuture().isDone(), "answered from memory");
        assertEquals(AuthOutcome.Refused.CREDENTIALS, again.toCompletableFuture().join());
        put(name, "new words", List.of());
        accounts.refresh();
        assertEquals(accepted(name), login(accounts, name, "new words"));
      }
    }
  }

  @Test
  void moreLoginsThanMayWaitAreUnavailable() throws Exception {
    var slow = new Argon2Cost(32 * 1024, 4, 1);
    file.edit(
        users -> {
          UserName name = UserName.parse("slow@example.org").orElseThrow();
          users.put(
              name,
              new User(
                  name,
                  Optional.of(PasswordHash.of(bytes("x"), slow, random)),
                  Optional.empty(),
                  List.of()));
          return users;
        });
    AccountsSettings tight =
        new AccountsSettings(
            file.path(),
            CHEAP,
            1,
            1,
            Duration.ZERO,
            1000,
            Duration.ofMinutes(1),
            "+",
            LocalNames.NONE);
    try (Accounts accounts = accounts(tight)) {
      var outcomes = new ArrayList<CompletableFuture<AuthOutcome>>();
      for (int i = 0; i < 20; i++) {
        outcomes.add(
            accounts
                .checkPassword(client("192.0.2.1"), "slow@example.org", bytes("x"))
                .toCompletableFuture());
      }
      assertTrue(outcomes.stream().anyMatch(o -> o.join() instanceof AuthOutcome.Unavailable));
      assertTrue(outcomes.stream().anyMatch(o -> o.join() instanceof AuthOutcome.Accepted));
    }
  }

  @Test
  void aUserMaySendAsTheAddressesThatAreTheirs() throws Exception {
    AccountsSettings settings =
        new AccountsSettings(
            file.path(),
            CHEAP,
            1,
            10,
            Duration.ZERO,
            3,
            Duration.ofMinutes(15),
            "+",
            new LocalNames(
                Set.of(DomainName.of("example.org"), DomainName.of("example.net")),
                Map.of(
                    "info@example.org", List.of("board@example.org"),
                    "board@example.org", List.of("alice@example.org", "loop@example.org"),
                    "loop@example.org", List.of("info@example.org"),
                    "sales", List.of("alice@example.org"),
                    "webmaster", List.of("alice")),
                Optional.of("alice@example.org")));
    try (Accounts accounts = accounts(settings)) {
      for (String address :
          List.of(
              "alice@example.org",
              "ALICE@Example.Org",
              "alice+tag@example.org",
              "info@example.org",
              "board@example.org",
              "webmaster@example.org",
              "sales@example.org",
              "sales@example.net",
              "postmaster@example.org",
              "Abuse@EXAMPLE.net",
              "anything@example.net",
              "team@example.com")) {
        assertTrue(accounts.maySendAs("alice@example.org", address(address)), address);
      }
      for (String address :
          List.of(
              "bob@example.org",
              "alice@example.com",
              "anything@sub.example.net",
              "info@example.com",
              // a bare name is a name of local domains
              "sales@gmail.com",
              "webmaster@example.com",
              "postmaster@example.com",
              "sales@sub.example.org",
              // a quoted local part that holds an @ is nobody's name
              "info@example.org@victim.test",
              "info@example.org@example.org",
              "alice@example.org@example.org",
              "alice@example.org@example.net",
              "alice+x@example.org@victim.test")) {
        assertFalse(accounts.maySendAs("alice@example.org", address(address)), address);
      }
      assertFalse(accounts.maySendAs("bob@example.org", address("info@example.org")));
      assertFalse(accounts.maySendAs("nobody@example.org", address("nobody@example.org")));
    }
  }

  /// Separators may stand in the names of other users.
  @Test
  void aSubAddressThatIsSomebodyElseIsHis() throws Exception {
    put("alice-bob@example.org", "other", List.of());
    AccountsSettings settings =
        new AccountsSettings(
            file.path(),
            CHEAP,
            1,
            10,
            Duration.ZERO,
            3,
            Duration.ofMinutes(15),
            "-+",
            new LocalNames(
                Set.of(DomainName.of("example.org")),
                Map.of("alice-info@example.org", List.of("bob@example.org")),
                Optional.of("bob@example.org")));
    try (Accounts accounts = accounts(settings)) {
      for (String hers : List.of("alice-shop@example.org", "alice-shop+x@example.org")) {
        assertTrue(accounts.maySendAs("alice@example.org", address(hers)), hers);
      }
      for (String his :
          List.of(
              "alice-bob@example.org",
              "alice-bob-x@example.org",
              "alice-bob+x@example.org",
              "alice-info@example.org",
              "alice-info+x@example.org")) {
        assertFalse(accounts.maySendAs("alice@example.org", address(his)), his);
      }
      assertTrue(accounts.maySendAs("alice-bob@example.org", address("alice-bob-x@example.org")));
      assertFalse(accounts.maySendAs("alice-bob@example.org", address("alice@example.org")));
    }
  }

  @Test
  void mailboxesAreKnownFromMemory() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      assertTrue(accounts.exists("alice", DomainName.of("example.org")));
      assertTrue(accounts.exists("ALICE", DomainName.of("example.org")));
      assertFalse(accounts.exists("alice", DomainName.of("example.com")));
    }
  }

  @Test
  void scramIsOfferedOnceSomebodyHasIt() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      assertFalse(accounts.scramOffered());
      UserName name = UserName.parse("bob@example.org").orElseThrow();
      var keys = ScramRecord.of("battery staple", 4096, random);
      file.edit(
          users -> {
            users.computeIfPresent(
                name, (_, u) -> new User(name, u.password(), Optional.of(keys), u.sendAs()));
            return users;
          });
      accounts.refresh();
      assertTrue(accounts.scramOffered());
      assertEquals(4096, accounts.scramKeys("bob@example.org").iterations());
    }
  }

  @Test
  void aStrangersScramKeysAreTheSameAfterARestart() throws Exception {
    byte[] salt;
    try (Accounts accounts = accounts(settings())) {
      salt = accounts.scramKeys("nobody@example.org").salt();
      assertNotEquals(List.of(salt), List.of(accounts.scramKeys("somebody@example.org").salt()));
    }
    try (Accounts accounts = accounts(settings())) {
      assertArrayEquals(salt, accounts.scramKeys("nobody@example.org").salt());
      assertEquals(ScramRecord.ITERATIONS, accounts.scramKeys("nobody").iterations());
    }
  }

  @Test
  void aFileThatCannotBeReadKeepsTheUsersAndPutsOffEverybodyElse() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      for (FileTrouble trouble : FileTrouble.values()) {
        trouble.happen(file.path());
        accounts.refresh();
        assertEquals(1, accounts.problems().size(), trouble.name());
        assertTrue(accounts.problems().getFirst().contains(file.path().toString()), trouble.name());
        assertTrue(accounts.exists("bob", DomainName.of("example.org")), trouble.name());
        assertFalse(accounts.uncertain("bob", DomainName.of("example.org")), trouble.name());
        assertTrue(accounts.uncertain("carol", DomainName.of("example.org")), trouble.name());
        assertEquals(
            accepted("bob@example.org"), login(accounts, "bob@example.org", "battery staple"));
        assertEquals(new AuthOutcome.Unavailable(), login(accounts, "carol@example.org", "x"));
        assertEquals(new AuthOutcome.Unavailable(), login(accounts, "carol", "x"));
      }
      Files.deleteIfExists(file.path());
      put("bob@example.org", "battery staple", List.of());
      accounts.refresh();
      assertEquals(List.of(), accounts.problems());
      assertFalse(accounts.uncertain("carol", DomainName.of("example.org")));
      assertFalse(accounts.exists("alice", DomainName.of("example.org")));
    }
  }

  @Test
  void aStartWithAFileThatCannotBeReadPutsEverybodyOff() throws Exception {
    for (FileTrouble trouble : List.of(FileTrouble.EMPTY, FileTrouble.DIRECTORY)) {
      trouble.happen(file.path());
      try (Accounts accounts = accounts(settings())) {
        assertFalse(accounts.problems().isEmpty(), trouble.name());
        assertTrue(accounts.uncertain("alice", DomainName.of("example.org")), trouble.name());
        assertEquals(
            new AuthOutcome.Unavailable(),
            login(accounts, "alice@example.org", "correct horse"),
            trouble.name());
      }
    }
  }

  /// What may become of a file; the tests may be run by root, who may read everything.
  private enum FileTrouble {
    EMPTY,
    GONE,
    DIRECTORY;

    void happen(Path file) throws IOException {
      Files.deleteIfExists(file);
      switch (this) {
        case EMPTY -> Files.createFile(file);
        case DIRECTORY -> Files.createDirectory(file);
        case GONE -> {}
      }
    }
  }

  @Test
  void aDamagedLinePutsOffItsUserAndNobodyElse() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      String text = Files.readString(file.path());
      Files.writeString(file.path(), text.replace("alice@example.org pass", "alice@example.org x"));
      accounts.refresh();
      assertTrue(accounts.problems().getFirst().contains("alice@example.org"));
      assertFalse(accounts.exists("alice", DomainName.of("example.org")));
      assertTrue(accounts.uncertain("alice", DomainName.of("example.org")));
      assertFalse(accounts.uncertain("carol", DomainName.of("example.org")));
      assertFalse(accounts.uncertain("bob", DomainName.of("example.org")));
      assertEquals(
          new AuthOutcome.Unavailable(), login(accounts, "alice@example.org", "correct horse"));
      assertEquals(
          accepted("bob@example.org"), login(accounts, "bob@example.org", "battery staple"));
      assertInstanceOf(AuthOutcome.Refused.class, login(accounts, "carol@example.org", "x"));
    }
  }

  @Test
  void aLineThatNamesNobodyPutsOffWhoeverIsUnknown() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      Files.writeString(file.path(), Files.readString(file.path()) + "\0\0\0\n");
      accounts.refresh();
      assertTrue(accounts.exists("alice", DomainName.of("example.org")));
      assertTrue(accounts.uncertain("carol", DomainName.of("example.org")));
    }
  }

  @Test
  void aFileThatIsCutOffMakesNobodyUnknown() throws Exception {
    var revoked = new ArrayList<String>();
    String whole = Files.readString(file.path());
    try (Accounts accounts = accounts(revoked)) {
      Files.writeString(file.path(), whole.substring(0, whole.indexOf("bob@") + 20));
      accounts.refresh();
      assertTrue(accounts.problems().getFirst().contains("cut off"), accounts.problems()::toString);
      assertTrue(accounts.exists("bob", DomainName.of("example.org")), "he was there before");
      assertEquals(
          accepted("bob@example.org"), login(accounts, "bob@example.org", "battery staple"));
      assertTrue(accounts.uncertain("carol", DomainName.of("example.org")));
      assertEquals(new AuthOutcome.Unavailable(), login(accounts, "carol@example.org", "x"));
      assertEquals(new AuthOutcome.Unavailable(), login(accounts, "carol", "x"));
      var lock = new UserChange.Remove(UserName.parse("alice@example.org").orElseThrow());
      assertThrows(IOException.class, () -> accounts.change(lock));
      assertEquals(List.of(), revoked, "a file that was cut off ends no session");
    }
    try (Accounts accounts = accounts(revoked)) {
      assertTrue(accounts.exists("alice", DomainName.of("example.org")));
      assertEquals(
          accepted("alice@example.org"), login(accounts, "alice@example.org", "correct horse"));
      assertFalse(accounts.exists("bob", DomainName.of("example.org")));
      assertTrue(accounts.uncertain("bob", DomainName.of("example.org")));
      assertEquals(
          new AuthOutcome.Unavailable(), login(accounts, "bob@example.org", "battery staple"));
      Files.writeString(file.path(), whole);
      accounts.refresh();
      assertEquals(List.of(), accounts.problems());
      assertFalse(accounts.uncertain("carol", DomainName.of("example.org")));
    }
  }

  /// Who is gone when the file is whole again is gone, and not before.
  @Test
  void whoIsMissingFromAFileThatWasMendedIsRevoked() throws Exception {
    var revoked = new ArrayList<String>();
    try (Accounts accounts = accounts(revoked)) {
      String whole = Files.readString(file.path());
      String cut = whole.substring(0, whole.indexOf("bob@"));
      Files.writeString(file.path(), cut);
      accounts.refresh();
      assertEquals(List.of(), revoked);
      Files.writeString(file.path(), cut + "\n#end\n");
      accounts.refresh();
      assertEquals(List.of("bob@example.org"), revoked);
      assertFalse(accounts.exists("bob", DomainName.of("example.org")));
    }
  }

  @Test
  void whoIsNamedTwiceGetsMailAndNoLogin() throws Exception {
    var revoked = new ArrayList<String>();
    scram("alice@example.org", "correct horse", 4096);
    put("alice@example.net", "other words", List.of());
    String whole = Files.readString(file.path());
    String line =
        whole.lines().filter(l -> l.startsWith("alice@example.org")).findFirst().orElseThrow();
    try (Accounts accounts = accounts(revoked)) {
      ScramKeys keys = accounts.scramKeys("alice@example.org");
      Files.writeString(file.path(), whole + line.replace("alice@", "ALICE@") + "\n");
      accounts.refresh();
      assertEquals(List.of("alice@example.org"), revoked, "of two lines none holds");
      assertTrue(accounts.exists("Alice", DomainName.of("example.org")));
      assertFalse(accounts.uncertain("carol", DomainName.of("example.org")));
      assertFalse(accounts.maySendAs("alice@example.org", address("alice@example.org")));
      for (String name : List.of("alice@example.org", "ALICE@example.org", "alice")) {
        for (String password : List.of("correct horse", "other words", "x")) {
          assertEquals(new AuthOutcome.Unavailable(), login(accounts, name, password), name);
        }
        assertEquals(
            new AuthOutcome.Unavailable(),
            accounts.decideScram(client("192.0.2.1"), name, Optional.of(keys), true));
      }
      Files.writeString(file.path(), whole);
      accounts.refresh();
      assertEquals(
          accepted("alice@example.org"), login(accounts, "alice@example.org", "correct horse"));
    }
  }

  @Test
  void aLockedUserGetsMailAndNoLogin() throws Exception {
    try (Accounts accounts = accounts(settings())) {
      login(accounts, "bob@example.org", "battery staple");
      lock("bob@example.org", true);
      accounts.refresh();
      assertEquals(
          AuthOutcome.Refused.LOCKED, login(accounts, "bob@example.org", "battery staple"));
      assertFalse(accounts.maySendAs("bob@example.org", address("bob@example.org")));
      assertTrue(accounts.exists("bob", DomainName.of("example.org")));
      lock("bob@example.org", false);
      accounts.refresh();
      assertEquals(
          accepted("bob@example.org"), login(accounts, "bob@example.org", "battery staple"));
    }
  }

  private void lock(String address, boolean lock) throws IOException {
    file.edit(
        users -> {
          users.computeIfPresent(
              UserName.parse(address).orElseThrow(), (_, user) -> user.withLock(lock));
          return users;
        });
  }

  @Test
  void theFileIsForItsOwnerAlone() throws IOException {
    for (Path path : List.of(file.path(), directory.resolve("users.lock"))) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
    assertFalse(Files.readString(file.path()).contains("horse"));
    assertFalse(Files.exists(directory.resolve("users.new")));
  }

  @Test
  void writersTakeTurns() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 20; i++) {
      int n = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      put("user" + n + "@example.org", "p" + n, List.of());
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(22, file.read().users().size());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    var before = file.read().users();
    for (User user : before.values()) {
      assertEquals(Optional.of(user), User.parse(user.line()));
    }
    assertEquals(Optional.empty(), User.parse("alice@example.org admin=true"));
    assertEquals(Optional.empty(), User.parse("not-an-address password=x"));
  }

  @Test
  void noNameLeadsOutOfADirectory() {
    for (String name :
        List.of(
            "../x@example.org",
            "a/b@example.org",
            ".x@example.org",
            "@example.org",
            "a@",
            "a b@example.org",
            "a@example..org",
            "a\0b@example.org")) {
      assertEquals(Optional.empty(), UserName.parse(name), name);
    }
  }

  @Test
  void theKeysAreThoseOfTheExampleInTheRfc() {
    // RFC 7677, section 3: user `user`, password `pencil`.
    byte[] salt = java.util.Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    ScramRecord keys = ScramRecord.of("pencil", 4096, salt);
    assertEquals(
        "4096:W22ZaJ0SNY7soEsUEjb6gQ==:WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
            + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        keys.text());
    assertEquals(Optional.of(keys), ScramRecord.parse(keys.text()));
  }

  @Test
  void threeHundredNetworksKeepNoHonestLoginOut() throws Exception {
    var cost = new Argon2Cost(1024, 1, 1);
    var hash = PasswordHash.of(bytes("correct horse"), cost, random);
    file.edit(
        users -> {
          users.replaceAll(
              (name, _) -> new User(name, Optional.of(hash), Optional.empty(), List.of()));
          return users;
        });
    AccountsSettings settings =
        new AccountsSettings(
            file.path(),
            cost,
            1,
            1000,
            Duration.ZERO,
            1000,
            Duration.ofMinutes(15),
            "+",
            LocalNames.NONE);
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    try (Accounts accounts = accounts(settings)) {
      for (int i = 0; i < 300; i++) {
        guess(accounts, client("S" + i, "10." + i / 250 + "." + i % 250 + ".1"), stop);
      }
      for (int i = 0; i < 20; i++) {
        SmtpClient honest = client("H" + i, "198.51." + i + ".1");
        assertEquals(
            accepted("alice@example.org"),
            login(accounts, honest, "alice@example.org", "correct horse"));
      }
      assertTrue(
          accounts.memoryKib() <= 1024 + 16, "the memory of one hash: " + accounts.memoryKib());
      stop.set(true);
    }
  }

  /// Tries again and again, each time the last answer comes.
  private static void guess(
      Accounts accounts, SmtpClient client, java.util.concurrent.atomic.AtomicBoolean stop) {
    var _ =
        accounts
            .checkPassword(client, "alice@example.org", bytes("wrong"))
            .thenAccept(
                outcome -> {
                  if (!stop.get() && !(outcome instanceof AuthOutcome.Unavailable)) {
                    guess(accounts, client, stop);
                  }
                });
  }

  @Test
  void scramIsDampedAsPasswordsAre() throws Exception {
    scram("bob@example.org", "battery staple", 4096);
    try (Accounts accounts = accounts(settings())) {
      SmtpClient client = client("192.0.2.1");
      Optional<ScramKeys> keys = Optional.of(accounts.scramKeys("bob@example.org"));
      for (int i = 0; i < 3; i++) {
        assertEquals(
            AuthOutcome.Refused.CREDENTIALS,
            accounts.decideScram(client, i == 0 ? "bob" : "BOB@example.org", keys, false));
      }
      assertEquals(
          AuthOutcome.Refused.DAMPED, accounts.decideScram(client, "bob@example.org", keys, true));
      assertEquals(
          AuthOutcome.Refused.DAMPED, login(accounts, "bob@example.org", "battery staple"));
      assertEquals(
          accepted("bob@example.org"),
          accounts.decideScram(client("198.51.100.7"), "bob@example.org", keys, true));
    }
  }

  @Test
  void keysThatWereGivenOutBeforeAChangeProveNothing() throws Exception {
    scram("bob@example.org", "battery staple", 4096);
    try (Accounts accounts = accounts(settings())) {
      Optional<ScramKeys> before = Optional.of(accounts.scramKeys("bob@example.org"));
      scram("bob@example.org", "another", 4096);
      accounts.refresh();
      assertEquals(
          AuthOutcome.Refused.CREDENTIALS,
          accounts.decideScram(client("192.0.2.1"), "bob@example.org", before, true));
      Optional<ScramKeys> after = Optional.of(accounts.scramKeys("bob@example.org"));
      lock("bob@example.org", true);
      accounts.refresh();
      assertEquals(
          AuthOutcome.Refused.LOCKED,
          accounts.decideScram(client("192.0.2.1"), "bob@example.org", after, true));
    }
  }

  /// Bob has SCRAM, alice has not, carol and dave do not exist.
  @Test
  void saltsDoNotTellWhoExists() throws Exception {
    put("eve@example.com", "pass word", List.of());
    scram("bob@example.org", "battery staple", 5000);
    scram("eve@example.com", "pass word", 5000);
    var first = new java.util.TreeMap<String, String>();
    for (int start = 0; start < 2; start++) {
      try (Accounts accounts = accounts(settings())) {
        for (String local : List.of("bob", "alice", "carol", "dave")) {
          String bare = shown(accounts.scramKeys(local));
          List<String> whole =
              java.util.stream.Stream.of("example.org", "example.com")
                  .map(domain -> shown(accounts.scramKeys(local + "@" + domain)))
                  .toList();
          assertEquals(2, java.util.Set.copyOf(whole).size(), local);
          assertEquals(1, whole.stream().filter(bare::equals).count(), local);
          assertEquals(bare, shown(accounts.scramKeys(local.toUpperCase(java.util.Locale.ROOT))));
          assertEquals(whole.getFirst(), shown(accounts.scramKeys(local + "@EXAMPLE.org")), local);
          assertTrue(bare.startsWith("5000 16 "), bare);
          assertEquals(bare, first.computeIfAbsent(local, _ -> bare), local);
        }
        // A password changes and a user comes: strangers keep theirs.
        scram("eve@example.com", "changed", 5000);
        put("frank@example.org", "pass word", List.of());
        accounts.refresh();
        assertEquals(first.get("carol"), shown(accounts.scramKeys("carol")));
      }
    }
  }

  private static String shown(ScramKeys keys) {
    return keys.iterations()
        + " "
        + keys.salt().length
        + " "
        + java.util.HexFormat.of().formatHex(keys.salt());
  }

  private void scram(String address, String password, int iterations) throws IOException {
    ScramRecord keys = ScramRecord.of(password, iterations, random);
    file.edit(
        users -> {
          users.computeIfPresent(
              UserName.parse(address).orElseThrow(),
              (_, user) -> user.withScram(Optional.of(keys)));
          return users;
        });
  }

  @Test
  void whoeverIsLockedRemovedOrHasANewPasswordIsNamed() throws Exception {
    var revoked = new ArrayList<String>();
    try (Accounts accounts = accounts(revoked)) {
      scram("bob@example.org", "battery staple", 4096);
      put("carol@example.org", "a pass word", List.of());
      accounts.refresh();
      assertEquals(List.of(), revoked);
      lock("alice@example.org", true);
      accounts.refresh();
      put("bob@example.org", "new words", List.of());
      accounts.refresh();
      file.edit(
          users -> {
            users.remove(UserName.parse("carol@example.org").orElseThrow());
            return users;
          });
      accounts.refresh();
      lock("alice@example.org", false);
      accounts.refresh();
      assertEquals(List.of("alice@example.org", "bob@example.org", "carol@example.org"), revoked);
      FileTrouble.EMPTY.happen(file.path());
      accounts.refresh();
      assertEquals(3, revoked.size(), "a file that cannot be read ends no session");
    }
  }

  @Test
  void aReloadForgetsNoFailure() throws Exception {
    var history = new LoginHistory(nanos::get);
    for (int i = 0; i < 4; i++) {
      try (var accounts = new Accounts(settings(), random, nanos::get, history, _ -> {})) {
        assertEquals(
            i < 3 ? AuthOutcome.Refused.CREDENTIALS : AuthOutcome.Refused.DAMPED,
            login(accounts, "bob@example.org", "guess"));
      }
    }
  }

  /// RFC 8265, 4.2: one password, however a machine writes its accents and spaces.
  @Test
  void aPasswordIsTheSameInAllItsUnicodeForms() throws Exception {
    String composed = "caf\u00e9 \u00c5ngstr\u00f6m";
    String decomposed = "cafe\u0301\u00a0A\u030angstro\u0308m";
    put("carol@example.org", composed, List.of());
    put("dan@example.org", decomposed, List.of());
    try (Accounts accounts = accounts(settings())) {
      for (String user : List.of("carol@example.org", "dan@example.org")) {
        for (String password : List.of(composed, decomposed)) {
          assertEquals(accepted(user), login(accounts, user, password));
        }
        assertInstanceOf(AuthOutcome.Refused.class, login(accounts, user, "cafe \u00c5ngstrom"));
      }
    }
    byte[] salt = new byte[16];
    assertEquals(ScramRecord.of(composed, 4096, salt), ScramRecord.of(decomposed, 4096, salt));
  }

  private void put(String address, String password, List<String> sendAs) throws IOException {
    UserName name = UserName.parse(address).orElseThrow();
    var hash = PasswordHash.of(bytes(password), CHEAP, random);
    file.edit(
        users -> {
          users.put(name, new User(name, Optional.of(hash), Optional.empty(), sendAs));
          return users;
        });
  }

  private AccountsSettings settings() {
    return new AccountsSettings(
        file.path(),
        CHEAP,
        2,
        100,
        Duration.ofMinutes(5),
        3,
        Duration.ofMinutes(15),
        "+",
        LocalNames.NONE);
  }

  private Accounts accounts(AccountsSettings settings) throws IOException {
    return new Accounts(settings, random, nanos::get);
  }

  /// @param revoked gets whoever is revoked
  private Accounts accounts(List<String> revoked) {
    return new Accounts(
        settings(),
        random,
        nanos::get,
        new LoginHistory(nanos::get),
        revocation -> revoked.add(revocation.user().text()));
  }

  private static AuthOutcome login(Accounts accounts, String user, String password)
      throws Exception {
    return login(accounts, client("192.0.2.1"), user, password);
  }

  private static AuthOutcome login(
      Accounts accounts, SmtpClient client, String user, String password) {
    return accounts.checkPassword(client, user, bytes(password)).toCompletableFuture().join();
  }

  private static SmtpClient client(String address) {
    return client("S1", address);
  }

  private static SmtpClient client(String session, String address) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral(address), 40_000);
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

  private static AuthOutcome accepted(String user) {
    return new AuthOutcome.Accepted(user);
  }

  private static MailAddress address(String text) {
    int at = text.lastIndexOf('@');
    return new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
