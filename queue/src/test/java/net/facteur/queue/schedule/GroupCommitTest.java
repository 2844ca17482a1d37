package net.facteur.queue.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.LongStream;
import net.facteur.queue.schedule.GroupCommit.Decision;
import net.facteur.queue.schedule.GroupCommit.Decision.Commit;
import net.facteur.queue.schedule.GroupCommit.Decision.Gather;
import net.facteur.queue.schedule.GroupCommit.Decision.Sleep;
import net.facteur.queue.schedule.GroupCommit.Decision.SleepFor;
import net.facteur.queue.schedule.GroupCommit.Last;
import net.facteur.queue.schedule.GroupCommit.Waiting;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// When changes are committed: single decisions, and whole days of a writer from seeds.
class GroupCommitTest {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final GroupCommit POLICY = GroupCommit.STANDARD;

  /// The same, but urgent changes never wait.
  private static final GroupCommit NO_PAUSE =
      new GroupCommit(
          Integer.MAX_VALUE,
          0,
          0,
          POLICY.patience(),
          POLICY.patientTogether(),
          POLICY.urgentTogether());

  /// The same, but patient changes never wait.
  private static final GroupCommit NO_PATIENCE =
      new GroupCommit(POLICY.crowd(), POLICY.crowdLasts(), POLICY.longestPause(), 0, 1, 1);

  private static Waiting urgent(int count, long since) {
    return new Waiting(count, since, 0, 0);
  }

  @Test
  void mailThatComesAloneIsCommittedAtOnce() {
    assertEquals(new Commit(false), POLICY.next(urgent(1, 7), Last.NONE, 7));
    var alone = new Last(2, MILLI, 0);
    assertEquals(new Commit(false), POLICY.next(urgent(1, MICRO), alone, MICRO));
    var crowdLongAgo = new Last(50, MILLI, 0);
    long later = POLICY.crowdLasts();
    assertEquals(new Commit(false), POLICY.next(urgent(1, later), crowdLongAgo, later));
  }

  @Test
  void afterACrowdTheNextCommitWaitsAMomentNoLongerThanTheLastTook() {
    var slow = new Last(POLICY.crowd(), 9 * MILLI, 0);
    assertEquals(new Gather(POLICY.longestPause()), POLICY.next(urgent(1, 0), slow, 0));
    assertEquals(new Gather(POLICY.longestPause() - MICRO), POLICY.next(urgent(5, 0), slow, MICRO));
    assertEquals(new Commit(true), POLICY.next(urgent(5, 0), slow, POLICY.longestPause()));
    var quick = new Last(POLICY.crowd(), 20 * MICRO, 0);
    assertEquals(new Gather(20 * MICRO), POLICY.next(urgent(1, 0), quick, 0));
    // What came during the last commit has waited already.
    assertEquals(new Gather(20 * MICRO), POLICY.next(urgent(1, -MILLI), quick, 0));
    assertEquals(new Commit(false), POLICY.next(urgent(1, -MILLI), quick, 20 * MICRO));
  }

  @Test
  void patientChangesWaitForEachOtherAndNotForever() {
    assertEquals(new Sleep(), POLICY.next(new Waiting(0, 0, 0, 0), Last.NONE, 5));
    assertEquals(
        new SleepFor(POLICY.patience() - 2), POLICY.next(new Waiting(0, 0, 1, 3), Last.NONE, 5));
    assertEquals(
        new Commit(true), POLICY.next(new Waiting(0, 0, 1, 3), Last.NONE, 3 + POLICY.patience()));
    assertEquals(
        new Commit(true),
        POLICY.next(new Waiting(0, 0, POLICY.patientTogether(), 3), Last.NONE, 4));
  }

  @Test
  void patientChangesGoWithMailThatComesInCompany() {
    assertEquals(new Commit(false), POLICY.next(new Waiting(1, 0, 9, 0), Last.NONE, 1));
    assertEquals(
        new Commit(true), POLICY.next(new Waiting(POLICY.urgentTogether(), 0, 9, 0), Last.NONE, 1));
    // Those that are due go with one that comes alone, too.
    assertEquals(
        new Commit(true), POLICY.next(new Waiting(1, 0, 9, 0), Last.NONE, POLICY.patience()));
  }

