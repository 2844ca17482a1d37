package net.facteur.server.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.MailAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One door for all services.
class LoginsTest {
  private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);
  private static final UserName ALICE = UserName.parse("alice@example.org").orElseThrow();
  private static final Optional<String> OWN = Optional.empty();
  private static final Optional<MailAddress> ANY = Optional.empty();

  private final SecureRandom random = new SecureRandom();
  private final List<Revocation> revoked = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-30T12:00:00Z");

  @TempDir private Path directory = Path.of("");
  private UsersFile file = new UsersFile(Path.of(""), random);

  @BeforeEach
  void alice() throws Exception {
    file = new UsersFile(directory.resolve("users"), random);
    var hash = PasswordHash.of("right".getBytes(StandardCharsets.UTF_8), CHEAP, random);
    file.apply(new UserChange.Add(new User(ALICE, Optional.of(hash), Optional.empty(), List.of())));
  }

  private Accounts accounts(AccountSource... others) {
    var settings =
        new AccountsSettings(
            file.path(),
            CHEAP,
            2,
            100,
            Duration.ofMinutes(5),
            3,
            Duration.ofMinutes(15),
            "+",
            LocalNames.NONE);
    return new Accounts(
        settings,
        random,
        () -> 0,
        new LoginHistory(() -> 0),
        revocation -> revoked.add(revocation),
        LastLogins.in(LastLogins.beside(file.path()), () -> now),
        List.of(others),
        net.facteur.server.routing.AddressBook.EMPTY);
  }

  private void change(Accounts accounts, java.util.function.UnaryOperator<User> change)
      throws Exception {
    User before = file.read().find(ALICE).orElseThrow();
    assertEquals(
        UserChange.Outcome.DONE,
        accounts.change(new UserChange.Replace(before, change.apply(before))));
  }

  private static LoginOutcome login(
      Accounts accounts, LoginService service, String user, String password) {
    var client = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 0);
    return accounts
        .login(
            new LoginAttempt(
                service, "S1", client, "PLAIN", user, password.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join();
  }

  private static LoginOutcome accepted() {
    return new LoginOutcome.Accepted(ALICE.text(), OWN, ANY);
  }

  @ParameterizedTest
  @EnumSource(LoginService.class)
  void wrongPasswordsAreDampedWhateverTheService(LoginService service) {
    try (Accounts accounts = accounts()) {
      assertEquals(accepted(), login(accounts, service, "Alice@EXAMPLE.org", "right"));
      for (int i = 0; i < 3; i++) {
        assertEquals(
            LoginOutcome.Refused.CREDENTIALS, login(accounts, service, ALICE.text(), "no"));
      }
      for (LoginService other : LoginService.values()) {
        assertEquals(LoginOutcome.Refused.DAMPED, login(accounts, other, ALICE.text(), "right"));
      }
    }
  }

  @Test
  void anAppPasswordOpensWhatItIsForAndNothingElse() throws Exception {
    var scanner = new MailAddress("scanner", "example.org");
    var sending =
        AppPassword.make("scanner", AppPassword.Use.SUBMISSION, Optional.of(scanner), random);
    var phone = AppPassword.make("phone", AppPassword.Use.MAIL, ANY, random);
    try (Accounts accounts = accounts()) {
      change(accounts, u -> u.withAppPasswords(List.of(sending.kept(), phone.kept())));
      assertEquals(
          new LoginOutcome.Accepted(ALICE.text(), Optional.of("scanner"), Optional.of(scanner)),
          login(accounts, LoginService.SUBMISSION, ALICE.text(), sending.shown()));
      assertEquals(
          LoginOutcome.Barred.APP_PASSWORD,
          login(accounts, LoginService.IMAP, ALICE.text(), sending.shown()));
      var byPhone = new LoginOutcome.Accepted(ALICE.text(), Optional.of("phone"), ANY);
      String spoken = phone.shown().replace('-', ' ').toUpperCase(java.util.Locale.ROOT);
      for (var service : List.of(LoginService.IMAP, LoginService.POP3, LoginService.SIEVE)) {
        assertEquals(byPhone, login(accounts, service, ALICE.text(), phone.shown()));
        assertEquals(byPhone, login(accounts, service, "alice", spoken));
      }
      assertEquals(
          LoginOutcome.Barred.APP_PASSWORD,
          login(accounts, LoginService.WEB, ALICE.text(), phone.shown()));
      assertEquals(accepted(), login(accounts, LoginService.WEB, ALICE.text(), "right"));
      assertFalse(Files.readString(file.path()).contains(phone.shown().replace("-", "")));
      change(accounts, u -> u.withAppPasswords(List.of(sending.kept())));
      assertEquals(
          List.of(new Revocation(ALICE, List.of("phone"))),
          revoked,
          "what a revoked password opened is closed, and nothing else");
      assertEquals(
          LoginOutcome.Refused.CREDENTIALS,
          login(accounts, LoginService.IMAP, ALICE.text(), phone.shown()));
    }
  }

  @Test
  void aSuspendedUserReadsAndSendsNothing() throws Exception {
    try (Accounts accounts = accounts()) {
      change(accounts, u -> u.with(Restriction.SUSPENDED, true));
      assertEquals(List.of(new Revocation(ALICE, List.of())), revoked);
      assertEquals(
          LoginOutcome.Barred.SUSPENDED,
          login(accounts, LoginService.SUBMISSION, ALICE.text(), "right"));
      assertEquals(
          LoginOutcome.Refused.CREDENTIALS,
          login(accounts, LoginService.SUBMISSION, ALICE.text(), "wrong"));
      assertEquals(accepted(), login(accounts, LoginService.IMAP, ALICE.text(), "right"));
      assertTrue(accounts.exists("alice", ALICE.domain()));
      assertFalse(accounts.maySendAs(ALICE.text(), new MailAddress("alice", "example.org")));
    }
  }

  @Test
  void aSendOnlyUserHasNoMailbox() throws Exception {
    try (Accounts accounts = accounts()) {
      change(accounts, u -> u.with(Restriction.SEND_ONLY, true));
      assertEquals(accepted(), login(accounts, LoginService.SUBMISSION, ALICE.text(), "right"));
      assertEquals(
          LoginOutcome.Barred.SEND_ONLY, login(accounts, LoginService.IMAP, ALICE.text(), "right"));
      assertFalse(accounts.exists("alice", ALICE.domain()));
      assertFalse(accounts.uncertain("alice", ALICE.domain()));
      assertTrue(accounts.maySendAs(ALICE.text(), new MailAddress("alice", "example.org")));
    }
  }

  @Test
  void aLockStopsAppPasswordsToo() throws Exception {
    var phone = AppPassword.make("phone", AppPassword.Use.MAIL, ANY, random);
    try (Accounts accounts = accounts()) {
      change(accounts, u -> u.withAppPasswords(List.of(phone.kept())).withLock(true));
      assertEquals(
          LoginOutcome.Refused.LOCKED,
          login(accounts, LoginService.IMAP, ALICE.text(), phone.shown()));
    }
  }

  @Test
  void theLastUseOfEachPasswordIsKeptBesideTheUsersFile() throws Exception {
    var phone = AppPassword.make("phone", AppPassword.Use.MAIL, ANY, random);
    Path logins = LastLogins.beside(file.path());
    try (Accounts accounts = accounts()) {
      change(accounts, u -> u.withAppPasswords(List.of(phone.kept())));
      String users = Files.readString(file.path());
      login(accounts, LoginService.SUBMISSION, "alice", "right");
      login(accounts, LoginService.IMAP, "alice", phone.shown());
      login(accounts, LoginService.IMAP, "alice", "wrong");
      assertEquals(users, Files.readString(file.path()), "a login rewrites no user");
    }
    var first = new LastLogins.Use(now, "192.0.2.1", "submission");
    var device = new LastLogins.Use(now, "192.0.2.1", "imap");
    assertEquals(
        Map.of(
            new LastLogins.Key(ALICE.text(), OWN), first,
            new LastLogins.Key(ALICE.text(), Optional.of("phone")), device),
        LastLogins.read(logins));
    now = now.plusSeconds(60);
    Files.writeString(logins, Files.readString(logins) + "half a li");
    try (Accounts accounts = accounts()) {
      login(accounts, LoginService.WEB, "alice", "right");
    }
    assertEquals(
        new LastLogins.Use(now, "192.0.2.1", "web"),
        LastLogins.read(logins).get(new LastLogins.Key(ALICE.text(), OWN)));
    assertEquals(
        device,
        LastLogins.read(logins).get(new LastLogins.Key(ALICE.text(), Optional.of("phone"))));
  }

  /// A directory of others.
  private static final class Directory implements AccountSource {
    private final UserName carol = UserName.parse("carol@example.org").orElseThrow();
    private boolean up = true;
    private boolean prepared;

    @Override
    public Answer find(UserName name) {
      if (!up) {
        return new Answer.Unavailable();
      }
      return prepared && name.equals(carol)
          ? new Answer.Found(new User(carol, Optional.empty(), Optional.empty(), List.of()))
          : new Answer.Unknown();
    }

    @Override
    public Answer findLogin(String login) {
      return UserName.parse(login).map(this::find).orElse(new Answer.Unknown());
    }

    @Override
    public CompletionStage<Void> prepare(String login) {
      prepared = true;
      return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean verifies() {
      return true;
    }

    @Override
    public CompletionStage<Verdict> verify(User user, byte[] password) {
      return CompletableFuture.completedStage(
          new String(password, StandardCharsets.UTF_8).equals("hers")
              ? Verdict.RIGHT
              : Verdict.WRONG);
    }
  }

  @Test
  void aSecondSourceIsAskedWhereTheFileHasNobodyAndItsSilenceMakesNobodyUnknown() {
    var directory = new Directory();
    try (Accounts accounts = accounts(directory)) {
      assertEquals(
          new LoginOutcome.Accepted("carol@example.org", OWN, ANY),
          login(accounts, LoginService.IMAP, "carol@example.org", "hers"));
      assertTrue(accounts.exists("carol", ALICE.domain()));
      assertFalse(accounts.exists("dan", ALICE.domain()));
      assertFalse(accounts.uncertain("dan", ALICE.domain()));
      for (int i = 0; i < 3; i++) {
        assertEquals(
            LoginOutcome.Refused.CREDENTIALS,
            login(accounts, LoginService.IMAP, "carol@example.org", "not hers"));
      }
      assertEquals(
          LoginOutcome.Refused.DAMPED,
          login(accounts, LoginService.IMAP, "carol@example.org", "hers"));
      directory.up = false;
      assertTrue(accounts.uncertain("dan", ALICE.domain()));
      assertEquals(
          new LoginOutcome.Unavailable(),
          login(accounts, LoginService.IMAP, "dan@example.org", "x"));
      assertEquals(accepted(), login(accounts, LoginService.IMAP, ALICE.text(), "right"));
    }
  }
}
