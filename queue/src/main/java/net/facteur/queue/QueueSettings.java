package net.facteur.queue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The settings of the queue. [#in] gives the defaults.
///
/// @param directory where the queue lives: database, staged and kept bodies; one running server
///   each
/// @param storage what is kept where
/// @param retry when a recipient is tried again, and when the sender is told
/// @param load how much is done at once
public record QueueSettings(Path directory, Storage storage, Retry retry, Load load) {
  /// The defaults, in `directory`.
  public static QueueSettings in(Path directory) {
    return new QueueSettings(directory, Storage.DEFAULT, Retry.DEFAULT, Load.DEFAULT);
  }

  /// The database, where the queue is no shared one.
  public Path database() {
    return directory.resolve("queue.db");
  }

  /// Where the store notes, beside the database, where its parts begin: with it, a damaged database
  /// is one of ours, and the start makes a new one of what can be read.
  public Path roots() {
    return directory.resolve("queue.db.roots");
  }

  /// The files that a server that runs has in the directory, and cannot do without.
  public List<Path> files() {
    return Stream.of("lock", "queue.db-wal", "queue.db-shm", "queue.db")
        .map(directory::resolve)
        .toList();
  }

  /// The same of directories.
  public List<Path> directories() {
    return Stream.of("bodies", "staging").map(directory::resolve).toList();
  }

  public QueueSettings with(Storage other) {
    return new QueueSettings(directory, other, retry, load);
  }

  public QueueSettings with(Retry other) {
    return new QueueSettings(directory, storage, other, load);
  }

  public QueueSettings with(Load other) {
    return new QueueSettings(directory, storage, retry, other);
  }

  /// What is kept where, and for how long.
  ///
  /// @param stagingThreshold octets of body above which it goes to a file; 4 KiB to 16 MiB
  /// @param minimumFree octets that must stay free on the disk; below, new mail is refused; 0 or
  ///   more
  /// @param memoryBudget octets of freshly accepted messages kept in memory until their first
  ///   attempt, so that they need not be read back; 0 or more
  /// @param history how long the life of a message can be told after it left; zero forgets at once;
  ///   at most 366 days
  public record Storage(
      int stagingThreshold, long minimumFree, long memoryBudget, Duration history) {
    /// 256 KiB, 256 MiB, 64 MiB, 7 days.
    public static final Storage DEFAULT =
        new Storage(256 << 10, 256L << 20, 64L << 20, Duration.ofDays(7));

    public Storage {
      check(
          stagingThreshold >= 4 << 10 && stagingThreshold <= 16 << 20,
          "the staging threshold is 4 KiB to 16 MiB");
      check(minimumFree >= 0, "the free space is not negative");
      check(memoryBudget >= 0, "the memory budget is not negative");
      check(
          !history.isNegative() && history.compareTo(Duration.ofDays(366)) <= 0,
          "the history is 0 to 366 days long");
    }
  }

  /// When a recipient is tried again, and when the sender is told.
  ///
  /// @param minimum the wait after the first attempt; 1 second to `maximum`; it doubles each time
  /// @param maximum the longest wait; at most 1 day
  /// @param life how long a recipient is tried before the sender is told that it failed; 1 minute
  ///   to 30 days
  /// @param delayReport age at which the sender is told of the delay, once; 1 minute or more, and
  ///   no report where it is not below `life`
  /// @param downMinimum how long a next hop that could not be reached at all is left alone at
  ///   first; it doubles each time
  /// @param downMaximum the longest such pause; at most 1 day
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.4.1 RFC 5321, section 4.5.4.1:
  ///   Sending Strategy
  public record Retry(
      Duration minimum,
      Duration maximum,
      Duration life,
      Duration delayReport,
      Duration downMinimum,
      Duration downMaximum) {
    /// 5 minutes to 4 hours, for 5 days, told after 4 hours; dead next hops rest 1 to 10 minutes.
    public static final Retry DEFAULT =
        new Retry(
            Duration.ofMinutes(5),
            Duration.ofHours(4),
            Duration.ofDays(5),
            Duration.ofHours(4),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10));

    public Retry {
      ordered("retry wait", minimum, maximum);
      ordered("pause of a dead next hop", downMinimum, downMaximum);
      check(
          life.compareTo(Duration.ofMinutes(1)) >= 0 && life.compareTo(Duration.ofDays(30)) <= 0,
          "the life is 1 minute to 30 days");
      check(delayReport.compareTo(Duration.ofMinutes(1)) >= 0, "delays are told after 1 minute");
    }

    private static void ordered(String what, Duration low, Duration high) {
      check(
          low.compareTo(Duration.ofSeconds(1)) >= 0
              && high.compareTo(Duration.ofDays(1)) <= 0
              && low.compareTo(high) <= 0,
          "the " + what + " grows from at least 1 second to at most 1 day");
    }
  }

  /// How much is done at once.
  ///
  /// @param attempts attempts at a time over all destinations; 1 to 10,000
  /// @param perDestination the most attempts at a time to one destination; 1 to 1,000
  /// @param initialPerDestination what an unknown destination starts with; 1 to `perDestination`
  /// @param recipientsPerAttempt the most recipients of one message in one attempt; 1 to 1,000 (RFC
  ///   5321, section 4.5.3.1.8: every server takes 100)
  /// @param window groups of recipients kept in memory, ready to go; the rest waits in the store;
  ///   100 to 1,000,000
  /// @param windowPerDestination the same for one destination; 2 to `window`
  /// @param perMinute attempts that may begin in a minute to one destination; 0 is no limit, at
  ///   most 1,000,000
  public record Load(
      int attempts,
      int perDestination,
      int initialPerDestination,
      int recipientsPerAttempt,
      int window,
      int windowPerDestination,
      int perMinute) {
    /// Without a limit to the rate.
    public Load(
        int attempts,
        int perDestination,
        int initialPerDestination,
        int recipientsPerAttempt,
        int window,
        int windowPerDestination) {
      this(
          attempts,
          perDestination,
          initialPerDestination,
          recipientsPerAttempt,
          window,
          windowPerDestination,
          0);
    }

    /// 400 attempts, 20 to one destination (5 at first), 100 recipients, 20,000 ready, 400 for one.
    public static final Load DEFAULT = new Load(400, 20, 5, 100, 20_000, 400);

    public Load {
      check(attempts >= 1 && attempts <= 10_000, "1 to 10,000 attempts at a time");
      check(
          perDestination >= 1 && perDestination <= 1000, "1 to 1,000 attempts to one destination");
      check(
          initialPerDestination >= 1 && initialPerDestination <= perDestination,
          "the initial attempts to a destination do not exceed its limit");
      check(
          recipientsPerAttempt >= 1 && recipientsPerAttempt <= 1000,
          "1 to 1,000 recipients in an attempt");
      check(window >= 100 && window <= 1_000_000, "a window of 100 to 1,000,000");
      check(
          windowPerDestination >= 2 && windowPerDestination <= window,
          "a destination's window is 2 to the whole");
      check(perMinute >= 0 && perMinute <= 1_000_000, "0 to 1,000,000 attempts in a minute");
    }
  }

  private static void check(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
