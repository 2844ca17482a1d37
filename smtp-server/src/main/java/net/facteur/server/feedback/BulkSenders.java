package net.facteur.server.feedback;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import net.facteur.queue.MailAddress;
import net.facteur.server.limits.Sending;
import net.facteur.server.limits.SendingGate;

/// Who writes to many, and to which dead addresses. In memory only: what a restart forgets is told
/// the day after. Safe for use by many threads.
final class BulkSenders {
  private static final int ACCOUNTS = 10_000;
  private static final int NAMED = 1_000;

  /// A newsletter by single mails is told of once, at its end.
  private static final Duration QUIET = Duration.ofMinutes(10);

  private final DeadAddresses dead;
  private final InstantSource clock;
  private final Map<MailAddress, Day> days = new ConcurrentHashMap<>();
  private volatile FeedbackSettings settings = FeedbackSettings.DEFAULTS;

  /// What an account did on a day.
  private record Day(Instant day, Instant last, long recipients, Set<String> dead, boolean told) {}

  /// Dead addresses that an account wrote to.
  record Due(MailAddress account, long recipients, List<DeadAddresses.Listed> dead) {}

  BulkSenders(DeadAddresses dead, InstantSource clock) {
    this.dead = dead;
    this.clock = clock;
  }

  void use(FeedbackSettings now) {
    settings = now;
  }

  SendingGate before(SendingGate gate) {
    return new SendingGate() {
      @Override
      public Verdict admit(Sending sending) {
        Verdict verdict = gate.admit(sending);
        if (!(verdict instanceof Verdict.Refused)) {
          sending.user().ifPresent(user -> note(user, sending.outside()));
        }
        return verdict;
      }

      @Override
      public String account(Sending sending) {
        return gate.account(sending);
      }

      @Override
      public void withdraw(Sending sending, Verdict verdict) {
        gate.withdraw(sending, verdict);
      }
    };
  }

  private void note(MailAddress user, List<String> outside) {
    if (settings.bulk() == 0
        || outside.isEmpty()
        || (days.size() >= ACCOUNTS && !days.containsKey(user))) {
      return;
    }
    Instant now = clock.instant();
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    days.compute(
        user,
        (_, before) -> {
          Day day =
              before == null || !before.day().equals(today)
                  ? new Day(today, now, 0, Set.of(), false)
                  : before;
          Set<String> known = new HashSet<>(day.dead());
          outside.stream()
              .filter(to -> dead.standing(to) instanceof DeadAddresses.Standing.Dead)
              .takeWhile(_ -> known.size() < NAMED)
              .forEach(known::add);
          return new Day(today, now, day.recipients() + outside.size(), known, day.told());
        });
  }

  /// Those who have to be told now, and count as told from then on.
  List<Due> due() {
    Instant now = clock.instant();
    Instant today = now.truncatedTo(ChronoUnit.DAYS);
    days.values().removeIf(day -> day.day().isBefore(today.minus(Duration.ofDays(1))));
    return days.entrySet().stream()
        .filter(entry -> isDue(entry.getValue(), now))
        .flatMap(entry -> told(entry.getKey()).stream())
        .toList();
  }

  private boolean isDue(Day day, Instant now) {
    return !day.told()
        && !day.dead().isEmpty()
        && day.recipients() >= settings.bulk()
        && !now.isBefore(day.last().plus(QUIET));
  }

  private Optional<Due> told(MailAddress account) {
    Day day =
        days.computeIfPresent(
            account,
            (_, its) -> new Day(its.day(), its.last(), its.recipients(), its.dead(), true));
    if (day == null) {
      return Optional.empty();
    }
    List<DeadAddresses.Listed> named =
        new TreeSet<>(day.dead())
            .stream()
                .flatMap(
                    address ->
                        dead.standing(address) instanceof DeadAddresses.Standing.Dead its
                            ? Optional.of(new DeadAddresses.Listed(address, its)).stream()
                            : Optional.<DeadAddresses.Listed>empty().stream())
                .toList();
    return named.isEmpty()
        ? Optional.empty()
        : Optional.of(new Due(account, day.recipients(), named));
  }
}
