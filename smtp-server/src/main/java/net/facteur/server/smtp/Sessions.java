package net.facteur.server.smtp;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The sessions in which a user has logged in, on all listeners. Bounded by the connections. Safe
/// for use by many threads.
public final class Sessions {
  private static final Logger LOG = LogManager.getLogger(Sessions.class);
  private static final int MAX_ENDINGS = 10_000;

  private final InstantSource clock;
  private final Map<String, Entry> open = new ConcurrentHashMap<>();
  private final Map<String, Long> endings =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_ENDINGS;
        }
      };
  private long count;

  private record Entry(SmtpSession session, Open shown) {}

  /// A session.
  ///
  /// @param id joins the log lines of the connection
  /// @param user who logged in
  /// @param since when
  /// @param hello what the client called itself, as said
  /// @param tls the protocol, such as `TLSv1.3`
  /// @param messages messages taken so far
  /// @param recipients recipients taken so far
  public record Open(
      String id,
      String user,
      InetSocketAddress remote,
      SmtpClient.Listener listener,
      Instant since,
      String hello,
      Optional<String> tls,
      int messages,
      int recipients) {}

  public Sessions(InstantSource clock) {
    this.clock = clock;
  }

  /// A mark to give to [#opened], taken before the password is checked.
  synchronized long mark() {
    return count;
  }

  /// A user has logged in.
  ///
  /// @return false where the sessions of the user were ended since the mark: this one must end, too
  synchronized boolean opened(SmtpSession session, String user, long mark) {
    if (endings.getOrDefault(user, -1L) >= mark) {
      return false;
    }
    open.put(session.link().id(), new Entry(session, shown(session, user, clock.instant())));
    return true;
  }

  void closed(SmtpSession session) {
    open.remove(session.link().id());
  }

  private static Open shown(SmtpSession session, String user, Instant since) {
    SmtpClient client = session.client();
    return new Open(
        client.sessionId(),
        user,
        client.remote(),
        client.listener(),
        since,
        client.hello(),
        client.tls().map(SmtpClient.Tls::protocol),
        session.messages(),
        session.recipients());
  }

  /// How many there are.
  public int size() {
    return open.size();
  }

  /// The open sessions, the oldest first. The counts may lag a moment behind.
  public List<Open> list() {
    return open.values().stream()
        .map(Sessions::now)
        .sorted(Comparator.comparing(Open::since).thenComparing(Open::id))
        .toList();
  }

  private static Open now(Entry entry) {
    Open then = entry.shown();
    return new Open(
        then.id(),
        then.user(),
        then.remote(),
        then.listener(),
        then.since(),
        then.hello(),
        then.tls(),
        entry.session().messages(),
        entry.session().recipients());
  }

  /// Ends all sessions of a user with 421, also one whose login is under way. A message whose end
  /// has not come is not taken.
  public void endAll(String user) {
    synchronized (this) {
      endings.remove(user);
      endings.put(user, count++);
    }
    end(session -> session.user().equals(user));
  }

  /// Ends sessions with 421. A message whose end has not come is not taken.
  ///
  /// @return those that were told to end
  public List<Open> end(Predicate<Open> which) {
    var ended = new ArrayList<Open>();
    for (Open session : list().stream().filter(which).toList()) {
      // Gone from here at once: nobody ends it twice while its connection closes.
      Entry entry = open.remove(session.id());
      if (entry != null) {
        LOG.info("{} session of user={} is ended", session.id(), session.user());
        entry.session().link().dismiss();
        ended.add(session);
      }
    }
    return ended;
  }
}
