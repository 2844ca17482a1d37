package net.facteur.server.signin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import net.facteur.server.accounts.Accounts;
import net.facteur.server.accounts.LoginAttempt;
import net.facteur.server.accounts.LoginOutcome;
import net.facteur.server.accounts.LoginService;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.journal.Deed;
import net.facteur.server.journal.Journal;
import net.facteur.server.smtp.RefusedLogin;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Lets people in: step by step, until what they have shown is enough for who they are and where
/// they come from. It outlives a reload. Safe for use by many threads; methods may wait for a
/// password check, so they are called on virtual threads.
///
/// Nobody learns here whether there is a user: an unknown one takes as long as a known one and gets
/// the same answer, and the second step shows only to whoever had the password.
public final class SignIn {
  private static final Logger LOG = LogManager.getLogger(SignIn.class);

  /// How long a password check may wait for its turn, and a source of accounts for its answer.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// How long somebody may take from the password to the time code, and a browser to a passkey.
  private static final Duration STEP_LIFE = Duration.ofMinutes(10);

  /// Sign-ins that are half way, and ceremonies that were begun.
  private static final int MOST_UNDER_WAY = 10_000;

  /// Wrong codes of one user within a day, after which none is looked at: whoever guesses has the
  /// password, and a right password forgives wrong ones, but no wrong codes. Three of a million
  /// codes are right at a time, so a guesser has a chance of one in 10,000 a day.
  private static final int WRONG_CODES = 30;

  /// How long after a sign-in proofs may be changed, and after an invitation a password may be set
  /// without the old one.
  private static final Duration FRESH = Duration.ofMinutes(30);

  private static final int MAX_USER = 255;
  private static final int MAX_PASSWORD = 1024;

  /// What a program may call itself, in characters.
  private static final int MAX_PROGRAM = 200;

  private final Supplier<Accounts> accounts;
  private final Supplier<SignInSettings> settings;
  private final SignInFiles files;
  private final ProofStore proofs;
  private final SessionStore sessions;
  private final Invitations invitations;
  private final Journal journal;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Cache<String, HalfWay> halfWay;
  private final Cache<String, byte[]> challenges;
  private final Cache<UserName, Integer> wrongCodes;
  private final PasskeyCeremonies ceremonies = new PasskeyCeremonies();

  /// Who asks.
  ///
  /// @param here true where it is somebody at this machine, or at the end of a tunnel to it
  /// @param program what the browser says that it is, as it came
  public record Client(InetAddress address, boolean here, String program) {}

  /// Somebody who has shown the password, and has to show a code.
  private record HalfWay(UserName user, String password) {}

  /// What a step led to.
  public sealed interface Outcome {
    /// In.
    ///
    /// @param token what the browser carries from now on
    record In(Token token, WebSession session) implements Outcome {}

    /// The password is right; a time code or a recovery code is wanted.
    ///
    /// @param token what the browser carries until then
    record CodeWanted(Token token) implements Outcome {}

    /// Not let in.
    enum No implements Outcome {
      /// Wrong user, password, code or key.
      WRONG,
      /// Too many wrong ones came from there.
      DAMPED,
      /// The half of the sign-in that was done is too long ago.
      TOO_LATE,
      /// It is an app password, which opens no pages.
      APP_PASSWORD,
      /// An administrator from outside has nothing but a password.
      NOT_FROM_OUTSIDE,
      /// An administrator from outside has a passkey, and no time code.
      PASSKEY_WANTED,
      /// It cannot be checked now.
      UNAVAILABLE
    }
  }

  /// Who a browser is.
  ///
  /// @param token what the browser carries
  /// @param administrator may look after the server
  /// @param bare true where an administrator from outside has to get a second proof before anything
  ///   else
  public record Visitor(
      Token token, WebSession session, User user, boolean administrator, boolean bare) {
    public UserName name() {
      return user.name();
    }
  }

