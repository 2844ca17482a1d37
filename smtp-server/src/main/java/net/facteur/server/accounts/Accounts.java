package net.facteur.server.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;
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

  private final UsersFile file;
  private final PasswordHash nobody;
  private final Damping damping;
  private final SendingRights rights;
  private final byte[] processKey = new byte[32];
  private final Cache<ByteBuffer, Boolean> remembered;
  private final ThreadPoolExecutor checks;
  private final ScheduledExecutorService look;
  private volatile Snapshot snapshot;

  private record Snapshot(UsersFile.Content content, String version, boolean scram) {}

  /// Reads the users and begins to watch the file.
  ///
  /// @throws IOException where the file cannot be read
  /// @throws UsersFileException where it is damaged
  public Accounts(AccountsSettings settings, SecureRandom random, Ticker ticker)
      throws IOException {
    file = new UsersFile(settings.file(), random);
    nobody = PasswordHash.ofNobody(settings.cost(), random);
    damping = new Damping(settings.failures(), settings.penalty(), ticker);
    rights = new SendingRights(settings.separators(), settings.aliases());
    random.nextBytes(processKey);
    remembered =
        Caffeine.newBuilder()
            .maximumSize(settings.remembered().isZero() ? 0 : REMEMBERED_MAX)
            .expireAfterWrite(settings.remembered())
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
    snapshot = snapshot();
    checks =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(settings.queue()),
            Thread.ofPlatform().daemon().name("facteur-password-", 1).factory());
    checks.allowCoreThreadTimeOut(true);
    look =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("facteur-users").factory());
    var _ =
        look.scheduleWithFixedDelay(
            this::refresh, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  // ---- questions of routing and submission

  /// True where `localPart@domain` is a user.
  ///
  /// @param localPart without sub-address
  public boolean exists(String localPart, DomainName domain) {
    return snapshot.content().users().containsKey(new UserName(UserName.lower(localPart), domain));
  }

  /// True where the user may send mail with this reverse-path or author address.
  ///
  /// @param user as [AuthOutcome.Accepted] named it
  public boolean maySendAs(String user, MailAddress address) {
    return UserName.parse(user)
        .flatMap(snapshot.content()::find)
        .filter(u -> rights.permits(u, address))
        .isPresent();
  }

  /// The users there are.
  public List<UserName> names() {
    return List.copyOf(snapshot.content().users().keySet());
  }

  // ---- AUTH

  @Override
  public CompletionStage<AuthOutcome> checkPassword(
      SmtpClient client, String user, byte[] password) {
    InetAddress address = client.remote().getAddress();
    Optional<User> found = find(user);
    String name = found.map(u -> u.name().text()).orElse(UserName.lower(user));
    if (damping.refuses(name, address)) {
      return CompletableFuture.completedStage(new AuthOutcome.Refused());
    }
    PasswordHash hash = found.flatMap(User::password).orElse(nobody);
    ByteBuffer key = digest(name, hash, password);
    if (remembered.getIfPresent(key) != null) {
      return CompletableFuture.completedStage(new AuthOutcome.Accepted(name));
    }
    byte[] copy = password.clone();
    var outcome = new CompletableFuture<AuthOutcome>();
    try {
      checks.execute(
          () -> {
            try {
              outcome.complete(check(name, hash, copy, key, address));
            } catch (RuntimeException | OutOfMemoryError e) {
              outcome.completeExceptionally(e);
            } finally {
              Arrays.fill(copy, (byte) 0);
            }
          });
    } catch (RejectedExecutionException e) {
      Arrays.fill(copy, (byte) 0);
      LOG.warn("password checks are all taken, a login is put off");
      return CompletableFuture.completedStage(new AuthOutcome.Unavailable());
    }
    return outcome;
  }

  private AuthOutcome check(
      String name, PasswordHash hash, byte[] password, ByteBuffer key, InetAddress client) {
    if (damping.refuses(name, client)) {
      return new AuthOutcome.Refused();
    }
    if (hash.matches(password)) {
      damping.succeeded(name, client);
      remembered.put(key, true);
      return new AuthOutcome.Accepted(name);
    }
    damping.failed(name, client);
    return new AuthOutcome.Refused();
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
    return snapshot.scram();
  }

  @Override
  public ScramKeys scramKeys(String user) {
    Optional<User> found = find(user);
    String name = found.map(u -> u.name().text()).orElse(UserName.lower(user));
    return found
        .flatMap(User::scram)
        .orElseGet(() -> ScramRecord.ofNobody(name, snapshot.content().secret()))
        .keys(name);
  }

  @Override
  public void scramEnded(SmtpClient client, String user, boolean proven) {
    String name = find(user).map(u -> u.name().text()).orElse(UserName.lower(user));
    if (proven) {
      damping.succeeded(name, client.remote().getAddress());
    } else {
      damping.failed(name, client.remote().getAddress());
    }
  }

  /// The user by address, or by the part before the `@` where only one user has it.
  private Optional<User> find(String login) {
    UsersFile.Content content = snapshot.content();
    if (login.indexOf('@') >= 0) {
      return UserName.parse(login).flatMap(content::find);
    }
    String local = UserName.lower(login);
    List<User> same =
        content.users().values().stream()
            .filter(u -> u.name().localPart().equals(local))
            .limit(2)
            .toList();
    return same.size() == 1 ? Optional.of(same.getFirst()) : Optional.empty();
  }

  // ---- the file

  /// Reads the file again where it changed; a damaged file changes nothing.
  public void refresh() {
    try {
      if (!version().equals(snapshot.version())) {
        snapshot = snapshot();
        LOG.info("users read again: {}", snapshot.content().users().size());
      }
    } catch (IOException | UsersFileException e) {
      LOG.error("the users file cannot be read, the users stay as they were: {}", e.getMessage());
    }
  }

  private Snapshot snapshot() throws IOException {
    String version = version();
    UsersFile.Content content = file.read();
    boolean scram = content.users().values().stream().anyMatch(u -> u.scram().isPresent());
    return new Snapshot(content, version, scram);
  }

  private String version() throws IOException {
    if (!Files.exists(file.path())) {
      return "";
    }
    var attributes = Files.readAttributes(file.path(), BasicFileAttributes.class);
    return attributes.lastModifiedTime() + "/" + attributes.size() + "/" + attributes.fileKey();
  }

  @Override
  public void close() {
    look.shutdownNow();
    checks.shutdownNow();
  }
}
