package net.facteur.server.ldap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import net.facteur.server.accounts.UserName;
import net.facteur.server.smtp.ScramDigest;
import org.jspecify.annotations.Nullable;

/// What the directory said, and which passwords were right, so that a directory that is down stops
/// nobody who was there lately. Bounded, in memory alone. Outlives a reload, unless that changes
/// how the directory is read.
public final class DirectoryMemory {
  /// That there is nobody is soon asked again: an account may be made meanwhile.
  private static final Duration NOBODY = Duration.ofSeconds(30);

  /// Answers of either kind stand at least for what is decided right after the question.
  private static final Duration AT_LEAST = Duration.ofMinutes(1);

  private final SecureRandom random;
  private final Ticker ticker;
  private @Nullable LdapSettings settings;
  private Kept kept;

  /// An answer.
  ///
  /// @param at nanoseconds of the ticker
  record Known(DirectoryAnswer answer, long at) {}

  /// A password that was right.
  private record Right(byte[] digest, long at) {}

  /// What is kept for one way to read the directory.
  ///
  /// @param key of the digests
  private record Kept(
      Cache<UserName, Known> addresses,
      Cache<String, Known> logins,
      Cache<UserName, Right> passwords,
      byte[] key) {}

  /// @param random makes the key of the digests
  public DirectoryMemory(SecureRandom random, Ticker ticker) {
    this.random = random;
    this.ticker = ticker;
    this.kept = kept(1, Duration.ZERO, Duration.ZERO);
  }

  /// The memory as it may be used with these settings.
  synchronized View with(LdapSettings wanted) {
    if (!wanted.equals(settings)) {
      Duration longest = wanted.remembered().plus(wanted.fresh()).plus(AT_LEAST);
      kept = kept(wanted.entries(), longest, wanted.remembered());
      settings = wanted;
    }
    return new View(kept, wanted, ticker);
  }

  private Kept kept(int entries, Duration answers, Duration passwords) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return new Kept(
        cache(entries, answers), cache(entries, answers), cache(entries, passwords), key);
  }

  private <K, V> Cache<K, V> cache(int entries, Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(entries)
        .expireAfterWrite(life)
        .ticker(ticker)
        .executor(Runnable::run)
        .build();
  }

  /// The memory, read and written with some settings.
  record View(Kept kept, LdapSettings settings, Ticker ticker) {
    /// What is known of an address, however old.
    Optional<Known> ofAddress(UserName name) {
      return Optional.ofNullable(kept.addresses.getIfPresent(name));
    }

    /// What is known of a login, however old.
    Optional<Known> ofLogin(String login) {
      return Optional.ofNullable(kept.logins.getIfPresent(login));
    }

    void keep(UserName name, DirectoryAnswer answer) {
      kept.addresses.put(name, new Known(answer, ticker.read()));
    }

    void keep(String login, DirectoryAnswer answer) {
      kept.logins.put(login, new Known(answer, ticker.read()));
    }

    /// True where it need not be asked again.
    boolean fresh(Known known) {
      Duration life =
          switch (known.answer()) {
            case DirectoryAnswer.Person _, DirectoryAnswer.Group _ -> settings.fresh();
            case DirectoryAnswer.Nobody _, DirectoryAnswer.Unclear _ ->
                settings.fresh().compareTo(NOBODY) < 0 ? settings.fresh() : NOBODY;
          };
      return age(known) < life.toNanos();
    }

    /// True where it may still be believed. That there was somebody holds while the directory is
    /// down; that there was nobody does not.
    ///
    /// @param down no server answers
    boolean holds(Known known, boolean down) {
      Duration least = settings.fresh().compareTo(AT_LEAST) < 0 ? AT_LEAST : settings.fresh();
      return switch (known.answer()) {
        case DirectoryAnswer.Person _, DirectoryAnswer.Group _ ->
            age(known) < least.plus(settings.remembered()).toNanos();
        case DirectoryAnswer.Nobody _, DirectoryAnswer.Unclear _ ->
            !down && age(known) < AT_LEAST.toNanos();
      };
    }

    private long age(Known known) {
      return ticker.read() - known.at();
    }

    /// A password is right.
    void right(UserName name, byte[] password) {
      if (!settings.remembered().isZero()) {
        kept.passwords.put(name, new Right(digest(name, password), ticker.read()));
      }
    }

    /// A password is wrong now, whatever it was.
    void wrong(UserName name, byte[] password) {
      if (wasRight(name, password)) {
        kept.passwords.invalidate(name);
      }
    }

    /// True where the password was right lately.
    boolean wasRight(UserName name, byte[] password) {
      Right right = kept.passwords.getIfPresent(name);
      return right != null && MessageDigest.isEqual(right.digest(), digest(name, password));
    }

    private byte[] digest(UserName name, byte[] password) {
      byte[] who = (name.text() + "\0").getBytes(StandardCharsets.UTF_8);
      byte[] octets = Arrays.copyOf(who, who.length + password.length);
      System.arraycopy(password, 0, octets, who.length, password.length);
      try {
        return ScramDigest.hmac(kept.key, octets);
      } finally {
        Arrays.fill(octets, (byte) 0);
      }
    }
  }
}