  /// @param accounts those in force
  /// @param settings those in force
  public SignIn(
      Supplier<Accounts> accounts,
      Supplier<SignInSettings> settings,
      SignInFiles files,
      Journal journal,
      InstantSource clock,
      SecureRandom random,
      Ticker ticker) {
    this.accounts = accounts;
    this.settings = settings;
    this.files = files;
    this.proofs = files.proofs();
    this.sessions = files.sessions();
    this.invitations = files.invitations();
    this.journal = journal;
    this.clock = clock;
    this.random = random;
    this.halfWay = cache(ticker, STEP_LIFE);
    this.challenges = cache(ticker, STEP_LIFE);
    this.wrongCodes = cache(ticker, Duration.ofDays(1));
  }

  private static <K, V> Cache<K, V> cache(Ticker ticker, Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(MOST_UNDER_WAY)
        .expireAfterWrite(life)
        .ticker(ticker)
        .executor(Runnable::run)
        .build();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  // ---- steps

  /// The first step: name and password.
  ///
  /// @param typed as a person types them
  public Outcome password(Client client, String typed, String password) throws IOException {
    String user = typed.strip();
    byte[] octets = password.getBytes(StandardCharsets.UTF_8);
    if (user.isEmpty()
        || user.getBytes(StandardCharsets.UTF_8).length > MAX_USER
        || user.chars().anyMatch(c -> c < ' ' || c == 0x7f)
        || octets.length == 0
        || octets.length > MAX_PASSWORD) {
      return Outcome.No.WRONG;
    }
    LoginAttempt attempt = attempt(client, "PASSWORD", user, octets);
    Optional<LoginOutcome> outcome = answer(accounts.get().login(attempt));
    if (outcome.isEmpty()) {
      accounts.get().gone(attempt.session());
      return Outcome.No.UNAVAILABLE;
    }
    return switch (outcome.get()) {
      case LoginOutcome.Accepted accepted -> {
        Optional<User> known = known(accepted.user());
        yield known.isEmpty()
            ? Outcome.No.UNAVAILABLE
            : afterPassword(client, known.get(), WebSession.Way.PASSWORD);
      }
      case LoginOutcome.Refused.CREDENTIALS, LoginOutcome.Refused.LOCKED -> Outcome.No.WRONG;
      case LoginOutcome.Refused.DAMPED -> Outcome.No.DAMPED;
      case LoginOutcome.Barred.APP_PASSWORD -> Outcome.No.APP_PASSWORD;
      case LoginOutcome.Barred.SUSPENDED, LoginOutcome.Barred.SEND_ONLY -> Outcome.No.WRONG;
      case LoginOutcome.Unavailable _ -> Outcome.No.UNAVAILABLE;
    };
  }

  /// Asks somebody who is in for the password once more, such as before it is changed. Counts as
  /// every other login does.
  ///
  /// @return empty where it is right
  public Optional<Outcome.No> confirms(Client client, Visitor visitor, String password) {
    byte[] octets = password.getBytes(StandardCharsets.UTF_8);
    if (octets.length == 0 || octets.length > MAX_PASSWORD) {
      return Optional.of(Outcome.No.WRONG);
    }
    LoginAttempt attempt = attempt(client, "PASSWORD", visitor.name().text(), octets);
    Optional<LoginOutcome> outcome = answer(accounts.get().login(attempt));
    if (outcome.isEmpty()) {
      return Optional.of(Outcome.No.UNAVAILABLE);
    }
    return switch (outcome.get()) {
      case LoginOutcome.Accepted _ -> Optional.empty();
      case LoginOutcome.Refused.DAMPED -> Optional.of(Outcome.No.DAMPED);
      case LoginOutcome.Refused _, LoginOutcome.Barred _ -> Optional.of(Outcome.No.WRONG);
      case LoginOutcome.Unavailable _ -> Optional.of(Outcome.No.UNAVAILABLE);
    };
  }

  private Outcome afterPassword(Client client, User user, WebSession.Way way) throws IOException {
    Proofs has = proofs.of(user);
    if (has.code().isPresent()) {
      Token token = Token.make(random);
      halfWay.put(token.hash(), new HalfWay(user.name(), print(user)));
      return new Outcome.CodeWanted(token);
    }
    if (way == WebSession.Way.PASSWORD && isAdministrator(user.name()) && !client.here()) {
      return has.passkeys().isEmpty() ? Outcome.No.NOT_FROM_OUTSIDE : Outcome.No.PASSKEY_WANTED;
    }
    return open(client, user, way);
  }

  /// The second step: a time code, or a recovery code in place of it.
  ///
  /// @param token what [Outcome.CodeWanted] had
  public Outcome code(Client client, Token token, String typed) throws IOException {
    HalfWay half = halfWay.getIfPresent(token.hash());
    Optional<User> user = half == null ? Optional.empty() : known(half.user().text());
    if (half == null || user.isEmpty() || changed(half.password(), user.get())) {
      return Outcome.No.TOO_LATE;
    }
    UserName name = user.get().name();
    if (count(name) >= WRONG_CODES) {
      LOG.warn("no further time code is looked at today user=\"{}\"", name);
      return Outcome.No.DAMPED;
    }
    boolean recovery = RecoveryCodes.looksLike(typed);
    Outcome outcome =
        prove(
            client,
            recovery ? "RECOVERY" : "TOTP",
            user.get(),
            recovery ? WebSession.Way.RECOVERY : WebSession.Way.CODE,
            () -> takes(user.get(), typed));
    switch (outcome) {
      case Outcome.In _ -> {
        halfWay.invalidate(token.hash());
        wrongCodes.invalidate(name);
        if (recovery) {
          journal.page(name.text(), client.address(), Deed.Kind.RECOVERY_CODE_USED, name.text());
        }
      }
      case Outcome.No.WRONG -> wrongCodes.asMap().merge(name, 1, Integer::sum);
      case Outcome.CodeWanted _, Outcome.No _ -> {}
    }
    return outcome;
  }

  private int count(UserName user) {
    Integer count = wrongCodes.getIfPresent(user);
    return count == null ? 0 : count;
  }

  /// Takes a code that is right, so that it is not right once more.
  private boolean takes(User user, String typed) {
    try {
      return proofs.change(
          user,
          has -> {
            if (RecoveryCodes.looksLike(typed)) {
              return has.recovery().use(typed).map(has::with).orElse(has);
            }
            return has.code()
                .flatMap(code -> code.step(typed, clock.instant(), has.lastStep()))
                .map(has::withStep)
                .orElse(has);
          });
    } catch (IOException e) {
      LOG.error("a code cannot be taken, since the proofs cannot be written: {}", e.toString());
      return false;
    }
  }

  private Outcome prove(
      Client client, String mechanism, User user, WebSession.Way way, BooleanSupplier proof)
      throws IOException {
    LoginAttempt attempt = attempt(client, mechanism, user.name().text(), new byte[0]);
    return switch (accounts.get().prove(attempt, proof)) {
      case LoginOutcome.Accepted _ -> open(client, user, way);
      case LoginOutcome.Refused.CREDENTIALS, LoginOutcome.Refused.LOCKED -> Outcome.No.WRONG;
      case LoginOutcome.Refused.DAMPED -> Outcome.No.DAMPED;
      case LoginOutcome.Barred _ -> Outcome.No.WRONG;
      case LoginOutcome.Unavailable _ -> Outcome.No.UNAVAILABLE;
    };
  }

  /// What a browser asks its devices at a sign-in, as JSON.
  ///
  /// @param browser what the browser carries before anybody has signed in
  public String passkeyRequest(Token browser, String host, String origin) {
    byte[] challenge = challenge();
    challenges.put(browser.hash(), challenge);
    return ceremonies.request(new PasskeyCeremonies.Place(host, origin, challenge));
  }

  /// A sign-in by passkey alone.
  ///
  /// @param answer of the browser
  public Outcome passkey(Client client, Token browser, String host, String origin, String answer)
      throws IOException {
    byte[] challenge = challenges.asMap().remove(browser.hash());
    if (challenge == null) {
      return Outcome.No.TOO_LATE;
    }
    Optional<String> id = ceremonies.named(answer);
    Optional<UserName> owner =
        id.isEmpty() ? Optional.empty() : proofs.ofPasskey(id.get()).map(Proofs::user);
    Optional<User> user = owner.flatMap(name -> known(name.text()));
    if (user.isEmpty()) {
      // A key that was removed here may still be in the device.
      LoginAttempt attempt = attempt(client, "PASSKEY", "", new byte[0]);
      new RefusedLogin(
              attempt.service().word(),
              attempt.session(),
              attempt.client(),
              attempt.mechanism(),
              LoginOutcome.Refused.CREDENTIALS.name(),
              "")
          .log();
      return Outcome.No.WRONG;
    }
    var place = new PasskeyCeremonies.Place(host, origin, challenge);
    return prove(
        client,
        "PASSKEY",
        user.get(),
        WebSession.Way.PASSKEY,
        () -> signs(user.get(), id.orElseThrow(), place, answer));
  }

  private boolean signs(User user, String id, PasskeyCeremonies.Place place, String answer) {
    try {
      Optional<Passkey> after =
          proofs.of(user).passkeys().stream()
              .filter(passkey -> passkey.id().equals(id))
              .findFirst()
              .flatMap(passkey -> ceremonies.authenticate(place, answer, passkey, now()));
      if (after.isPresent()) {
        proofs.change(user, has -> has.used(after.get()));
      }
      return after.isPresent();
    } catch (IOException e) {
      LOG.error("a passkey cannot be used, since the proofs cannot be kept: {}", e.toString());
      return false;
    }
  }

  /// Makes a link by which a user signs in once.
  ///
  /// @return what stands in it
  /// @throws IOException where it cannot be kept
  public Token invite(UserName user) throws IOException {
    return invitations.invite(user, random);
  }

  /// Whom a link invites; empty where it is used or over.
  public Optional<UserName> invited(Token link) throws IOException {
    return invitations.find(link);
  }

  /// Uses a link up, in place of the password.
  public Outcome invitation(Client client, Token link) throws IOException {
    Optional<UserName> name = invitations.use(link);
    Optional<User> user = name.flatMap(n -> known(n.text())).filter(u -> !u.locked());
    if (user.isEmpty()) {
      return Outcome.No.TOO_LATE;
    }
    journal.page(
        user.get().name().text(),
        client.address(),
        Deed.Kind.INVITATION_USED,
        user.get().name().text());
    return afterPassword(client, user.get(), WebSession.Way.INVITATION);
  }

  private LoginAttempt attempt(Client client, String mechanism, String user, byte[] password) {
    byte[] id = new byte[6];
    random.nextBytes(id);
    return new LoginAttempt(
        LoginService.WEB,
        "w" + HexFormat.of().formatHex(id),
        new InetSocketAddress(client.address(), 0),
        mechanism,
        user,
        password);
  }

  /// A new session with a new token, whatever the browser carried before.
  private Outcome.In open(Client client, User user, WebSession.Way way) throws IOException {
    Token token = Token.make(random);
    Instant now = now();
    String program = StrangerText.of(client.program()).onTerminal();
    var session =
        new WebSession(
            token.hash(),
            user.name(),
            now,
            now,
            client.address().getHostAddress(),
            program.substring(0, Math.min(program.length(), MAX_PROGRAM)),
            way,
            print(user));
    sessions.open(session, settings.get().life());
    journal.page(user.name().text(), client.address(), Deed.Kind.SIGNED_IN, way.word());
    LOG.info(
        "signed in user=\"{}\" from=[{}] way={} web-session={}",
        user.name(),
        session.address(),
        way.word(),
        session.id());
    return new Outcome.In(token, session);
  }

  /// A new session for the same person, such as after a change that ended all of them, or that
  /// showed more than before.
  public Outcome.In again(Client client, User user, WebSession before, WebSession.Way way)
      throws IOException {
    sessions.end(session -> session.hash().equals(before.hash()));
    // As the user is now: the password may have been changed.
    return open(client, known(user.name().text()).orElse(user), way);
  }

  // ---- sessions

  /// Who a browser is.
  ///
  /// @return empty where it is nobody, or nobody any more
  /// @throws IOException where nobody can say now
  public Optional<Visitor> visitor(Client client, Token token) throws IOException {
    Optional<WebSession> found = sessions.find(token, settings.get().life());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    WebSession session = found.get();
    Optional<User> user = known(session.user().text());
    if (user.isEmpty()) {
      if (accounts.get().uncertain(session.user().localPart(), session.user().domain())) {
        throw new IOException("nobody can say now whether there is " + session.user());
      }
      sessions.end(one -> one.hash().equals(session.hash()));
      return Optional.empty();
    }
    String print = print(user.get());
    if (user.get().locked() || changed(session.password(), user.get())) {
      sessions.end(one -> one.hash().equals(session.hash()));
      return Optional.empty();
    }
    if (session.password().isEmpty() && !print.isEmpty()) {
      sessions.replace(session.withPassword(print));
    }
    boolean administrator = isAdministrator(user.get().name());
    boolean proven =
        client.here()
            || switch (session.way()) {
              case CODE, RECOVERY, PASSKEY -> true;
              case PASSWORD, INVITATION -> false;
            };
    return Optional.of(
        new Visitor(token, session, user.get(), administrator && proven, administrator && !proven));
  }

  /// True where somebody has just come by an invitation, and need not know the old password to set
  /// one.
  public boolean maySetPassword(WebSession session) {
    return session.way() == WebSession.Way.INVITATION && isFresh(session);
  }

  /// True where somebody signed in a short time ago, so that it is hardly somebody else who found
  /// the browser open.
  public boolean isFresh(WebSession session) {
    return now().isBefore(session.began().plus(FRESH));
  }

  /// Ends the session of a visitor.
  public void signOut(Client client, Visitor visitor) throws IOException {
    sessions.end(session -> session.hash().equals(visitor.session().hash()));
    journal.page(
        visitor.name().text(), client.address(), Deed.Kind.SIGNED_OUT, visitor.session().id());
  }

  /// Ends sessions of a user, since their logins count no longer.
  public void revoke(UserName user) {
    try {
      sessions.endAll(user);
    } catch (IOException e) {
      LOG.error("sessions of pages could not be ended user=\"{}\": {}", user, e.toString());
    }
  }

  /// Forgets everything of a user who is gone, or who has lost it: whoever has the name next has
  /// nothing of it.
  ///
  /// @return true where there was anything but sessions
  public boolean forget(UserName user) throws IOException {
    return files.forget(user);
  }

  /// True where the settings name the user as one who looks after the server.
  public boolean isAdministrator(UserName user) {
    return settings.get().administrators().contains(user);
  }

  /// The user of that name, asked where accounts are kept; empty also where nobody can say.
  private Optional<User> known(String name) {
    Accounts now = accounts.get();
    var _ = answer(now.prepare(name).thenApply(_ -> true));
    Optional<UserName> parsed = UserName.parse(name);
    return parsed.flatMap(now::user).or(() -> parsed.flatMap(now::renamed).flatMap(now::user));
  }

  private static <T> Optional<T> answer(CompletionStage<T> stage) {
    try {
      return Optional.of(
          stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("an account could not be asked about: {}", e.toString());
      return Optional.empty();
    }
  }

  /// What shows that a password was changed; empty where it would not, or would without.
  private static String print(User user) {
    Optional<PasswordHash> own = user.password().filter(hash -> hash.foreign().isEmpty());
    return own.map(hash -> digest(hash.text())).orElse("");
  }

  private static boolean changed(String before, User user) {
    return !before.isEmpty() && !before.equals(print(user));
  }

  private static String digest(String text) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private byte[] challenge() {
    byte[] challenge = new byte[32];
    random.nextBytes(challenge);
    return challenge;
  }

  // ---- proofs

  /// The proofs of a user.
  public Proofs proofs(User user) throws IOException {
    return proofs.of(user);
  }

  /// Takes a secret for time codes, once a code shows that the user's program has it.
  ///
  /// @return the recovery codes, which are shown once; empty where the code is wrong
  public Optional<RecoveryCodes.Made> enrol(
      Client client, Visitor visitor, TimeCode secret, String typed) throws IOException {
    Optional<Long> step = secret.step(typed, clock.instant(), 0);
    if (step.isEmpty()) {
      return Optional.empty();
    }
    RecoveryCodes.Made made = RecoveryCodes.make(random);
    if (!proofs.change(
        visitor.user(),
        has -> has.code().isPresent() ? has : has.with(secret, step.get(), made.kept()))) {
      return Optional.empty();
    }
    done(client, visitor, Deed.Kind.CODE_ENROLLED, "");
    return Optional.of(made);
  }

  /// A secret for time codes that is not taken yet.
  public TimeCode newSecret() {
    return TimeCode.make(random);
  }

  /// Makes recovery codes in place of those before.
  ///
  /// @return what is shown once; empty where the user has no time code
  public Optional<RecoveryCodes.Made> newRecoveryCodes(Client client, Visitor visitor)
      throws IOException {
    RecoveryCodes.Made made = RecoveryCodes.make(random);
    if (!proofs.change(
        visitor.user(), has -> has.code().isPresent() ? has.with(made.kept()) : has)) {
      return Optional.empty();
    }
    done(client, visitor, Deed.Kind.RECOVERY_CODES_MADE, "");
    return Optional.of(made);
  }

  /// Takes the time code away.
  public void removeCode(Client client, Visitor visitor) throws IOException {
    if (proofs.change(visitor.user(), Proofs::withoutCode)) {
      done(client, visitor, Deed.Kind.CODE_REMOVED, "");
    }
  }

  /// What a browser is asked for a new passkey, as JSON.
  public String passkeyCreation(Visitor visitor, String host, String origin) throws IOException {
    byte[] challenge = challenge();
    challenges.put(visitor.session().hash(), challenge);
    return ceremonies.creation(
        new PasskeyCeremonies.Place(host, origin, challenge),
        visitor.name(),
        proofs.of(visitor.user()).passkeys());
  }

  /// Takes a new passkey.
  ///
  /// @param label what the user calls it
  /// @param answer of the browser
  /// @return false where it proves nothing, or there are too many
  public boolean addPasskey(
      Client client, Visitor visitor, String host, String origin, String label, String answer)
      throws IOException {
    byte[] challenge = challenges.asMap().remove(visitor.session().hash());
    if (challenge == null) {
      return false;
    }
    String cleaned = StrangerText.of(label.strip()).onTerminal();
    String named =
        cleaned.isEmpty()
            ? host
            : cleaned.substring(0, Math.min(cleaned.length(), Passkey.LONGEST_LABEL));
    Optional<Passkey> made =
        ceremonies.register(
            new PasskeyCeremonies.Place(host, origin, challenge),
            visitor.name(),
            answer,
            named,
            now());
    // No two users may have one credential.
    if (made.isEmpty() || proofs.ofPasskey(made.get().id()).isPresent()) {
      return false;
    }
    boolean added =
        proofs.change(
            visitor.user(),
            has -> has.passkeys().size() >= Passkey.MOST ? has : has.with(made.get()));
    if (added) {
      done(client, visitor, Deed.Kind.PASSKEY_ADDED, named);
    }
    return added;
  }

  /// Takes a passkey away.
  public void removePasskey(Client client, Visitor visitor, String id) throws IOException {
    Optional<String> label =
        proofs.of(visitor.user()).passkeys().stream()
            .filter(passkey -> passkey.id().equals(id))
            .map(Passkey::label)
            .findFirst();
    if (proofs.change(visitor.user(), has -> has.withoutPasskey(id))) {
      done(client, visitor, Deed.Kind.PASSKEY_REMOVED, label.orElse(""));
    }
  }

  /// Writes down what a visitor did.
  public void done(Client client, Visitor visitor, Deed.Kind kind, String on) {
    journal.page(visitor.name().text(), client.address(), kind, on);
    LOG.info(
        "page user=\"{}\" from=[{}] did={} on=\"{}\"",
        visitor.name(),
        client.address().getHostAddress(),
        kind.word().toLowerCase(Locale.ROOT),
        StrangerText.of(on).inLog());
  }

  /// The sessions of a user.
  public SessionStore sessions() {
    return sessions;
  }

  /// How long sessions last.
  public SessionStore.Life life() {
    return settings.get().life();
  }
}
