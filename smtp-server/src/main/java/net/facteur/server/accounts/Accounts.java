package net.facteur.server.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
import net.facteur.server.routing.Separators;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.ScramDigest;
import net.facteur.server.smtp.ScramKeys;
import net.facteur.server.smtp.SmtpClient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The users of this server, as listeners and routing see them. Safe for use by many threads; every
/// question but a password check is answered from memory.
public final class Accounts implements Authenticator, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Accounts.class);
  private static final int REMEMBERED_MAX = 10_000;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final AccountsSettings settings;
  private final SecureRandom random;
  private final KnownUsers known;
  private final LoginHistory history;
  private final SendingRights rights;
  private final byte[] processKey = new byte[32];
  private final Cache<ByteBuffer, Boolean> remembered;
  private final PasswordChecks checks;
  private final ScheduledExecutorService look;
  private volatile Present present;

  /// The users of this moment, and how everybody else is answered.
  private record Present(KnownUsers.Snapshot users, Strangers strangers, boolean scram) {}

  /// Somebody who wants in.
  ///
  /// @param name the one name behind all spellings
  private record Login(String name, Optional<User> user, InetAddress address) {}

  /// Accounts with no history, whose sessions nobody ends.
  public Accounts(AccountsSettings settings, SecureRandom random, Ticker ticker) {
    this(settings, random, ticker, new LoginHistory(ticker), _ -> {});
  }

  /// Reads the users and begins to watch the file. A file that cannot be read is told in the log
  /// and by [#problems()].
  ///
  /// @param history how logins went so far
  /// @param revoked gets each user who was removed or locked, or got another password
  public Accounts(
      AccountsSettings settings,
      SecureRandom random,
      Ticker ticker,
      LoginHistory history,
      Consumer<UserName> revoked) {
    this.settings = settings;
    this.random = random;
    this.history = history;
    history.penalty(settings.penalty());
    known = new KnownUsers(new UsersFile(settings.file(), random), revoked);
    rights =
        new SendingRights(new Separators(settings.separators()), settings.names(), known::exists);
    random.nextBytes(processKey);
    remembered =
        Caffeine.newBuilder()
            .maximumSize(settings.remembered().isZero() ? 0 : REMEMBERED_MAX)
            .expireAfterWrite(settings.remembered())
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
    present = present(known.now());
    checks = new PasswordChecks(settings.threads(), settings.queue());
    look =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("facteur-users").factory());
    var _ =
        look.scheduleWithFixedDelay(
            this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Present present(KnownUsers.Snapshot users) {
    return new Present(
        users, new Strangers(users.content(), settings.cost(), random), users.scram());
  }

  // ---- questions of routing and submission

  /// True where `localPart@domain` is a user.
  ///
  /// @param localPart without sub-address
  public boolean exists(String localPart, DomainName domain) {
    return known.exists(localPart, domain);
  }

  /// True where nobody can say whether `localPart@domain` is a user, since the users file or its
  /// line cannot be read.
  ///
  /// @param localPart without sub-address
  public boolean uncertain(String localPart, DomainName domain) {
    return known.uncertain(localPart, domain);
  }

  /// True where the user may send mail with this reverse-path or author address.
  ///
  /// @param user as [AuthOutcome.Accepted] named it
  public boolean maySendAs(String user, MailAddress address) {
    return KnownUsers.find(known.now(), user)
        .filter(u -> !u.locked() && rights.permits(u, address))
        .isPresent();
  }

  /// The users there are.
  public List<UserName> names() {
    return List.copyOf(known.now().content().users().keySet());
  }

  /// What is wrong with the users file, in words for an administrator; empty where nothing is.
  public List<String> problems() {
    return known.problems();
  }

  /// Changes a user, durably, and knows it at once.
  ///
  /// @throws IOException where the file cannot be read or written
  public UserChange.Outcome change(UserChange change) throws IOException {
    UserChange.Outcome outcome = known.change(change);
    refresh();
    return outcome;
  }

  // ---- AUTH

  @Override
  public CompletionStage<AuthOutcome> checkPassword(
      SmtpClient client, String user, byte[] password) {
    Present now = present;
    Login login = login(now, client, user);
    if (KnownUsers.uncertain(now.users(), user)) {
      return CompletableFuture.completedStage(new AuthOutcome.Unavailable());
    }
    if (damped(login)) {
      return CompletableFuture.completedStage(AuthOutcome.Refused.DAMPED);
    }
    PasswordHash hash =
        login
            .user()
            .filter(u -> !u.locked())
            .flatMap(User::password)
            .orElseGet(() -> now.strangers().password(login.name()));
    ByteBuffer key = digest(login.name(), hash, password);
    if (remembered.getIfPresent(key) != null) {
      return CompletableFuture.completedStage(new AuthOutcome.Accepted(login.name()));
    }
    byte[] copy = password.clone();
    var outcome = new CompletableFuture<AuthOutcome>();
    boolean waits =
        checks.submit(
            new PasswordChecks.Check(
                client.sessionId(),
                LoginHistory.network(login.address()),
                history.standing(login.name(), login.address()),
                memory -> hashed(outcome, login, hash, copy, key, memory),
                () -> unavailable(outcome, copy)));
    if (!waits) {
      LOG.warn("password checks are all taken, a login is put off session={}", client.sessionId());
      unavailable(outcome, copy);
    }
    return outcome;
  }

  private static void unavailable(CompletableFuture<AuthOutcome> outcome, byte[] password) {
    Arrays.fill(password, (byte) 0);
    outcome.complete(new AuthOutcome.Unavailable());
  }

  private void hashed(
      CompletableFuture<AuthOutcome> outcome,
      Login login,
      PasswordHash hash,
      byte[] password,
      ByteBuffer key,
      HashMemory memory) {
    try {
      outcome.complete(check(login, hash, password, key, memory));
    } catch (RuntimeException | OutOfMemoryError e) {
      outcome.completeExceptionally(e);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private AuthOutcome check(
      Login login, PasswordHash hash, byte[] password, ByteBuffer key, HashMemory memory) {
    if (damped(login)) {
      return AuthOutcome.Refused.DAMPED;
    }
    if (!hash.matches(password, memory)) {
      return refused(login);
    }
    // Asked again: the password may have been changed while the check waited.
    if (current(login.name()).flatMap(User::password).filter(hash::equals).isEmpty()) {
      return AuthOutcome.Refused.CREDENTIALS;
    }
    remembered.put(key, true);
    return accepted(login);
  }

  private Login login(Present now, SmtpClient client, String user) {
    Optional<User> found = KnownUsers.find(now.users(), user);
    String name = found.map(u -> u.name().text()).orElseGet(() -> now.strangers().name(user));
    return new Login(name, found, client.remote().getAddress());
  }

  private boolean damped(Login login) {
    return history.refuses(login.name(), login.address(), settings.failures());
  }

  private AuthOutcome accepted(Login login) {
    history.succeeded(login.name(), login.address());
    return new AuthOutcome.Accepted(login.name());
  }

  private AuthOutcome refused(Login login) {
    history.failed(login.name(), login.address());
    return login.user().filter(User::locked).isPresent()
        ? AuthOutcome.Refused.LOCKED
        : AuthOutcome.Refused.CREDENTIALS;
  }

  /// The user as the file has it now, where a login is possible.
  private Optional<User> current(String name) {
    return KnownUsers.find(known.now(), name).filter(u -> !u.locked());
  }

  /// The stored hash is part of the digest, so that a changed password is not remembered.
  private ByteBuffer digest(String name, PasswordHash hash, byte[] password) {
    byte[] who = (name + "\0" + hash.text() + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] octets = Arrays.copyOf(who, who.length + password.length);
    System.arraycopy(password, 0, octets, who.length, password.length);
    byte[] digest = ScramDigest.hmac(processKey, octets);
    Arrays.fill(octets, (byte) 0);
    return ByteBuffer.wrap(digest);
  }

  @Override
  public boolean scramOffered() {
    return present.scram();
  }

  @Override
  public ScramKeys scramKeys(String user) {
    Present now = present;
    Optional<User> found = KnownUsers.find(now.users(), user);
    String name = found.map(u -> u.name().text()).orElseGet(() -> now.strangers().name(user));
    return found.flatMap(User::scram).orElseGet(() -> now.strangers().keys(name)).keys(name);
  }

  @Override
  public AuthOutcome decideScram(
      SmtpClient client, String user, Optional<ScramKeys> keys, boolean proven) {
    Present now = present;
    Login login = login(now, client, user);
    if (KnownUsers.uncertain(now.users(), user)) {
      return new AuthOutcome.Unavailable();
    }
    if (damped(login)) {
      return AuthOutcome.Refused.DAMPED;
    }
    boolean stands =
        keys.isPresent()
            && current(login.name())
                .flatMap(User::scram)
                .filter(r -> r.are(keys.get()))
                .isPresent();
    return proven && stands ? accepted(login) : refused(login);
  }

  @Override
  public void ended(SmtpClient client) {
    checks.forget(client.sessionId());
  }

  // ---- the file

  /// Reads the file again where it changed.
  public synchronized void refresh() {
    known.refresh();
    if (!present.users().equals(known.now())) {
      present = present(known.now());
    }
  }

  private void look() {
    try {
      refresh();
    } catch (RuntimeException e) {
      LOG.error("the users file could not be looked at", e);
    }
  }

  /// KiB of memory that checks have taken so far, and keep.
  int memoryKib() {
    return checks.memoryKib();
  }

  @Override
  public void close() {
    look.shutdownNow();
    checks.close();
  }
}
