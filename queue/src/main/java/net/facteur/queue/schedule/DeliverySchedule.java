package net.facteur.queue.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageTraits.Priority;
import net.facteur.queue.Pace;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.schedule.Line.Standing;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DuePage;

/// The window of due consignments, and who of them goes next. Not safe for several threads at once.
public final class DeliverySchedule {
  /// A sender with fewer consignments than this in a line is let in although the line is full.
  private static final int SENDER_SHARE = 8;

  /// Destinations known to work are remembered without mail up to this many.
  private static final int MOST_IDLE_LINES = 10_000;

  /// Pages read at a time; the next ones wait, since what these bring may fill the window.
  private static final int MOST_READINGS = 8;

  /// The page of a line that waits for its group.
  private static final int BLOCKED_PAGE = 4;

  /// Between two looks at the age of what waits for a destination that is down.
  private static final Duration REVIEW_SOONEST = Duration.ofMinutes(5);

  private static final Duration REVIEW_ON = Duration.ofSeconds(1);
  private static final Duration REVIEW_LATEST = Duration.ofHours(1);

  private static final long MINUTE_NANOS = 60_000_000_000L;

  private static final List<Standing> STANDINGS = List.of(Standing.values());

  private final QueueSettings.Load load;
  private final RetrySchedule retry;
  private final RandomGenerator random;
  private final Map<Destination, Line> lines = new HashMap<>();
  private final TreeSet<Line> paced =
      new TreeSet<>(
          Comparator.comparing((Line l) -> l.pacedUntil).thenComparing(l -> l.destination.text()));
  private final Pace pace;
  private final Map<String, Group> groups = new HashMap<>();

  /// Groups that may go on at a time that is known.
  private final TreeSet<Group> timed =
      new TreeSet<>(Comparator.comparing((Group g) -> g.until).thenComparing(g -> g.name));

  private final Set<Group> toEmpty = new LinkedHashSet<>();
  private final Share working = new Share();
  private final Share unknown = new Share();
  private final Share down = new Share();
  private int turn;
  private int waiting;
  private int readings;
  private int sharers = 1;

  public DeliverySchedule(QueueSettings settings, RandomGenerator random) {
    this(settings, Pace.FREE, random);
  }

  /// @param pace what destinations may have together
  public DeliverySchedule(QueueSettings settings, Pace pace, RandomGenerator random) {
    this.pace = pace;
    this.load = settings.load();
    this.retry = new RetrySchedule(settings.retry());
    this.random = random;
  }

  /// Takes in a consignment that is due.
  ///
  /// @return false where there is no room: the caller gives its lease back, and it is asked for
  ///   later
  public boolean offer(Consignment consignment, Instant now) {
    Line line = line(consignment.destination());
    if (line.resting(now) || !hasRoom(line, consignment)) {
      due(consignment.destination(), earliest(consignment), now);
      return false;
    }
    line.waiting.add(consignment);
    waiting++;
    settle(line, now);
    return true;
  }

  private boolean hasRoom(Line line, Consignment consignment) {
    if (waiting >= 2 * load.window()) {
      return false;
    }
    Priority priority = consignment.traits().priority();
    boolean roomy = waiting < load.window() && line.waiting.size() < load.windowPerDestination();
    return roomy
        || line.waiting.waiting(consignment.reversePath(), priority)
            < (priority == Priority.URGENT ? 2 * SENDER_SHARE : SENDER_SHARE);
  }

  private static Instant earliest(Consignment consignment) {
    return consignment.recipients().stream()
        .map(r -> r.nextAttempt())
        .min(Comparator.naturalOrder())
        .orElse(consignment.received());
  }

  /// Notes that the store has something for a destination, due at `at`.
  public void due(Destination destination, Instant at, Instant now) {
    Line line = line(destination);
    line.nextDue = earlier(at, line.nextDue);
    settle(line, now);
  }

