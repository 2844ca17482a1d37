package net.facteur.server.signin;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.LocalNames;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.journal.Journal;
import net.facteur.server.routing.AddressBook;

/// A house with two users: Alice looks after it, Bob does not.
public final class SignInHouse implements AutoCloseable {
  public static final UserName ALICE = UserName.parse("alice@example.org").orElseThrow();
  public static final UserName BOB = UserName.parse("bob@example.org").orElseThrow();
  public static final String HOST = "mail.example.org";
  public static final String ORIGIN = "https://mail.example.org";
  public static final SignIn.Client OUTSIDE =
      new SignIn.Client(InetAddress.ofLiteral("192.0.2.7"), false, "Mozilla/5.0 (X11)");
  public static final SignIn.Client HERE =
      new SignIn.Client(InetAddress.getLoopbackAddress(), true, "Mozilla/5.0 (X11)");

  /// What hashes cost: next to nothing.
  public static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

  public final SecureRandom random = new SecureRandom();
  public final Path directory;
  public final UsersFile users;
  public final Accounts accounts;
  public final ProofStore proofs;
  public final SessionStore sessions;
  public final Invitations invitations;
  public final Journal journal;
  public final SignIn signIn;
  public Instant now = Instant.parse("2026-12-01T08:00:00Z");

  public SignInHouse(Path directory) throws IOException {
    this.directory = directory;
    users = new UsersFile(directory.resolve("users"), random);
    if (users.read().users().isEmpty()) {
      add(ALICE);
      add(BOB);
    }
    var its =
        new AccountsSettings(
            users.path(),
            CHEAP,
            1,
            100,
            Duration.ZERO,
            5,
            Duration.ofMinutes(15),
            "+",
            LocalNames.NONE);
    var settings =
        new SignInSettings(
            Set.of(ALICE),
            new SessionStore.Life(Duration.ofHours(1), Duration.ofHours(12)),
            directory.resolve("web"));
    var files = SignInFiles.of(settings, () -> now);
    proofs = files.proofs();
    sessions = files.sessions();
    invitations = files.invitations();
    journal = new Journal(directory.resolve("journal"), () -> now);
    var late = new SignIn[1];
    accounts =
        new Accounts(
            its,
            random,
            this::nanos,
            new LoginHistory(this::nanos),
            revoked -> {
              if (revoked.apps().isEmpty()) {
                late[0].revoke(revoked.user());
              }
            },
            LastLogins.in(LastLogins.beside(users.path()), () -> now),
            List.of(),
            AddressBook.EMPTY);
    late[0] =
        new SignIn(() -> accounts, () -> settings, files, journal, () -> now, random, this::nanos);
    signIn = late[0];
  }

  private long nanos() {
    return Duration.between(Instant.EPOCH, now).toNanos();
  }

  private void add(UserName name) throws IOException {
    users.apply(
        new UserChange.Add(
            new User(name, Optional.of(hash("correct horse")), Optional.empty(), List.of())));
  }

  public PasswordHash hash(String password) {
    return PasswordHash.of(password.getBytes(StandardCharsets.UTF_8), CHEAP, random);
  }

  public User user(UserName name) {
    return accounts.user(name).orElseThrow();
  }

  public void change(UserName name, UnaryOperator<User> change) throws IOException {
    User before = user(name);
    if (accounts.change(new UserChange.Replace(before, change.apply(before)))
        != UserChange.Outcome.DONE) {
      throw new IllegalStateException("not changed");
    }
  }

  /// Signs Bob in, or Alice at the machine.
  public SignIn.Outcome.In in(SignIn.Client client, UserName name) throws IOException {
    return (SignIn.Outcome.In) signIn.password(client, name.text(), "correct horse");
  }

  public Optional<SignIn.Visitor> visitor(SignIn.Client client, SignIn.Outcome.In in)
      throws IOException {
    return signIn.visitor(client, in.token());
  }

  /// Gives a user time codes.
  ///
  /// @return the secret
  public TimeCode enrol(UserName name) throws IOException {
    TimeCode secret = TimeCode.make(random);
    proofs.change(user(name), has -> has.with(secret, 0, RecoveryCodes.NONE));
    return secret;
  }

  @Override
  public void close() {
    accounts.close();
  }
}
