package net.facteur.server.signin;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import net.facteur.server.accounts.UserName;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Keeps the [WebSession]s of all users, so that a restart signs nobody out. Safe for use by many
/// threads and processes: a command ends sessions of a running server by changing the file.
///
/// When a browser was seen stands in memory, and on disk some minutes later: a page does not wait
/// for a disk.
public final class SessionStore {
  private static final Logger LOG = LogManager.getLogger(SessionStore.class);

  /// Sessions of one user; the one that was seen least lately goes.
  static final int MOST_OF_USER = 20;

  /// Sessions in all.
  static final int MOST = 10_000;

  private static final Duration WRITTEN_EVERY = Duration.ofMinutes(5);

  private final KeptLines<WebSession> lines;
  private final InstantSource clock;
  private final Map<String, Instant> lately = new ConcurrentHashMap<>();

  public SessionStore(Path file, InstantSource clock) {
    this.lines = new KeptLines<>(file, WebSession::parse, WebSession::print);
    this.clock = clock;
  }

  /// How long sessions last.
  ///
  /// @param idle after the browser was seen last
  /// @param longest after the user signed in
  public record Life(Duration idle, Duration longest) {
    boolean over(WebSession session, Instant now) {
      // A clock that was set back makes no session longer than it is.
      return now.isAfter(session.seen().plus(idle))
          || now.isAfter(session.began().plus(longest))
          || session.began().isAfter(now.plus(longest));
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /// Keeps one more, durably, and forgets those that are over.
  void open(WebSession session, Life life) throws IOException {
    Instant now = now();
    List<WebSession> kept =
        lines.change(
            all -> {
              var rest = new ArrayList<>(all.stream().map(this::fresh).toList());
              rest.removeIf(one -> life.over(one, now));
              trim(rest, one -> one.user().equals(session.user()), MOST_OF_USER - 1);
              trim(rest, _ -> true, MOST - 1);
              rest.add(session);
              return rest;
            });
    lately.keySet().retainAll(kept.stream().map(WebSession::hash).toList());
  }

  private static void trim(List<WebSession> all, Predicate<WebSession> which, int most) {
    List<WebSession> oldestFirst =
        all.stream().filter(which).sorted(Comparator.comparing(WebSession::seen)).toList();
    all.removeAll(oldestFirst.subList(0, Math.max(0, oldestFirst.size() - most)));
  }

  /// The session of a browser; empty where it has none any more.
  ///
  /// @throws IOException where the file cannot be read
  Optional<WebSession> find(Token token, Life life) throws IOException {
    String hash = token.hash();
    Instant now = now();
    Optional<WebSession> found =
        lines.all().stream().filter(session -> session.hash().equals(hash)).findFirst();
    if (found.isEmpty() || life.over(fresh(found.get()), now)) {
      return Optional.empty();
    }
    lately.put(hash, now);
    if (found.get().seen().plus(WRITTEN_EVERY).isBefore(now)) {
      write();
    }
    return Optional.of(found.get().seenAt(now));
  }

  private WebSession fresh(WebSession session) {
    Instant at = lately.get(session.hash());
    return at != null && at.isAfter(session.seen()) ? session.seenAt(at) : session;
  }

  /// Writes when browsers were seen. A disk that is full signs nobody out at once.
  private void write() {
    try {
      lines.change(all -> all.stream().map(this::fresh).toList());
    } catch (IOException e) {
      LOG.warn("when browsers were seen cannot be written: {}", e.toString());
    }
  }

  /// Changes one that is there.
  void replace(WebSession session) throws IOException {
    lines.change(
        all -> all.stream().map(s -> s.hash().equals(session.hash()) ? session : s).toList());
  }

  /// Those that are there, the latest first.
  ///
  /// @param user empty for all users
  public List<WebSession> list(Optional<UserName> user, Life life) throws IOException {
    Instant now = now();
    return lines.all().stream()
        .map(this::fresh)
        .filter(one -> !life.over(one, now))
        .filter(one -> user.isEmpty() || user.get().equals(one.user()))
        .sorted(Comparator.comparing(WebSession::seen).reversed())
        .toList();
  }

  /// Ends sessions, durably.
  ///
  /// @return those that were ended
  public List<WebSession> end(Predicate<WebSession> which) throws IOException {
    var ended = new ArrayList<WebSession>();
    lines.change(
        all -> {
          ended.clear();
          ended.addAll(all.stream().filter(which).toList());
          return ended.isEmpty() ? all : all.stream().filter(which.negate()).toList();
        });
    ended.forEach(one -> lately.remove(one.hash()));
    return List.copyOf(ended);
  }

  /// Ends all of a user.
  public List<WebSession> endAll(UserName user) throws IOException {
    return end(session -> session.user().equals(user));
  }
}
