package net.facteur.server.destinations;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.queue.Destination;
import net.facteur.queue.Pace;
import net.facteur.server.providers.Provider;

/// How fast mail goes to each provider: additive increase, multiplicative decrease, of attempts at
/// a time first and then of attempts in a minute; and the bound of a day for a new address.
///
/// All attempts that were under way when a provider asked for less count as one refusal. Safe for
/// use by many threads, and quick.
public final class Rhythm implements Pace {
  /// Providers that are slowed at a time; further ones are left alone.
  private static final int MOST_SLOWED = 10_000;

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final double MORE_IN_A_MINUTE = 2;
  private static final double FAST_IN_A_MINUTE = 60;

  private final Function<Destination, Optional<Provider>> providers;
  private final int most;
  private final Optional<WarmUp> warmUp;
  private final Map<String, Course> slowed = new HashMap<>();
  private final Map<String, Integer> running = new HashMap<>();
  private final Map<String, Integer> sent = new HashMap<>();
  private Instant day = Instant.MIN;

  /// What a slowed provider may have.
  private static final class Course {
    private final Instant since;
    private double limit;
    private double inMinute = FAST_IN_A_MINUTE;
    private Instant lastLess;
    private Instant next;

    private Course(Instant since, double limit) {
      this.since = since;
      this.limit = limit;
      this.lastLess = since;
      this.next = since;
    }

    boolean apart() {
      return inMinute < FAST_IN_A_MINUTE;
    }

    /// No pause is longer than this, so one that seems to be was begun by a clock that was ahead.
    void isNow(Instant now) {
      if (next.isAfter(now.plus(LONGEST))) {
        next = now.plus(apart() ? interval() : PAUSE);
      }
      if (lastLess.isAfter(now)) {
        lastLess = now;
      }
    }

    Duration interval() {
      return Duration.ofMillis((long) (60_000 / inMinute));
    }
  }

  /// A provider that has less than it might.
  ///
  /// @param since when that began
  /// @param attempts at a time
  /// @param interval between the beginnings of two; zero where they need not wait
  /// @param next no attempt before
  public record Slowed(
      String provider, Instant since, int attempts, Duration interval, Instant next) {}

  /// @param providers whose a destination is, where somebody knows
  /// @param most attempts at a time to one provider; at least 1
  public Rhythm(
      Function<Destination, Optional<Provider>> providers, int most, Optional<WarmUp> warmUp) {
    this.providers = providers;
    this.most = most;
    this.warmUp = warmUp;
  }

  @Override
  public Optional<String> group(Destination destination) {
    return providers.apply(destination).map(Provider::name);
  }

  @Override
  public synchronized Room room(String group, int now, Instant at) {
    if (running.size() > MOST_SLOWED) {
      running.clear();
    }
    running.put(group, now);
    int today = warmUp.map(its -> its.most(at)).orElse(Integer.MAX_VALUE);
    if (today != Integer.MAX_VALUE) {
      turn(at);
      int left = today - sent.getOrDefault(group, 0) - now;
      if (left <= 0) {
        return now > 0 && today > sent.getOrDefault(group, 0)
            ? Room.after(Instant.MAX)
            : Room.heldUntil(
                WarmUp.end(at),
                "a new address begins slowly: " + today + " messages to " + group + " today");
      }
      return smaller(course(group, now, at), left);
    }
    return course(group, now, at);
  }

  private static Room smaller(Room room, int left) {
    return room.attempts() > left ? Room.attempts(left) : room;
  }

  private Room course(String group, int now, Instant at) {
    Course course = slowed.get(group);
    if (course == null) {
      return now < most ? Room.attempts(most - now) : Room.after(Instant.MAX);
    }
    course.isNow(at);
    if (course.next.isAfter(at)) {
      return Duration.between(at, course.next).compareTo(LONG) > 0
          ? Room.heldUntil(course.next, group + " wants less mail from this server")
          : Room.after(course.next);
    }
    int room = Math.max(1, (int) Math.min(course.limit, most)) - now;
    if (room <= 0) {
      return Room.after(Instant.MAX);
    }
    return Room.attempts(course.apart() ? 1 : room);
  }

