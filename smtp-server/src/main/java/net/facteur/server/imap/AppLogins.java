package net.facteur.server.imap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import net.facteur.server.accounts.LastLogins;

/// Where logins with app passwords came from since this server was started, so that the sessions
/// that one of them opened at Dovecot can be told from the others. Dovecot 2.4 is told the app
/// password with each session, and ends them by it; 2.3 knows users and addresses alone.
///
/// Safe for use by many threads.
public final class AppLogins {
  private static final int MAX_APPS = 100_000;
  private static final int MAX_ADDRESSES = 100;

  private final Predicate<LastLogins.Key> before;
  private final Cache<LastLogins.Key, Set<InetAddress>> since =
      Caffeine.newBuilder().maximumSize(MAX_APPS).executor(Runnable::run).build();
  private volatile boolean named;

  /// Whose sessions they are.
  sealed interface Trace {
    /// Dovecot knows them by their app password.
    record Named() implements Trace {}

    /// They came from there.
    ///
    /// @param addresses none where it opened no session
    record From(List<InetAddress> addresses) implements Trace {}

    /// Nobody can tell them from other sessions of the user.
    record Unknown() implements Trace {}
  }

  /// @param before whether an app password was used before this server was started
  public AppLogins(Predicate<LastLogins.Key> before) {
    this.before = before;
  }

  /// How Dovecot tells sessions apart, as its script says with each login.
  ///
  /// @param named by the app password
  void dovecotKnows(boolean named) {
    this.named = named;
  }

  /// A session begins.
  void opened(String user, String app, InetAddress client) {
    Set<InetAddress> all = since.get(key(user, app), _ -> ConcurrentHashMap.newKeySet());
    if (all.size() <= MAX_ADDRESSES) {
      all.add(client);
    }
  }

  Trace of(String user, String app) {
    if (named) {
      return new Trace.Named();
    }
    LastLogins.Key key = key(user, app);
    Set<InetAddress> addresses = since.get(key, _ -> ConcurrentHashMap.newKeySet());
    return before.test(key) || addresses.size() > MAX_ADDRESSES
        ? new Trace.Unknown()
        : new Trace.From(List.copyOf(addresses));
  }

  private static LastLogins.Key key(String user, String app) {
    return new LastLogins.Key(user, Optional.of(app));
  }
}
