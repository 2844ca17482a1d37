package net.facteur.server.zone;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.dns.Authorities;
import net.facteur.server.files.ToldException;
import net.facteur.server.keys.RecordWatch;
import net.facteur.server.keys.RecordWatch.State;
import net.facteur.server.keys.RecordWatch.Watched;
import net.facteur.server.keys.ZonePlan;

/// What one look at a zone has found.
///
/// @param at when it began
/// @param plan what should stand there
/// @param records each record of the plan, in its order, and how it stands
public record ZoneLook(Instant at, ZonePlan plan, List<Watched> records) {
  /// Records that are looked for: a look asks for no more, however many keys there are.
  public static final int MOST_RECORDS = 120;

  /// How long a look takes at most; what was not answered by then is unknown.
  public static final Duration PATIENCE = Duration.ofSeconds(45);

  /// Records that are asked for at the same time.
  private static final int AT_ONCE = 6;

  /// What is said of a record for which there was no time, as name servers say it.
  static final String NO_TIME = "no time was left to ask";

  public ZoneLook {
    records = List.copyOf(records);
  }

  /// Looks at a zone. Blocks for [#PATIENCE] at most.
  ///
  /// @param authorities ask the name servers of the zone themselves
  /// @throws ToldException where the plan has more than [#MOST_RECORDS] records
  public static ZoneLook of(ZonePlan plan, Authorities authorities, InstantSource clock)
      throws ToldException {
    return of(plan, authorities, clock, PATIENCE);
  }

  static ZoneLook of(ZonePlan plan, Authorities authorities, InstantSource clock, Duration patience)
      throws ToldException {
    Instant at = clock.instant();
    List<ZonePlan.Line> lines =
        plan.groups().stream().flatMap(group -> group.lines().stream()).toList();
    if (lines.size() > MOST_RECORDS) {
      throw new ToldException(ZoneLookTexts.SAY.tooManyRecords(MOST_RECORDS));
    }
    var watch = new RecordWatch(authorities);
    List<Callable<Watched>> questions =
        lines.stream().<Callable<Watched>>map(line -> () -> watch.look(line)).toList();
    ExecutorService askers = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
    try {
      List<Future<Watched>> answers =
          askers.invokeAll(questions, patience.toMillis(), TimeUnit.MILLISECONDS);
      var records = new ArrayList<Watched>();
      for (int i = 0; i < lines.size(); i++) {
        records.add(answer(lines.get(i), answers.get(i)));
      }
      return new ZoneLook(at, plan, records);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new ZoneLook(at, plan, lines.stream().map(ZoneLook::unknown).toList());
    } finally {
      askers.shutdownNow();
    }
  }

  private static Watched answer(ZonePlan.Line line, Future<Watched> answer)
      throws InterruptedException {
    try {
      return answer.get();
    } catch (CancellationException _) {
      return unknown(line);
    } catch (ExecutionException e) {
      throw new IllegalStateException("name servers cannot make a look fail", e.getCause());
    }
  }

  private static Watched unknown(ZonePlan.Line line) {
    return new Watched(line, new State.Unknown(NO_TIME), List.of());
  }

  /// Records that some name server does not have, or about which nobody can say anything.
  public List<Watched> amiss() {
    return records.stream().filter(Watched::pending).toList();
  }
}
