package net.facteur.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.facteur.server.keys.RecordWatch;
import net.facteur.server.keys.RecordWatch.State;
import net.facteur.server.keys.RecordWatch.Watched;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.keys.ZonePrinter;
import net.facteur.server.language.Language;

/// Shows the records of plans while somebody edits the zone, until every name server has them all,
/// the person types `q`, or the time is up.
final class DnsWatch {
  private static final CliTexts SAY = CliTexts.SAY;

  private final Workplace workplace;
  private final Language language;
  private final List<ZonePlan> plans;
  private final RecordWatch watch;
  private final Map<ZonePlan.Line, State> shown = new HashMap<>();
  private int drawn;

  DnsWatch(Workplace workplace, List<ZonePlan> plans, RecordWatch watch) {
    this.workplace = workplace;
    this.language = workplace.language();
    this.plans = List.copyOf(plans);
    this.watch = watch;
  }

  /// @param every the pause between two looks
  /// @param atMost the longest time
  /// @return true where all records that are looked for are there
  boolean run(Duration every, Duration atMost) throws IOException {
    PrintWriter out = workplace.out();
    Instant end = workplace.clock().instant().plus(atMost);
    out.println(SAY.watchHint().in(language));
    while (true) {
      List<Watched> records = plans.stream().flatMap(plan -> watch.look(plan).stream()).toList();
      show(records);
      if (records.stream().noneMatch(Watched::pending)) {
        out.println(SAY.watchDone().in(language));
        return true;
      }
      if (!rest(every, end)) {
        long count = records.stream().filter(Watched::pending).count();
        out.println(SAY.watchLeft(count).in(language));
        paste(records);
        return false;
      }
    }
  }

  /// On a terminal the list is drawn in its place; elsewhere what has changed is told.
  private void show(List<Watched> records) {
    PrintWriter out = workplace.out();
    if (workplace.colours()) {
      if (drawn > 0) {
        out.print("\u001b[" + drawn + "A\u001b[J");
      }
      records.forEach(record -> out.println(line(record)));
      drawn = records.size();
    } else {
      for (Watched record : records) {
        if (!record.state().equals(shown.put(record.line(), record.state()))) {
          out.println(line(record));
        }
      }
    }
    out.flush();
  }

  private String line(Watched record) {
    String name = "%-5s %s".formatted(record.line().type(), record.line().owner());
    return switch (record.state()) {
      case State.There _ -> workplace.green(mark(SAY.watchThere().in(language))) + name;
      case State.Missing(String who) ->
          workplace.red(mark(SAY.watchMissing().in(language))) + name + ": " + who;
      case State.Unknown(String why) ->
          workplace.red(mark(SAY.watchUnknown().in(language))) + name + ": " + why;
      case State.Unwatched _ -> mark(SAY.watchUnwatched().in(language)) + name;
    };
  }

  private static String mark(String word) {
    return "%-10s ".formatted(word);
  }

  /// What is still to be pasted.
  private void paste(List<Watched> records) {
    records.stream()
        .filter(Watched::pending)
        .forEach(record -> ZonePrinter.record(record.line()).forEach(workplace.out()::println));
  }

  /// @return false where the time is up or the person has typed `q`
  private boolean rest(Duration every, Instant end) throws IOException {
    for (long left = every.toMillis(); left > 0; left -= 100) {
      while (workplace.in().available() > 0) {
        int typed = workplace.in().read();
        if (typed == 'q' || typed == 'Q') {
          return false;
        }
      }
      if (!workplace.clock().instant().isBefore(end)) {
        return false;
      }
      try {
        Thread.sleep(Math.min(left, 100));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