  @TestFactory
  List<DynamicTest> everyChangeIsCommittedInTime() {
    Long one = Long.getLong("simulation.seed");
    return (one == null ? LongStream.rangeClosed(1, 300) : LongStream.of(one))
        .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> anyDay(seed)))
        .toList();
  }

  private static void anyDay(long seed) {
    var random = new Random(seed);
    var writer = new Writer(POLICY, random, 20 * MICRO + random.nextLong(5 * MILLI));
    writer.sessions(random.nextInt(50), 1 + random.nextLong(MILLI));
    writer.others(random.nextInt(200), random.nextDouble());
    writer.run(Writer.DAY);
    assertEquals(writer.came, writer.committed);
  }

  /// What the pause is for: those who were answered together come back together.
  @Test
  void aCrowdNeedsFewerCommitsThanWithoutThePause() {
    long with = 0;
    long without = 0;
    for (long seed = 1; seed <= 50; seed++) {
      with += crowd(POLICY, seed);
      without += crowd(NO_PAUSE, seed);
    }
    assertTrue(with < without, with + " for each 1000 messages, " + without + " without");
  }

  /// @return commits for 1000 messages
  private static long crowd(GroupCommit policy, long seed) {
    var writer = new Writer(policy, new Random(seed), 400 * MICRO);
    writer.sessions(20, 250 * MICRO);
    writer.run(Writer.DAY);
    return 1000L * writer.commits / writer.came;
  }

  /// What patience is for: mail that comes alone finds the writer free.
  @Test
  void mailThatComesAloneWaitsLessThanWithoutPatience() {
    long with = 0;
    long without = 0;
    for (long seed = 1; seed <= 50; seed++) {
      with += waitOfLoneMail(POLICY, seed);
      without += waitOfLoneMail(NO_PATIENCE, seed);
    }
    assertTrue(with < without, with + " ns, " + without + " without");
  }

  private static long waitOfLoneMail(GroupCommit policy, long seed) {
    var writer = new Writer(policy, new Random(seed), 2 * MILLI);
    writer.others(100, 0.5);
    writer.run(Writer.DAY);
    return writer.urgentWaited;
  }

  /// A change that came.
  ///
  /// @param session that brings the next one when it is committed
  private record Change(long since, boolean patient, boolean session) {}

  /// A writer with its clock, which does what the policy says, and checks what it says.
  private static final class Writer {
    /// How long changes come.
    static final long DAY = 300 * MILLI;

    private final GroupCommit policy;
    private final Random random;
    private final long sync;
    private final long start;
    private final PriorityQueue<Change> coming;
    private final ArrayDeque<Change> urgent = new ArrayDeque<>();
    private final ArrayDeque<Change> patient = new ArrayDeque<>();
    private Last last = Last.NONE;
    private long now;
    private long think;
    int came;
    int committed;
    int commits;
    long urgentWaited;

    Writer(GroupCommit policy, Random random, long sync) {
      this.policy = policy;
      this.random = random;
      this.sync = sync;
      // Clocks of this kind begin anywhere, and may pass the largest number.
      this.start = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - DAY / 2;
      this.coming = new PriorityQueue<>(Comparator.comparingLong(c -> c.since - start));
      this.now = start;
    }

    /// Sessions that wait for the commit of what they brought before they bring more.
    void sessions(int count, long longestThink) {
      think = longestThink;
      for (int i = 0; i < count; i++) {
        coming.add(new Change(start + random.nextLong(think), false, true));
      }
    }

    /// Changes that come when they come.
    void others(int count, double patientShare) {
      for (int i = 0; i < count; i++) {
        boolean isPatient = random.nextDouble() < patientShare;
        coming.add(new Change(start + random.nextLong(DAY), isPatient, false));
      }
    }

    void run(long lasts) {
      while (true) {
        arrive();
        Decision decision =
            policy.next(
                new Waiting(urgent.size(), since(urgent), patient.size(), since(patient)),
                last,
                now);
        switch (decision) {
          case Sleep _ -> {
            assertTrue(urgent.isEmpty() && patient.isEmpty(), "something waits");
            if (coming.isEmpty()) {
              return;
            }
            now = coming.element().since;
          }
          case SleepFor(long nanos) -> {
            assertTrue(nanos > 0 && urgent.isEmpty());
            long next = coming.isEmpty() ? nanos : coming.element().since - now;
            now += Math.min(nanos, next);
          }
          case Gather(long nanos) -> {
            assertTrue(nanos > 0 && nanos <= policy.longestPause() && !urgent.isEmpty());
            now += nanos;
          }
          case Commit(boolean withPatient) -> commit(withPatient, lasts);
        }
      }
    }

    private void arrive() {
      while (!coming.isEmpty() && coming.element().since - now <= 0) {
        Change change = coming.remove();
        came++;
        (change.patient ? patient : urgent).add(change);
      }
    }

    private static long since(ArrayDeque<Change> changes) {
      return changes.isEmpty() ? 0 : changes.element().since;
    }

    private void commit(boolean withPatient, long lasts) {
      int size = urgent.size() + (withPatient ? patient.size() : 0);
      assertTrue(size > 0, "an empty commit");
      urgent.forEach(this::checkUrgent);
      patient.forEach(change -> checkPatient(change, withPatient));
      long took = sync + random.nextLong(sync);
      now += took;
      last = new Last(size, took, now);
      commits++;
      committed += size;
      for (Change change : urgent) {
        urgentWaited += now - change.since;
        if (change.session && now - start < lasts) {
          coming.add(new Change(now + 1 + random.nextLong(think), false, true));
        }
      }
      urgent.clear();
      if (withPatient) {
        patient.clear();
      }
    }

    /// How long the writer could have begun with a change, and did not.
    private long idle(long since) {
      return last.changes() == 0 ? now - since : Math.min(now - since, now - last.ended());
    }

    private void checkUrgent(Change change) {
      boolean crowd =
          last.changes() >= policy.crowd()
              && urgent.element().since - last.ended() < policy.crowdLasts();
      long most = crowd ? Math.min(last.took(), policy.longestPause()) : 0;
      assertTrue(idle(change.since) <= most, () -> "waits " + idle(change.since) + " for company");
    }

    private void checkPatient(Change change, boolean goes) {
      long overdue = now - change.since - policy.patience();
      boolean company =
          urgent.size() >= policy.urgentTogether() || patient.size() >= policy.patientTogether();
      if (goes) {
        assertTrue(overdue <= 0 || idle(change.since + policy.patience()) <= policy.longestPause());
        assertTrue(
            company || now - patient.element().since >= policy.patience(),
            "without company before its time");
      } else {
        assertFalse(overdue >= 0 || company, "left behind");
      }
    }
  }
}
