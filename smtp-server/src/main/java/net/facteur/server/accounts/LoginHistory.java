package net.facteur.server.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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
  private static final AddressBlock NOWHERE =
      AddressBlock.around(InetAddress.ofLiteral("0.0.0.0"), 0);

  private final Cache<Key, Integer> failures;
  private final Cache<Key, Boolean> successes;

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
  }

  private static <V> Cache<Key, V> cache(Ticker ticker, Duration life) {
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

  void failed(String user, InetAddress client) {
    AddressBlock network = network(client);
    failures.asMap().merge(new Key(user, network), 1, Integer::sum);
    failures.asMap().merge(new Key("", network), 1, Integer::sum);
    failures.asMap().merge(new Key("", range(client)), 1, Integer::sum);
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

  static AddressBlock network(InetAddress client) {
    return AddressBlock.around(client, client.getAddress().length == 4 ? 24 : 48);
  }

  /// What mostly belongs to one provider.
  private static AddressBlock range(InetAddress client) {
    return AddressBlock.around(client, client.getAddress().length == 4 ? 16 : 32);
  }
}
