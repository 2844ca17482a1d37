package net.facteur.server.accounts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.time.Duration;
import net.facteur.server.net.AddressBlock;

/// Slows down guessing: counts wrong passwords by user and client network, and by network alone
/// with ten times the allowance. Bounded; forgotten after the penalty.
///
/// A user is never locked out as such, or any stranger could lock out anybody: other networks are
/// not affected.
final class Damping {
  private static final int NETWORK_ALLOWANCE = 10;
  private static final int MAX_ENTRIES = 100_000;

  private final Cache<Key, Integer> failures;
  private final int allowed;

  private record Key(String user, AddressBlock network) {}

  Damping(int allowed, Duration penalty, Ticker ticker) {
    this.allowed = allowed;
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(penalty)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  boolean refuses(String user, InetAddress client) {
    return count(new Key(user, network(client))) >= allowed
        || count(new Key("", network(client))) >= (long) allowed * NETWORK_ALLOWANCE;
  }

  void failed(String user, InetAddress client) {
    failures.asMap().merge(new Key(user, network(client)), 1, Integer::sum);
    failures.asMap().merge(new Key("", network(client)), 1, Integer::sum);
  }

  void succeeded(String user, InetAddress client) {
    failures.invalidate(new Key(user, network(client)));
  }

  private int count(Key key) {
    Integer count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  private static AddressBlock network(InetAddress client) {
    return AddressBlock.around(client, client.getAddress().length == 4 ? 24 : 48);
  }
}