  /// The next consignment to attempt. Its slot is taken until [#ended].
  public Optional<Consignment> next(Instant now) {
    while (!paced.isEmpty() && !paced.first().pacedUntil.isAfter(now)) {
      settle(paced.removeFirst(), now);
    }
    while (!timed.isEmpty() && !timed.first().until.isAfter(now)) {
      unblock(timed.removeFirst(), now);
    }
    if (running() >= load.attempts()) {
      return Optional.empty();
    }
    for (int i = 0; i < STANDINGS.size(); i++) {
      turn = (turn + 1) % STANDINGS.size();
      Share share = share(STANDINGS.get(turn));
      while (!share.isEmpty() && allowed(STANDINGS.get(turn))) {
        Line line = share.removeFirst();
        if (blocked(line, now)) {
          settle(line, now);
          continue;
        }
        Optional<Consignment> next = line.waiting.poll();
        if (next.isPresent()) {
          waiting--;
          line.running++;
          share.running++;
          line.group.ifPresent(group -> begins(group, now));
          pace(line, now);
          settle(line, now);
          return next;
        }
      }
    }
    return Optional.empty();
  }

  /// After each start, the next one has to wait for its part of the minute.
  private void pace(Line line, Instant now) {
    if (load.perMinute() > 0) {
      paced.remove(line);
      line.pacedUntil = now.plusNanos(MINUTE_NANOS * sharers / load.perMinute());
      paced.add(line);
    }
  }

  private void begins(Group group, Instant now) {
    group.running++;
    pace.begins(group.name, now);
  }

  /// True where the group of a line may have nothing now.
  private boolean blocked(Line line, Instant now) {
    return line.group.isPresent() && room(line.group.get(), now) == 0;
  }

  /// How many attempts a group may begin.
  private int room(Group group, Instant now) {
    Pace.Room room = pace.room(group.name, group.running * sharers, now);
    timed.remove(group);
    if (room.attempts() > 0) {
      group.until = Instant.MIN;
      group.heldUntil = Instant.MIN;
      return room.attempts();
    }
    group.until = room.next();
    if (!group.until.equals(Instant.MAX)) {
      timed.add(group);
    }
    if (room.why().isPresent()) {
      hold(group, room.next(), room.why().get());
    } else {
      group.heldUntil = Instant.MIN;
    }
    return 0;
  }

  private void hold(Group group, Instant until, String why) {
    group.because =
        Optional.of(
            new Deferred(
                EnhancedStatusCode.of(4, 4, 5), why, Optional.empty(), false, Optional.empty()));
    group.heldUntil = until;
    if (group.lines.stream().anyMatch(line -> line.waiting.size() > 0)) {
      toEmpty.add(group);
    }
  }

  /// What waits here for groups that may have nothing for long; it stays due in the store.
  public List<Consignment> heldBack(Instant now) {
    if (toEmpty.isEmpty()) {
      return List.of();
    }
    var left = new ArrayList<Consignment>();
    for (Group group : toEmpty) {
      for (Line line : group.held(now) ? List.copyOf(group.lines) : List.<Line>of()) {
        List<Consignment> its = line.waiting.remove(_ -> true);
        its.forEach(consignment -> line.nextDue = earlier(earliest(consignment), line.nextDue));
        left.addAll(its);
        waiting -= its.size();
        settle(line, now);
      }
    }
    toEmpty.clear();
    return left;
  }

  /// Lets as many lines of a group go as it may have.
  private void unblock(Group group, Instant now) {
    if (group.blocked.isEmpty()) {
      return;
    }
    for (int room = room(group, now); room > 0 && !group.blocked.isEmpty(); room--) {
      settle(group.blocked.removeFirst(), now);
    }
  }

  /// Puts a line into the group that it belongs to by now: who takes the mail of a domain is
  /// learned at the first attempt.
  private void regroup(Line line) {
    Optional<String> name = pace.group(line.destination);
    if (name.equals(line.group.map(group -> group.name))) {
      return;
    }
    line.group.ifPresent(group -> leave(group, line));
    line.group = name.map(its -> groups.computeIfAbsent(its, Group::new));
    line.group.ifPresent(
        group -> {
          group.lines.add(line);
          group.running += line.running;
        });
  }

  private void leave(Group group, Line line) {
    group.lines.remove(line);
    group.blocked.remove(line);
    group.running -= line.running;
    if (group.lines.isEmpty()) {
      timed.remove(group);
      toEmpty.remove(group);
      groups.remove(group.name);
    }
  }

