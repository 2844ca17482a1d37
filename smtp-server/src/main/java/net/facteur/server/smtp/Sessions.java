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
  private final Map<Ending, Long> endings =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Ending, Long> eldest) {
          return size() > MAX_ENDINGS;
        }
      };
  private long count;

  private record Entry(SmtpSession session, Open shown) {}

  /// What was ended: sessions of a user, or those alone that an app password opened.
  private record Ending(String user, Optional<String> app) {}

  /// A session.
  ///
  /// @param id joins the log lines of the connection
  /// @param user who logged in
  /// @param app the name of the app password; empty where it was the user's own
  /// @param since when
  /// @param hello what the client called itself, as said
  /// @param tls the protocol, such as `TLSv1.3`
  /// @param messages messages taken so far
  /// @param recipients recipients taken so far
  public record Open(
      String id,
      String user,
      Optional<String> app,
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
  /// @param app the name of the app password; empty where it was the user's own
  /// @return false where such sessions were ended since the mark: this one must end, too
  synchronized boolean opened(SmtpSession session, String user, Optional<String> app, long mark) {
    if (ended(new Ending(user, Optional.empty())) >= mark
        || (app.isPresent() && ended(new Ending(user, app)) >= mark)) {
      return false;
    }
    open.put(session.link().id(), new Entry(session, shown(session, user, app, clock.instant())));
    return true;
  }

  private long ended(Ending which) {
    return endings.getOrDefault(which, -1L);
  }

  void closed(SmtpSession session) {
    open.remove(session.link().id());
  }

  private static Open shown(SmtpSession session, String user, Optional<String> app, Instant since) {
    SmtpClient client = session.client();
    return new Open(
        client.sessionId(),
        user,
        app,
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

  /// Those of a user, as they began.
  public List<Open> of(String user) {
    return open.values().stream()
        .map(Entry::shown)
        .filter(session -> session.user().equals(user))
        .toList();
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
        then.app(),
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
    ending(new Ending(user, Optional.empty()));
    end(session -> session.user().equals(user));
  }

  /// The same for those that an app password opened.
  public void endAll(String user, String app) {
    ending(new Ending(user, Optional.of(app)));
    end(session -> session.user().equals(user) && session.app().filter(app::equals).isPresent());
  }

  private synchronized void ending(Ending which) {
    endings.remove(which);
    endings.put(which, count++);
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
