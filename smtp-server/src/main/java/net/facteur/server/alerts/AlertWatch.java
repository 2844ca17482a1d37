package net.facteur.server.alerts;

import static net.facteur.server.alerts.AlertTexts.SAY;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.alerts.AlertCheck.Looked;
import net.facteur.server.alerts.AlertCheck.Standing;
import net.facteur.server.alerts.AlertMemory.Matter;
import net.facteur.server.counts.CountStore;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.upkeep.Upkeep;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Asks all checks each minute, and tells what is new and what is over.
public final class AlertWatch implements Upkeep.Chore {
  private static final Logger LOG = LogManager.getLogger(AlertWatch.class);

  /// How long something has to be gone before it is over, so that what comes and goes is told once.
  static final Duration CALM = Duration.ofMinutes(10);

  private static final Set<AlertRule> OF_MACHINE =
      Set.of(AlertRule.DISK, AlertRule.CERTIFICATE, AlertRule.CLOCK, AlertRule.BLOCKLIST);

  private final String host;
  private final List<AlertCheck> checks;
  private final AlertWays ways;
  private final QuietHours quiet;
  private final Opening counts;
  private final Now now;
  private final InstantSource clock;
  private final ZoneId zone;

  /// Opens the database of counts.
  @FunctionalInterface
  public interface Opening {
    CountStore open() throws IOException;
  }

  /// What stands at this moment, over all reloads.
  public static final class Now {
    private volatile Set<AlertRule> rules = Set.of();

    /// The rules by which something stands.
    public Set<AlertRule> rules() {
      return rules;
    }
  }

  /// @param host the name of this server
  /// @param zone whose clock quiet hours are of
  public AlertWatch(
      String host,
      List<AlertCheck> checks,
      AlertWays ways,
      QuietHours quiet,
      Opening counts,
      Now now,
      InstantSource clock,
      ZoneId zone) {
    this.host = host;
    this.checks = List.copyOf(checks);
    this.ways = ways;
    this.quiet = quiet;
    this.counts = counts;
    this.now = now;
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  public String name() {
    return "alerts";
  }

  @Override
  public String stamp() {
    return "";
  }

  @Override
  public void advance() throws IOException {
    Instant at = clock.instant();
    try (CountStore store = counts.open()) {
      var memory = new AlertMemory(store);
      for (AlertCheck check : checks) {
        look(check, memory, at);
      }
      Set<AlertRule> rules = EnumSet.noneOf(AlertRule.class);
      memory
          .standing()
          .forEach(
              (key, entry) -> {
                if (entry.gone().isEmpty()) {
                  rules.add(key.rule());
                }
              });
      now.rules = Set.copyOf(rules);
    }
  }

  private void look(AlertCheck check, AlertMemory memory, Instant at) throws IOException {
    Looked looked;
    try {
      looked = check.look(at);
    } catch (IOException e) {
      LOG.warn("alerts: {} cannot be looked at: {}", check.rules(), e.toString());
      return;
    }
    switch (looked) {
      case Looked.Unknown() -> {}
      case Looked.Known(List<Standing> standing) -> {
        Map<Matter, AlertEntry> kept = memory.standing();
        Map<Matter, Standing> found = new HashMap<>();
        standing.forEach(each -> found.put(key(each), each));
        for (Map.Entry<Matter, Standing> each : found.entrySet()) {
          stands(
              memory,
              each.getKey(),
              each.getValue(),
              Optional.ofNullable(kept.get(each.getKey())),
              at);
        }
        for (Map.Entry<Matter, AlertEntry> each : kept.entrySet()) {
          if (check.rules().contains(each.getKey().rule())
              && isOurs(each.getKey())
              && !found.containsKey(each.getKey())) {
            isGone(memory, each.getKey(), each.getValue(), at);
          }
        }
      }
    }
  }

  /// What is about this machine is not cleared by another one.
  private Matter key(Standing standing) {
    return new Matter(
        standing.rule(),
        OF_MACHINE.contains(standing.rule())
            ? standing.subject() + " " + host
            : standing.subject());
  }

  private boolean isOurs(Matter key) {
    return !OF_MACHINE.contains(key.rule()) || key.subject().endsWith(" " + host);
  }

  private void stands(
      AlertMemory memory, Matter key, Standing standing, Optional<AlertEntry> kept, Instant at)
      throws IOException {
    if (kept.isEmpty()) {
      memory.begin(key, AlertEntry.begun(at, standing.what()));
    }
    AlertEntry entry = kept.orElseGet(() -> AlertEntry.begun(at, standing.what()));
    if (entry.gone().isPresent()) {
      entry = entry.gone(Optional.empty());
      memory.put(key, entry);
    }
    boolean ripe = !at.isBefore(entry.since().plus(key.rule().patience()));
    if (entry.told().isPresent() || !ripe || (isQuiet(at) && !key.rule().urgent())) {
      return;
    }
    // Who claims it has its time in the entry, which others see.
    AlertEntry claimed = entry.saying(standing.what()).told(at, List.of());
    if (!memory.claim(key, false, claimed)) {
      return;
    }
    List<String> by =
        ways.tell(
            new Notice(
                SAY.subject(host, standing.what()),
                Text.paragraphs(
                    standing.why(), standing.remedy(), SAY.since(shown(entry.since())), SAY.see())),
            key.rule().stopsMail());
    if (by.isEmpty()) {
      memory.unclaim(key, false, claimed);
      return;
    }
    AlertEntry told = claimed.told(at, by);
    memory.put(key, told);
    memory.done(key, false, told);
  }

  private void isGone(AlertMemory memory, Matter key, AlertEntry entry, Instant at)
      throws IOException {
    if (entry.told().isEmpty()) {
      memory.forget(key);
      return;
    }
    if (entry.gone().isEmpty()) {
      memory.put(key, entry.gone(Optional.of(at)));
      return;
    }
    Instant gone = entry.gone().get();
    if (at.isBefore(gone.plus(CALM)) || (isQuiet(at) && !key.rule().urgent())) {
      return;
    }
    if (memory.claim(key, true, entry)) {
      // Whoever was told by a second way hears by it that it is over.
      List<String> by =
          ways.tell(
              new Notice(
                  SAY.overSubject(host, entry.what()), SAY.over(shown(entry.since()), shown(gone))),
              entry.ways().size() > 1);
      if (by.isEmpty()) {
        memory.unclaim(key, true, entry);
        return;
      }
      memory.done(key, true, entry);
    }
    memory.forget(key);
  }

  private boolean isQuiet(Instant at) {
    return quiet.contains(at.atZone(zone).toLocalTime());
  }

  private static String shown(Instant at) {
    return at.truncatedTo(ChronoUnit.MINUTES).toString();
  }

  /// Tries each way.
  ///
  /// @return how each went, by its name: empty where it got through, or why not
  public Map<String, Optional<String>> test() {
    return ways.test(new Notice(SAY.testSubject(host), SAY.test(host)));
  }
}