  private boolean allowed(Standing standing) {
    return switch (standing) {
      case WORKING -> true;
      case UNKNOWN -> down.running + unknown.running < Math.max(1, load.attempts() * 3 / 4);
      case DOWN -> down.running < Math.max(1, load.attempts() / 4);
    };
  }

  /// The lines of one standing that may go, in turn, and their attempts.
  private static final class Share {
    /// Those without an attempt go before those with one, so that one attempt finds out for the
    /// rest of its line that a destination is down.
    private final SequencedSet<Line> idle = new LinkedHashSet<>();

    private final SequencedSet<Line> busy = new LinkedHashSet<>();

    /// Those for which the store is to be read, by when.
    private final TreeSet<Line> alarms =
        new TreeSet<>(
            Comparator.comparing((Line l) -> l.alarm).thenComparing(l -> l.destination.text()));

    private int running;

    boolean isEmpty() {
      return idle.isEmpty() && busy.isEmpty();
    }

    Line removeFirst() {
      return idle.isEmpty() ? busy.removeFirst() : idle.removeFirst();
    }

    void add(Line line) {
      (line.running == 0 ? busy : idle).remove(line);
      (line.running == 0 ? idle : busy).add(line);
    }

    void remove(Line line) {
      idle.remove(line);
      busy.remove(line);
    }
  }

  private Share share(Standing standing) {
    return switch (standing) {
      case WORKING -> working;
      case UNKNOWN -> unknown;
      case DOWN -> down;
    };
  }

  /// An attempt is over and the next hop was there, whatever it said.
  public void ended(Destination destination, Instant now) {
    Line line = line(destination);
    release(line, now);
    line.timesDown = 0;
    line.downBecause = Optional.empty();
    line.restsUntil = Instant.MIN;
    line.reviewAt = Instant.MAX;
    stand(line, Standing.WORKING);
    line.limit = Math.min(load.perDestination(), line.limit + 1);
    settle(line, now);
  }

  /// An attempt is over and the next hop was there, but wants less.
  public void slowed(Destination destination, Instant now) {
    ended(destination, now);
    Line line = line(destination);
    line.limit = Math.max(1, (line.limit - 1) / 2);
    settle(line, now);
  }

  /// An attempt is over and says nothing about the next hop.
  public void endedUnclear(Destination destination, Instant now) {
    Line line = line(destination);
    release(line, now);
    settle(line, now);
  }

  /// An attempt is over and the next hop as a whole could not be reached: it rests.
  ///
  /// @return what waited for it here; it stays due in the store
  public List<Consignment> down(Destination destination, Deferred because, Instant now) {
    Line line = line(destination);
    release(line, now);
    stand(line, Standing.DOWN);
    line.limit = 1;
    // Several attempts that were under way end with the same news; it counts once.
    if (!line.resting(now)) {
      line.timesDown++;
      line.restsUntil = now.plus(retry.rest(line.timesDown, random));
      line.reviewAt = earlier(line.reviewAt, line.restsUntil);
    }
    line.downBecause = Optional.of(because);
    List<Consignment> left = line.waiting.remove(_ -> true);
    waiting -= left.size();
    left.forEach(consignment -> line.nextDue = earlier(earliest(consignment), line.nextDue));
    settle(line, now);
    return left;
  }

  private void release(Line line, Instant now) {
    line.running--;
    share(line.standing).running--;
    Optional<Group> before = line.group;
    before.ifPresent(group -> group.running--);
    regroup(line);
    before.ifPresent(group -> unblock(group, now));
  }

  private void stand(Line line, Standing standing) {
    if (line.standing != standing) {
      share(line.standing).remove(line);
      share(line.standing).alarms.remove(line);
      share(line.standing).running -= line.running;
      share(standing).running += line.running;
      line.standing = standing;
    }
  }

  /// What to read from the store now.
  public sealed interface Reading {
    Destination destination();

    /// What is due. Answered by [#loaded] or [#notLoaded].
    ///
    /// @param limit the most recipients wanted
    record Refill(Destination destination, Instant dueBy, int limit) implements Reading {}