  @Override
  public synchronized void begins(String group, Instant now) {
    Course course = slowed.get(group);
    if (course != null && course.apart()) {
      course.next = now.plus(course.interval());
    }
  }

  /// An attempt is over and mail was taken.
  ///
  /// @param messages 1, or 0 where it was counted before
  synchronized void taken(Provider provider, Instant now, int messages) {
    if (warmUp.isPresent()) {
      turn(now);
      sent.merge(provider.name(), messages, Integer::sum);
    }
    Course course = slowed.get(provider.name());
    if (course == null) {
      return;
    }
    if (course.apart()) {
      course.inMinute = Math.min(FAST_IN_A_MINUTE, course.inMinute + MORE_IN_A_MINUTE);
      Instant sooner = now.plus(course.interval());
      course.next = sooner.isBefore(course.next) ? sooner : course.next;
    } else {
      course.limit += 1 / course.limit;
    }
    if (course.limit >= most && !course.apart()) {
      slowed.remove(provider.name());
    }
  }

  /// An attempt is over, and the provider asked for less.
  ///
  /// @param began when the attempt did: what was under way when less was asked for is no news
  synchronized void less(Provider provider, Instant began, Instant now) {
    Course course = slowed.get(provider.name());
    if (course == null) {
      if (slowed.size() >= MOST_SLOWED) {
        return;
      }
      int before = Math.max(1, running.getOrDefault(provider.name(), 1));
      course = new Course(now, Math.min(most, before));
      slowed.put(provider.name(), course);
    } else {
      course.isNow(now);
      if (began.isBefore(course.lastLess)) {
        return;
      }
    }
    if (course.limit >= 2) {
      course.limit = Math.floor(course.limit / 2);
      course.next = now.plus(PAUSE);
    } else {
      course.limit = 1;
      double slowest = 60_000.0 / LONGEST.toMillis();
      double before = course.apart() ? course.inMinute : 60_000.0 / PAUSE.toMillis() * 2;
      course.inMinute = Math.max(slowest, before / 2);
      course.next = now.plus(course.interval());
    }
    course.lastLess = now;
  }

  /// Begins a new day.
  private void turn(Instant now) {
    Instant begin = WarmUp.begin(now);
    if (!begin.equals(day)) {
      day = begin;
      sent.clear();
    }
  }

  /// Takes over what was sent today, by all processes, of this run and those before.
  synchronized void sentToday(Map<String, Numbers> numbers, Instant now) {
    turn(now);
    numbers.forEach(
        (provider, its) -> sent.put(provider, (int) Math.min(Integer.MAX_VALUE, its.delivered())));
  }

  /// True where the bound of a day counts now.
  boolean warmsUp(Instant now) {
    return warmUp.filter(its -> its.most(now) != Integer.MAX_VALUE).isPresent();
  }

  /// Who has less than might be.
  public synchronized List<Slowed> slowed() {
    var all = new ArrayList<Slowed>();
    slowed.forEach(
        (name, its) ->
            all.add(
                new Slowed(
                    name,
                    its.since,
                    Math.max(1, (int) its.limit),
                    its.apart() ? its.interval() : Duration.ZERO,
                    its.next)));
    return all;
  }

  /// Goes on where an earlier run was.
  synchronized void recall(Slowed its) {
    if (slowed.size() < MOST_SLOWED) {
      var course = new Course(its.since(), its.attempts());
      if (!its.interval().isZero()) {
        course.inMinute = Math.min(FAST_IN_A_MINUTE, 60_000.0 / its.interval().toMillis());
      }
      course.next = its.next();
      slowed.putIfAbsent(its.provider(), course);
    }
  }
}
