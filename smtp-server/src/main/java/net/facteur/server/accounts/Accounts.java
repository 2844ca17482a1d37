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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.hash.ForeignHash;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.Separators;
import net.facteur.server.smtp.AuthOutcome;
import net.facteur.server.smtp.Authenticator;
import net.facteur.server.smtp.RefusedLogin;
import net.facteur.server.smtp.ScramDigest;
import net.facteur.server.smtp.ScramKeys;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The users of this server, as listeners and routing see them. Safe for use by many threads; every
/// question but a password check is answered from memory.
public final class Accounts
    implements Authenticator, Logins, FurtherProofs, PasswordChanges, AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Accounts.class);
  private static final int REMEMBERED_MAX = 10_000;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final AccountsSettings settings;
  private final SecureRandom random;
  private final KnownUsers known;
  private final List<AccountSource> others;
  private final LastLogins lastLogins;
  private final LoginHistory history;
  private final SendingRights rights;
  private final byte[] processKey = new byte[32];
  private final Cache<ByteBuffer, Boolean> remembered;
  private final Cache<ByteBuffer, Boolean> wrong;
  private final PasswordChecks checks;
  private final ScheduledExecutorService look;
  private volatile Present present;

  /// The users of this moment, and how everybody else is answered.
  private record Present(KnownUsers.Snapshot users, Strangers strangers, boolean scram) {}

  /// Somebody who wants in.
  ///
  /// @param name the one name behind all spellings
  private record Login(
      String name, Optional<Account> account, InetAddress address, LoginService service) {
    Optional<User> user() {
      return account.map(Account::user);
    }

    /// The user, where a login is possible.
    Optional<User> open() {
      return user().filter(u -> !u.locked());
    }
  }

  /// @param source who knows of it
  private record Account(User user, AccountSource source) {}

  /// What all sources together say of a login.
  private sealed interface Found {
    record One(Account account) implements Found {}

    enum Other implements Found {
      NOBODY,
      UNAVAILABLE
    }
  }

  /// Accounts with no history, whose sessions nobody ends.
  public Accounts(AccountsSettings settings, SecureRandom random, Ticker ticker) {
    this(settings, random, ticker, new LoginHistory(ticker), _ -> {});
  }

  /// Accounts of the users file alone, whose last logins are not kept.
  public Accounts(
      AccountsSettings settings,
      SecureRandom random,
      Ticker ticker,
      LoginHistory history,
      Consumer<Revocation> revoked) {
    this(
        settings,
        random,
        ticker,
        history,
        revoked,
        LastLogins.unkept(),
        List.of(),
        AddressBook.EMPTY);
  }

  /// Reads the users and begins to watch the file. A file that cannot be read is told in the log
  /// and by [#problems()].
  ///
  /// @param history how logins went so far
  /// @param revoked gets the logins of each user who was removed or restricted, got another
  ///   password, or lost an app password: sessions that they opened must end, whatever the service
  /// @param others sources of accounts that are asked where the users file has none of a name, in
  ///   their order; closed with this
  /// @param book addresses beside those of the settings
  public Accounts(
      AccountsSettings settings,
      SecureRandom random,
      Ticker ticker,
      LoginHistory history,
      Consumer<Revocation> revoked,
      LastLogins lastLogins,
      List<AccountSource> others,
      AddressBook book) {
    this.lastLogins = lastLogins;
    this.others = List.copyOf(others);
    this.settings = settings;
    this.random = random;
    this.history = history;
    history.penalty(settings.penalty());
    lastLogins.tell(history);
    known = new KnownUsers(new UsersFile(settings.file(), random), revoked);
    rights =
        new SendingRights(
            new Separators(settings.separators()), settings.names(), this::isAccount, book);
    random.nextBytes(processKey);
    remembered = digests(settings.remembered(), ticker);
    wrong = digests(settings.remembered(), ticker);
    present = present(known.now());
    checks = new PasswordChecks(settings.threads(), settings.queue());
    look =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("facteur-users").factory());
    var _ =
        look.scheduleWithFixedDelay(
            this::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Cache<ByteBuffer, Boolean> digests(Duration kept, Ticker ticker) {
    return Caffeine.newBuilder()
        .maximumSize(kept.isZero() ? 0 : REMEMBERED_MAX)
        .expireAfterWrite(kept)
        .ticker(ticker)
        .executor(Runnable::run)
        .build();
  }

  private Present present(KnownUsers.Snapshot users) {
    return new Present(
        users, new Strangers(users.content(), settings.cost(), random), users.scram());
  }

  // ---- questions of routing and submission

  /// True where `localPart@domain` is a user with a mailbox.
  ///
  /// @param localPart without sub-address
  public boolean exists(String localPart, DomainName domain) {
    return switch (find(new UserName(UserName.lower(localPart), domain))) {
      case Found.One(Account account) -> account.user().hasMailbox();
      case Found.Other _ -> known.exists(localPart, domain); // several lines: there surely is one
    };
  }

  /// True where nobody can say whether `localPart@domain` is a user, since the users file or its
  /// line cannot be read, or another source does not answer.
  ///
  /// @param localPart without sub-address
  public boolean uncertain(String localPart, DomainName domain) {
    return find(new UserName(UserName.lower(localPart), domain)) == Found.Other.UNAVAILABLE;
  }

  private boolean isAccount(String localPart, DomainName domain) {
    // Who may be there is not somebody else.
    return known.exists(localPart, domain)
        || find(new UserName(UserName.lower(localPart), domain)) != Found.Other.NOBODY;
  }

  /// The user of that name, as far as can be known now.
  public Optional<User> user(UserName name) {
    return find(name) instanceof Found.One(Account account)
        ? Optional.of(account.user())
        : Optional.empty();
  }

  /// The name that a user has now who had this one before; empty where somebody has it, or nobody
  /// had.
  public Optional<UserName> renamed(UserName name) {
    return known.formerly(name);
  }

  /// True where the name is, or was, that of somebody who is here, or may be.
  private boolean isSomebodys(UserName name) {
    return find(name) != Found.Other.NOBODY || renamed(name).isPresent();
  }

  /// Asks the sources of accounts what they have to be asked before they can answer for this
  /// address from memory. Never fails.
  ///
  /// @param address an address or a login
  public CompletionStage<Void> prepare(String address) {
    return CompletableFuture.allOf(
        others.stream()
            .map(source -> source.prepare(address).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /// The same for several addresses.
  public CompletionStage<Void> prepare(Collection<UserName> names) {
    return CompletableFuture.allOf(
        others.stream()
            .map(source -> source.prepare(names).toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  /// True where some accounts are kept elsewhere, so that [#prepare] has something to do.
  public boolean elsewhere() {
    return !others.isEmpty();
  }

  /// Where mail to an address goes in place of a mailbox of that name, as the sources of accounts
  /// say it. Whom the users file names has the address.
  public List<String> targets(UserName name) {
    if (others.isEmpty() || known.exists(name.localPart(), name.domain())) {
      return List.of();
    }
    return others.stream()
        .map(source -> source.targets(name))
        .filter(targets -> !targets.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /// Asks what has to be asked before [#maySendAs] can answer.
  ///
  /// @return false where nobody can say now; never fails
  public CompletionStage<Boolean> prepareToSend(String user, Collection<MailAddress> addresses) {
    if (others.isEmpty()) {
      return CompletableFuture.completedStage(true);
    }
    List<UserName> names = addresses.stream().flatMap(this::names).distinct().toList();
    return prepare(user)
        .thenCompose(_ -> prepare(names))
        .thenApply(
            _ ->
                findLogin(user) != Found.Other.UNAVAILABLE
                    && addresses.stream()
                        .allMatch(
                            address ->
                                maySendAs(user, address)
                                    || names(address)
                                        .noneMatch(n -> find(n) == Found.Other.UNAVAILABLE)));
  }

  /// Whose address it may be here: whole, or without a tag.
  private Stream<UserName> names(MailAddress address) {
    Optional<UserName> whole =
        UserName.parse(address.localPart() + "@" + address.domain())
            .filter(name -> settings.names().domains().contains(name.domain()));
    var separators = new Separators(settings.separators());
    return whole.stream()
        .flatMap(
            name ->
                Stream.concat(
                    Stream.of(name),
                    separators.cuts(name.localPart()).stream()
                        .map(
                            cut ->
                                new UserName(name.localPart().substring(0, cut), name.domain()))));
  }

  private Found find(UserName name) {
    return found(source -> source.find(name));
  }

  private Found findLogin(String login) {
    return found(source -> source.findLogin(login));
  }

  /// The first source that knows the account has it. Where none does, and one cannot say, nobody
  /// can.
  private Found found(Function<AccountSource, AccountSource.Answer> question) {
    boolean unavailable = false;
    for (AccountSource source : sources()) {
      switch (question.apply(source)) {
        case AccountSource.Answer.Found(User user) -> {
          return new Found.One(new Account(user, source));
        }
        case AccountSource.Answer.Unknown _ -> {}
        case AccountSource.Answer.Unavailable _ -> unavailable = true;
      }
    }
    return unavailable ? Found.Other.UNAVAILABLE : Found.Other.NOBODY;
  }

  private List<AccountSource> sources() {
    return others.isEmpty()
        ? List.of(known)
        : Stream.concat(Stream.of(known), others.stream()).toList();
  }

  /// True where the user may send mail with this reverse-path or author address.
  ///
  /// @param user as [AuthOutcome.Accepted] named it
  public boolean maySendAs(String user, MailAddress address) {
    return findLogin(user) instanceof Found.One(Account(User known, AccountSource _))
        && known.maySend()
        && rights.permits(known, address);
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

  @Override
  public PasswordChanges.Outcome give(String user, NewPassword password) throws IOException {
    Optional<User> found = current(user);
    if (found.isEmpty()) {
      return PasswordChanges.Outcome.ELSEWHERE;
    }
    User before = found.get();
    byte[] octets = password.text().getBytes(StandardCharsets.UTF_8);
    PasswordHash hash = PasswordHash.of(octets, settings.cost(), random);
    Arrays.fill(octets, (byte) 0);
    Optional<ScramRecord> keys =
        before.scram().map(_ -> ScramRecord.of(password.text(), ScramRecord.ITERATIONS, random));
    return switch (change(new UserChange.Replace(before, before.withPassword(hash, keys)))) {
      case DONE -> {
        LOG.info("a user took another password user=\"{}\"", before.name());
        yield PasswordChanges.Outcome.DONE;
      }
      case TAKEN, UNKNOWN, OVERTAKEN -> PasswordChanges.Outcome.OVERTAKEN;
    };
  }

  // ---- AUTH

  @Override
  public CompletionStage<AuthOutcome> checkPassword(
      SmtpClient client, String user, byte[] password) {
    return check(
            new LoginAttempt(
                LoginService.SUBMISSION, client.sessionId(), client.remote(), "", user, password))
        .thenApply(Accounts::asSmtpKnowsIt);
  }

  private static AuthOutcome asSmtpKnowsIt(LoginOutcome outcome) {
    return switch (outcome) {
      case LoginOutcome.Accepted(String user, Optional<String> app, Optional<MailAddress> onlyAs) ->
          new AuthOutcome.Accepted(user, app, onlyAs);
      case LoginOutcome.Refused.CREDENTIALS -> AuthOutcome.Refused.CREDENTIALS;
      case LoginOutcome.Refused.DAMPED -> AuthOutcome.Refused.DAMPED;
      case LoginOutcome.Refused.LOCKED -> AuthOutcome.Refused.LOCKED;
      case LoginOutcome.Barred _ -> new AuthOutcome.Disabled();
      case LoginOutcome.Unavailable _ -> new AuthOutcome.Unavailable();
    };
  }

  @Override
  public CompletionStage<LoginOutcome> login(LoginAttempt attempt) {
    return check(attempt).thenApply(outcome -> told(attempt, outcome));
  }

  @Override
  public LoginOutcome prove(LoginAttempt attempt, BooleanSupplier proof) {
    Found found = findLogin(attempt.user());
    if (found == Found.Other.UNAVAILABLE) {
      return new LoginOutcome.Unavailable();
    }
    Login login =
        login(present, found, attempt.user(), attempt.client().getAddress(), attempt.service());
    if (damped(login)) {
      return told(attempt, LoginOutcome.Refused.DAMPED);
    }
    return told(
        attempt,
        login.open().isPresent() && proof.getAsBoolean()
            ? accepted(login, Optional.empty())
            : refused(login));
  }

  private static LoginOutcome told(LoginAttempt attempt, LoginOutcome outcome) {
    switch (outcome) {
      case LoginOutcome.Refused refused ->
          new RefusedLogin(
                  attempt.service().word(),
                  attempt.session(),
                  attempt.client(),
                  attempt.mechanism(),
                  refused.name(),
                  attempt.user())
              .log();
      case LoginOutcome.Barred barred ->
          LOG.info(
              "auth session={} service={} result=barred reason={} user=\"{}\"",
              attempt.session(),
              attempt.service().word(),
              Ascii.lower(barred.name()),
              StrangerText.of(attempt.user()).inLog());
      case LoginOutcome.Accepted _, LoginOutcome.Unavailable _ -> {}
    }
    return outcome;
  }

  private CompletionStage<LoginOutcome> check(LoginAttempt attempt) {
    if (others.isEmpty()) {
      return decide(attempt, attempt.password());
    }
    byte[] copy = attempt.password().clone();
    return prepare(attempt.user())
        .thenCompose(_ -> decide(attempt, copy))
        .whenComplete((_, _) -> Arrays.fill(copy, (byte) 0));
  }

  private CompletionStage<LoginOutcome> decide(LoginAttempt attempt, byte[] password) {
    Present now = present;
    Found found = findLogin(attempt.user());
    if (found == Found.Other.UNAVAILABLE) {
      return CompletableFuture.completedStage(new LoginOutcome.Unavailable());
    }
    Login login =
        login(now, found, attempt.user(), attempt.client().getAddress(), attempt.service());
    if (damped(login)) {
      return CompletableFuture.completedStage(LoginOutcome.Refused.DAMPED);
    }
    Optional<AppPassword> app = app(login, password);
    if (app.isPresent()) {
      return CompletableFuture.completedStage(accepted(login, app));
    }
    Optional<Account> elsewhere =
        login.account().filter(a -> a.source().verifies() && !a.user().locked());
    if (elsewhere.isPresent()) {
      return elsewhere
          .get()
          .source()
          .verify(elsewhere.get().user(), password)
          .thenApply(verdict -> verified(login, verdict));
    }
    Optional<PasswordHash> own = login.open().flatMap(User::password);
    PasswordHash hash = own.orElseGet(() -> now.strangers().password(login.name()));
    // A stranger's hash is another one after each change of the file; a guess at it stays wrong.
    ByteBuffer key = digest(login.name(), own.map(PasswordHash::text).orElse(""), password);
    if (wrong.getIfPresent(key) != null) {
      return CompletableFuture.completedStage(refused(login));
    }
    if (remembered.getIfPresent(key) != null) {
      return CompletableFuture.completedStage(accepted(login, Optional.empty()));
    }
    byte[] copy = password.clone();
    var outcome = new CompletableFuture<LoginOutcome>();
    boolean waits =
        checks.submit(
            new PasswordChecks.Check(
                attempt.session(),
                LoginHistory.network(login.address()),
                () -> history.standing(login.name(), login.address()),
                memory -> hashed(outcome, login, hash, copy, key, memory),
                () -> unavailable(outcome, copy)));
    if (!waits) {
      LOG.warn("password checks are all taken, a login is put off session={}", attempt.session());
      unavailable(outcome, copy);
    }
    return outcome;
  }

  /// The app password that this is. A fast look that tells nobody anything: what is none goes on to
  /// the slow one.
  private static Optional<AppPassword> app(Login login, byte[] password) {
    Optional<byte[]> letters = AppPassword.letters(password);
    return letters.isEmpty()
        ? Optional.empty()
        : login.open().stream()
            .flatMap(user -> user.appPasswords().stream())
            .filter(app -> app.digest().matches(letters.get()))
            .findFirst();
  }

  private LoginOutcome verified(Login login, AccountSource.Verdict verdict) {
    return switch (verdict) {
      case RIGHT -> accepted(login, Optional.empty());
      case WRONG -> refused(login);
      case UNAVAILABLE -> new LoginOutcome.Unavailable();
    };
  }

  private static void unavailable(CompletableFuture<LoginOutcome> outcome, byte[] password) {
    Arrays.fill(password, (byte) 0);
    outcome.complete(new LoginOutcome.Unavailable());
  }

  private void hashed(
      CompletableFuture<LoginOutcome> outcome,
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

  private LoginOutcome check(
      Login login, PasswordHash hash, byte[] password, ByteBuffer key, HashMemory memory) {
    if (damped(login)) {
      return LoginOutcome.Refused.DAMPED;
    }
    if (tooLarge(hash)) {
      return new LoginOutcome.Unavailable();
    }
    boolean foreign = hash.foreign().isPresent();
    if (!hash.matches(password, memory)) {
      // Nobody is to see from the time it takes whose hash it is.
      boolean _ = foreign && present.strangers().password(login.name()).matches(password, memory);
      wrong.put(key, true);
      return refused(login);
    }
    // Asked again: the password may have been changed while the check waited.
    Optional<User> user = current(login.name());
    Optional<PasswordHash> now = user.flatMap(User::password);
    boolean same = now.filter(hash::equals).isPresent();
    if (!same && !(foreign && now.filter(h -> h.matches(password, memory)).isPresent())) {
      return LoginOutcome.Refused.CREDENTIALS;
    }
    remembered.put(key, true);
    if (foreign && same) {
      PasswordHash better = PasswordHash.of(password, settings.cost(), random, memory);
      remembered.put(digest(login.name(), better.text(), password), true);
      known.renewLater(user.orElseThrow().name(), hash, better);
    }
    return accepted(login, Optional.empty());
  }

  /// True where the hash of another program takes more than half of all memory.
  private static boolean tooLarge(PasswordHash hash) {
    long octets = hash.foreign().map(ForeignHash::memoryKib).orElse(0) * 1024L;
    if (octets <= Runtime.getRuntime().maxMemory() / 2) {
      return false;
    }
    LOG.error(
        "a password cannot be checked: its hash takes {} MiB. Start with FACTEUR_OPTS=-Xmx{}m, or"
            + " give the user a new password: facteur user passwd",
        octets >> 20,
        octets >> 19);
    return true;
  }

  private static Login login(
      Present now, Found found, String user, InetAddress address, LoginService service) {
    Optional<Account> account =
        found instanceof Found.One(Account one) ? Optional.of(one) : Optional.empty();
    String name =
        account.map(a -> a.user().name().text()).orElseGet(() -> now.strangers().name(user));
    return new Login(name, account, address, service);
  }

  private boolean damped(Login login) {
    return history.refuses(login.name(), login.address(), settings.failures());
  }

  /// The password is right; whether it opens this door is another question.
  private LoginOutcome accepted(Login login, Optional<AppPassword> app) {
    history.succeeded(login.name(), login.address());
    Optional<LoginOutcome.Barred> barred = barred(login, app);
    if (barred.isPresent()) {
      return barred.get();
    }
    Optional<String> device = app.map(AppPassword::name);
    lastLogins.used(login.name(), device, login.address(), login.service());
    return new LoginOutcome.Accepted(login.name(), device, app.flatMap(AppPassword::onlyAs));
  }

  private static Optional<LoginOutcome.Barred> barred(Login login, Optional<AppPassword> app) {
    if (app.filter(a -> !a.use().opens(login.service())).isPresent()) {
      return Optional.of(LoginOutcome.Barred.APP_PASSWORD);
    }
    if (login.service() == LoginService.SUBMISSION
        && login.user().filter(user -> !user.maySend()).isPresent()) {
      return Optional.of(LoginOutcome.Barred.SUSPENDED);
    }
    return login.service().readsMail()
            && login.user().filter(user -> !user.hasMailbox()).isPresent()
        ? Optional.of(LoginOutcome.Barred.SEND_ONLY)
        : Optional.empty();
  }

  private LoginOutcome refused(Login login) {
    history.failed(login.name(), login.address(), login.account().isPresent());
    return login.user().filter(User::locked).isPresent()
        ? LoginOutcome.Refused.LOCKED
        : LoginOutcome.Refused.CREDENTIALS;
  }

  /// The user as the file has it now, where a login is possible.
  private Optional<User> current(String name) {
    return KnownUsers.find(known.now(), name).filter(u -> !u.locked());
  }

  /// The stored hash is part of the digest, so that a changed password is not remembered.
  private ByteBuffer digest(String name, String hash, byte[] password) {
    byte[] who = (name + "\0" + hash + "\0").getBytes(StandardCharsets.UTF_8);
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
    Found found = findLogin(user);
    if (found == Found.Other.UNAVAILABLE) {
      return new AuthOutcome.Unavailable();
    }
    Login login =
        login(present, found, user, client.remote().getAddress(), LoginService.SUBMISSION);
    if (damped(login)) {
      return AuthOutcome.Refused.DAMPED;
    }
    boolean stands =
        keys.isPresent()
            && current(login.name())
                .flatMap(User::scram)
                .filter(r -> r.are(keys.get()))
                .isPresent();
    return asSmtpKnowsIt(proven && stands ? accepted(login, Optional.empty()) : refused(login));
  }

  @Override
  public void ended(SmtpClient client) {
    gone(client.sessionId());
  }

  @Override
  public void gone(String session) {
    checks.forget(session);
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
      known.renew();
      refresh();
      lastLogins.writeInTime(this::isSomebodys);
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
    known.renew();
    lastLogins.write(this::isSomebodys);
    others.forEach(AccountSource::close);
  }
}