    /// What waits for a destination that is down and gets old: its senders are to be told, though
    /// nothing is tried. Answered by [#reviewed] or [#notLoaded].
    ///
    /// @param because what was said when it was found down
    record Review(Destination destination, Deferred because, int limit) implements Reading {}
  }

  /// What to read next, if anything is due; for destinations known to work before the others.
  public Optional<Reading> reading(Instant now) {
    return mayRead()
        ? STANDINGS.stream()
            .map(standing -> share(standing).alarms)
            .filter(alarms -> !alarms.isEmpty() && !alarms.first().alarm.isAfter(now))
            .findFirst()
            .map(alarms -> read(alarms.first(), now))
        : Optional.empty();
  }

  private Reading read(Line line, Instant now) {
    line.loading = true;
    readings++;
    Reading reading;
    Optional<Deferred> because = line.because(now);
    if (because.isPresent() && !line.reviewAt.isAfter(now)) {
      reading = new Reading.Review(line.destination, because.get(), load.windowPerDestination());
    } else {
      // What is noted from here on is not in the page.
      line.nextDue = Instant.MAX;
      reading =
          new Reading.Refill(line.destination, now, Math.max(1, page(line) - line.waiting.size()));
    }
    settle(line, now);
    return reading;
  }

  private boolean mayRead() {
    return readings < MOST_READINGS && waiting < load.window();
  }

  /// How much of a line is wanted in memory: little before it is known that the destination works,
  /// so that a thousand dead ones do not fill the window.
  private int page(Line line) {
    if (line.group.filter(group -> !group.blocked.isEmpty()).isPresent()) {
      // Hundreds of domains of one slow provider would fill the window otherwise.
      return Math.min(load.windowPerDestination(), BLOCKED_PAGE);
    }
    return line.standing == Standing.WORKING
        ? load.windowPerDestination()
        : Math.min(load.windowPerDestination(), 2 * line.limit + 2);
  }

  /// The page was read; its consignments have been offered.
  public void loaded(Destination destination, DuePage page, Instant now) {
    Line line = readingDone(destination);
    page.nextDue().ifPresent(at -> line.nextDue = earlier(at, line.nextDue));
    settle(line, now);
  }

  /// Who had to be told was told.
  ///
  /// @param next when somebody else has to be told
  /// @param more there was more than one page of them
  public void reviewed(Destination destination, Instant next, boolean more, Instant now) {
    Line line = readingDone(destination);
    if (line.because(now).isPresent()) {
      Instant soonest = now.plus(more ? REVIEW_ON : REVIEW_SOONEST);
      line.reviewAt = earlier(soonest.isAfter(next) ? soonest : next, now.plus(REVIEW_LATEST));
    }
    settle(line, now);
  }

  /// The store could not be read; it is asked again after a pause.
  public void notLoaded(Destination destination, Instant now) {
    Line line = readingDone(destination);
    Instant again = now.plusSeconds(5);
    line.nextDue = earlier(line.nextDue, again);
    if (!line.reviewAt.isAfter(again)) {
      line.reviewAt = again;
    }
    settle(line, now);
  }

  private Line readingDone(Destination destination) {
    Line line = line(destination);
    line.loading = false;
    readings--;
    return line;
  }

  /// When [#reading] or [#next] may next have something that they have not now.
  ///
  /// @return empty where only the end of an attempt or new mail can bring something
  public Optional<Instant> wake() {
    Stream<Instant> alarm =
        STANDINGS.stream()
            .map(standing -> share(standing).alarms)
            .filter(alarms -> mayRead() && !alarms.isEmpty())
            .map(alarms -> alarms.first().alarm);
    Stream<Instant> pace = paced.stream().limit(1).map(line -> line.pacedUntil);
    Stream<Instant> group =
        timed.stream().filter(its -> !its.blocked.isEmpty()).limit(1).map(its -> its.until);
    return Stream.of(alarm, pace, group).flatMap(times -> times).min(Comparator.naturalOrder());
  }

