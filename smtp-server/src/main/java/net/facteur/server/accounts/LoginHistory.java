package net.facteur.server.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.server.net.AddressBlock;

/// How logins went, by user and client network (IPv4 /24, IPv6 /48). Slows down guessing, and says
/// whose login goes first when many wait. Bounded; failures are forgotten after the penalty.
///
/// A user is never locked out as such, or any stranger could lock out anybody: other networks are
/// not affected.
public final class LoginHistory {
  private static final int NETWORK_ALLOWANCE = 10;
  private static final int SUSPECT_AT = 10;
  private static final int MAX_ENTRIES = 100_000;
  private static final Duration RECENT = Duration.ofDays(30);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /// Networks that are named where accounts are guessed at.
  private static final int NAMED = 20;

  private static final AddressBlock NOWHERE =
      AddressBlock.around(InetAddress.ofLiteral("0.0.0.0"), 0);

  private final Cache<Key, Integer> failures;
  private final Cache<Key, Boolean> successes;

  /// Wrong passwords of users from networks that they never came from, within a day.
  private final Cache<String, Integer> guesses;

  /// The same of accounts that there are, by network, within an hour.
  private final Cache<Key, Integer> guessed;

  private record Key(String user, AddressBlock network) {}

  /// Whose login goes first, best first.
  enum Standing {
    /// This user has logged in from this network.
    KNOWN,
    /// The user or the network has had a login, and the network has no failure.
    FAMILIAR,
    /// Nothing is known.
    NEW,
    /// Nothing is known but that many wrong passwords came from around the network, and few right
    /// ones.
    SUSPECT,
    /// Wrong passwords came from this network.
    FAILING
  }

  public LoginHistory(Ticker ticker) {
    this.failures = cache(ticker, Duration.ofMinutes(15));
    this.successes = cache(ticker, RECENT);
    this.guesses = cache(ticker, DAY);
    this.guessed = cache(ticker, HOUR);
  }

  private static <K, V> Cache<K, V> cache(Ticker ticker, Duration life) {
    return Caffeine.newBuilder()
        .maximumSize(MAX_ENTRIES)
        .expireAfterWrite(life)
        .ticker(ticker)
        .executor(Runnable::run)
        .build();
  }

  /// Sets how long failures are remembered.
  void penalty(Duration penalty) {
    failures.policy().expireAfterWrite().orElseThrow().setExpiresAfter(penalty);
  }

  /// True where this client may not try this user now.
  ///
  /// @param allowed failures of a user from a network; ten times that from a network in all
  boolean refuses(String user, InetAddress client, int allowed) {
    AddressBlock network = network(client);
    return count(new Key(user, network)) >= allowed
        || count(new Key("", network)) >= (long) allowed * NETWORK_ALLOWANCE;
  }

  /// @param exists there is such a user
  void failed(String user, InetAddress client, boolean exists) {
    AddressBlock network = network(client);
    failures.asMap().merge(new Key(user, network), 1, Integer::sum);
    failures.asMap().merge(new Key("", network), 1, Integer::sum);
    failures.asMap().merge(new Key("", range(client)), 1, Integer::sum);
    // Who came in from there before has mistyped, or has a telephone with an old password.
    if (exists && !had(new Key(user, network))) {
      guesses.asMap().merge(user, 1, Integer::sum);
      guessed.asMap().merge(new Key(user, network), 1, Integer::sum);
    }
  }

  /// Wrong passwords of a user within a day, from networks that the user never came from.
  public int guesses(String user) {
    Integer count = guesses.getIfPresent(user);
    return count == null ? 0 : count;
  }

  /// Accounts that were guessed at within an hour.
  ///
  /// @param accounts how many
  /// @param attempts wrong passwords for all of them
  /// @param networks where the most came from, the worst first
  public record Guessing(int accounts, int attempts, List<String> networks) {
    public Guessing {
      networks = List.copyOf(networks);
    }
  }

  /// What was guessed within the last hour, from networks that the users never came from.
  public Guessing guessing() {
    Set<String> users = new HashSet<>();
    Map<String, Integer> networks = new HashMap<>();
    guessed
        .asMap()
        .forEach(
            (key, count) -> {
              users.add(key.user());
              networks.merge(key.network().toString(), count, Integer::sum);
            });
    List<String> worst =
        networks.entrySet().stream()
            .sorted(
                Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(NAMED)
            .map(Map.Entry::getKey)
            .toList();
    return new Guessing(
        users.size(), networks.values().stream().mapToInt(Integer::intValue).sum(), worst);
  }

  void succeeded(String user, InetAddress client) {
    AddressBlock network = network(client);
    failures.invalidate(new Key(user, network));
    var _ =
        failures
            .asMap()
            .computeIfPresent(new Key("", range(client)), (_, n) -> n > 1 ? n - 1 : null);
    known(user, network);
  }

  /// Takes what is known of logins before the server started. Earlier ones than it keeps are left
  /// out.
  ///
  /// @param now of the clock that the logins have
  void recall(Map<LastLogins.Key, LastLogins.Use> logins, Instant now) {
    logins.forEach(
        (key, use) -> {
          if (use.at().isAfter(now.minus(RECENT))) {
            IpLiteral.parse(use.address())
                .toOptional()
                .ifPresent(client -> known(key.user(), network(client)));
          }
        });
  }

  private void known(String user, AddressBlock network) {
    successes.put(new Key(user, network), true);
    successes.put(new Key(user, NOWHERE), true);
    successes.put(new Key("", network), true);
  }

  Standing standing(String user, InetAddress client) {
    AddressBlock network = network(client);
    if (had(new Key(user, network))) {
      return Standing.KNOWN;
    }
    if (count(new Key("", network)) > 0) {
      return Standing.FAILING;
    }
    if (count(new Key("", range(client))) >= SUSPECT_AT) {
      return Standing.SUSPECT;
    }
    return had(new Key(user, NOWHERE)) || had(new Key("", network))
        ? Standing.FAMILIAR
        : Standing.NEW;
  }

  private boolean had(Key key) {
    return successes.getIfPresent(key) != null;
  }

  private int count(Key key) {
    Integer count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  /// The network in which clients are told apart: a /24 of IPv4, a /48 of IPv6.
  public static AddressBlock network(InetAddress client) {
    return AddressBlock.around(client, client.getAddress().length == 4 ? 24 : 48);
  }

  /// What mostly belongs to one provider.
  private static AddressBlock range(InetAddress client) {
    return AddressBlock.around(client, client.getAddress().length == 4 ? 16 : 32);
  }
}