  /// Takes waiting consignments out, for an operator.
  public List<Consignment> withdraw(Predicate<Consignment> chosen, Instant now) {
    var withdrawn = new ArrayList<Consignment>();
    for (Line line : List.copyOf(lines.values())) {
      withdrawn.addAll(line.waiting.remove(chosen));
      settle(line, now);
    }
    waiting -= withdrawn.size();
    return withdrawn;
  }

  /// Ends a destination's rest, for an operator who knows that it is back.
  public void wakeUp(Destination destination, Instant now) {
    Line line = line(destination);
    line.restsUntil = Instant.MIN;
    settle(line, now);
  }

  /// Destinations that rest, until when and why.
  public List<String> resting(Instant now, int limit) {
    return lines.values().stream()
        .filter(line -> line.resting(now))
        .sorted(Comparator.comparing(Line::rest).reversed())
        .limit(limit)
        .map(
            line ->
                line.destination
                    + " until "
                    + line.rest().truncatedTo(ChronoUnit.SECONDS)
                    + line.because(now).map(because -> ": " + because.reply()).orElse(""))
        .toList();
  }

  /// Consignments in memory that wait.
  public int waiting() {
    return waiting;
  }

  /// Attempts running.
  public int running() {
    return working.running + unknown.running + down.running;
  }

  /// Destinations remembered.
  public int destinations() {
    return lines.size();
  }

  private Line line(Destination destination) {
    Line known = lines.get(destination);
    if (known != null) {
      return known;
    }
    var line = new Line(destination, load.initialPerDestination());
    lines.put(destination, line);
    regroup(line);
    return line;
  }

  /// Puts a line where it now belongs: among the ready ones, and in the order of alarms.
  private void settle(Line line, Instant now) {
    share(line.standing).alarms.remove(line);
    boolean worthKeeping = line.standing == Standing.WORKING && lines.size() <= MOST_IDLE_LINES;
    if (line.forgettable(now) && !worthKeeping) {
      share(line.standing).remove(line);
      lines.remove(line.destination);
      line.group.ifPresent(group -> leave(group, line));
      return;
    }
    review(line, now);
    line.alarm = alarm(line, now);
    if (!line.alarm.equals(Instant.MAX)) {
      share(line.standing).alarms.add(line);
    }
    boolean mayGo =
        line.waiting.size() > 0
            && line.running < Math.min(line.limit, most())
            && !line.resting(now)
            && !line.pacedUntil.isAfter(now);
    if (mayGo && !blocked(line, now)) {
      line.group.ifPresent(group -> group.blocked.remove(line));
      share(line.standing).add(line);
    } else if (mayGo) {
      line.group.ifPresent(group -> group.blocked.add(line));
      share(line.standing).remove(line);
    } else {
      share(line.standing).remove(line);
      line.group.ifPresent(
          group -> {
            group.blocked.remove(line);
            // Its turn, if it had one, is another's.
            unblock(group, now);
          });
    }
  }

  /// Notes when to look at the age of what waits, if its group is held; for lines that are down,
  /// [#down] has done so.
  private void review(Line line, Instant now) {
    if (line.because(now).isEmpty()) {
      line.reviewAt = Instant.MAX;
    } else if (line.reviewAt.equals(Instant.MAX)) {
      line.reviewAt = now.plus(REVIEW_SOONEST);
    }
  }

  private Instant alarm(Line line, Instant now) {
    if (line.loading) {
      return Instant.MAX;
    }
    if (line.resting(now)) {
      // Looked at after the rest even without mail, so that it can be forgotten.
      return earlier(line.rest(), line.reviewAt);
    }
    // Without room the line looks again when one of its consignments goes.
    Instant due = line.waiting.size() <= page(line) / 2 ? line.nextDue : Instant.MAX;
    return earlier(due, line.reviewAt);
  }

  /// Notes how many processes have the same limits together. Each keeps its part of them, without
  /// asking the others at each attempt; one that has just come is counted a moment later.
  public void sharedBy(int processes) {
    sharers = Math.max(1, processes);
  }

  /// Attempts at a time to one destination, here.
  private int most() {
    return Math.max(1, load.perDestination() / sharers);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
