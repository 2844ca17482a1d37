package net.facteur.queue.run;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.DeliveryOutcome.Failed;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReportWriter.Event;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.schedule.RetrySchedule;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.QueuedRecipient;
import net.facteur.queue.store.Settlement;
import net.facteur.queue.store.Settlement.Ending;
import net.facteur.queue.store.Settlement.Entry;
import net.facteur.queue.store.Settlement.Fate;
import net.facteur.queue.store.StoredContent;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Turns outcomes into what becomes of each recipient, and the reports that are due.
final class OutcomeRules {
  private static final Logger LOG = LogManager.getLogger(OutcomeRules.class);
  private static final Duration AFTER_REPORT_FAILURE = Duration.ofMinutes(5);

  private static final byte[] EMPTY_HEADER = {'\r', '\n'};

  private final RetrySchedule retry;
  private final ReportWriter reports;
  private final RandomGenerator random;

  OutcomeRules(QueueSettings.Retry retry, ReportWriter reports, RandomGenerator random) {
    this.retry = new RetrySchedule(retry);
    this.reports = reports;
    this.random = random;
  }

  /// Where in a report a recipient goes, if its sender is to hear of it.
  private record Ruling(Entry entry, Optional<Event> event) {}

  /// Where the message comes from, asked only where a report is due.
  interface Source {
    MessageContent content() throws IOException;
  }

  /// @param attempted false where nothing was tried
  /// @param outcomes by recipient; one that is missing counts as deferred
  /// @throws IOException from `content`
  Settlement settle(
      Consignment consignment,
      Source content,
      boolean attempted,
      Instant began,
      Instant ended,
      Map<Recipient, DeliveryOutcome> outcomes)
      throws IOException {
    var rulings = new ArrayList<Ruling>();
    for (QueuedRecipient recipient : consignment.recipients()) {
      DeliveryOutcome outcome = outcomes.getOrDefault(recipient.recipient(), unanswered());
      rulings.add(rule(consignment, recipient, outcome, ended));
    }
    return write(consignment, content, attempted, began, ended, rulings);
  }

  /// Returns recipients to the sender because an operator says so, without the message itself where
  /// it is damaged.
  ///
  /// @param why what the sender is told
  /// @throws IOException where `content` cannot be read now
  Settlement bounce(Consignment consignment, String why, Source content, Instant now)
      throws IOException {
    var outcome = new Failed(EnhancedStatusCode.of(5, 0, 0), why, Optional.empty());
    var rulings = new ArrayList<Ruling>();
    for (QueuedRecipient recipient : consignment.recipients()) {
      rulings.add(
          new Ruling(
              new Entry(recipient, outcome, new Fate.Leaves(Ending.BOUNCED)),
              wanted(recipient, Notify.FAILURE, Event.FAILED)));
    }
    return write(
        consignment,
        () -> {
          try {
            return content.content();
          } catch (DamagedMessageException e) {
            LOG.error("message id={} is damaged: {}", consignment.id(), e.getMessage());
            return new StoredContent.InMemory(EMPTY_HEADER, new StagedBody.Octets(new byte[0]));
          }
        },
        false,
        now,
        now,
        rulings);
  }

  /// How many a settlement returned because an operator said so.
  static int bounced(Settlement settlement) {
    return (int)
        settlement.entries().stream()
            .filter(e -> e.fate().equals(new Fate.Leaves(Ending.BOUNCED)))
            .count();
  }

  /// Tries recipients later whose message could not be read now, so that nothing can be told
  /// either.
  Settlement unread(Consignment consignment, Instant now, Deferred outcome) {
    List<Entry> entries =
        consignment.recipients().stream()
            .map(
                r ->
                    new Entry(
                        r,
                        outcome,
                        new Fate.Retry(now.plus(AFTER_REPORT_FAILURE), r.delayReported())))
            .toList();
    return new Settlement(consignment, false, now, Duration.ZERO, entries, List.of());
  }

  static Deferred unanswered() {
    return new Deferred(
        EnhancedStatusCode.of(4, 3, 0),
        "no answer for this recipient",
        Optional.empty(),
        false,
        Optional.empty());
  }

  private Ruling rule(
      Consignment consignment, QueuedRecipient recipient, DeliveryOutcome outcome, Instant now) {
    return switch (outcome) {
      case Delivered delivered ->
          new Ruling(
              new Entry(recipient, outcome, new Fate.Leaves(Ending.DELIVERED)),
              // RFC 3461, section 5.2: a next hop that takes NOTIFY over sends the report itself.
              delivered.relayed() && delivered.remoteReports()
                  ? Optional.empty()
                  : wanted(recipient, Notify.SUCCESS, success(consignment, delivered)));
      case Failed _ ->
          new Ruling(
              new Entry(recipient, outcome, new Fate.Leaves(Ending.FAILED)),
              wanted(recipient, Notify.FAILURE, Event.FAILED));
      case Deferred deferred -> ruleDeferred(consignment, recipient, deferred, now);
    };
  }

  private static Event success(Consignment consignment, Delivered delivered) {
    if (consignment.destination().equals(Destination.EXPANDED)) {
      return Event.EXPANDED;
    }
    return delivered.relayed() ? Event.RELAYED : Event.DELIVERED;
  }

  private Ruling ruleDeferred(
      Consignment consignment, QueuedRecipient recipient, Deferred deferred, Instant now) {
    if (retry.expired(consignment.received(), now)) {
      return new Ruling(
          new Entry(recipient, deferred, new Fate.Leaves(Ending.EXPIRED)),
          wanted(recipient, Notify.FAILURE, Event.FAILED));
    }
    boolean tell = !recipient.delayReported() && retry.delayed(consignment.received(), now);
    boolean told = recipient.delayReported() || tell;
    Instant next =
        retry.next(
            consignment.received(),
            recipient.attempts() + 1,
            now,
            deferred.retryAfter().orElse(Duration.ZERO),
            told || !recipient.recipient().wants(Notify.DELAY),
            random);
    return new Ruling(
        new Entry(recipient, deferred, new Fate.Retry(next, told)),
        tell ? wanted(recipient, Notify.DELAY, Event.DELAYED) : Optional.empty());
  }

  private static Optional<Event> wanted(QueuedRecipient recipient, Notify wish, Event event) {
    return recipient.recipient().wants(wish) ? Optional.of(event) : Optional.empty();
  }

  /// One report for each kind of news, all in one settlement.
  private Settlement write(
      Consignment consignment,
      Source content,
      boolean attempted,
      Instant began,
      Instant ended,
      List<Ruling> rulings)
      throws IOException {
    var entries = new ArrayList<Entry>();
    var news = new EnumMap<Event, List<Ruling>>(Event.class);
    var messages = new ArrayList<NewMessage>();
    for (Ruling ruling : rulings) {
      if (ruling.event().isEmpty()) {
        entries.add(ruling.entry());
      } else {
        news.computeIfAbsent(ruling.event().get(), _ -> new ArrayList<>()).add(ruling);
      }
    }
    for (Map.Entry<Event, List<Ruling>> kind : news.entrySet()) {
      boolean written =
          report(consignment, content, ended, kind.getKey(), kind.getValue(), messages);
      for (Ruling ruling : kind.getValue()) {
        entries.add(written ? ruling.entry() : unreported(ruling.entry(), ended));
      }
    }
    return new Settlement(
        consignment, attempted, began, Duration.between(began, ended), entries, messages);
  }

  /// @return false where the report should have been written and could not
  private boolean report(
      Consignment consignment,
      Source content,
      Instant now,
      Event event,
      List<Ruling> rulings,
      List<NewMessage> messages)
      throws IOException {
    // RFC 5321, section 6.1: nothing is sent about a message with a null reverse-path.
    if (consignment.reversePath() == ReversePath.Null.NULL) {
      if (event == Event.FAILED) {
        LOG.warn(
            "dropped id={} from=<> recipients={}: a report nobody can be told about",
            consignment.id(),
            rulings.size());
      }
      return true;
    }
    Optional<Instant> giveUpAt =
        event == Event.DELAYED
            ? Optional.of(retry.giveUpAt(consignment.received()))
            : Optional.empty();
    var report =
        new ReportWriter.Report(
            consignment.id(),
            consignment.reversePath(),
            content.content(),
            consignment.traits(),
            consignment.received(),
            rulings.stream()
                .map(
                    r ->
                        new ReportWriter.Entry(
                            r.entry().recipient().recipient(),
                            event,
                            r.entry().outcome(),
                            now,
                            giveUpAt))
                .toList());
    try {
      reports.report(report).ifPresent(messages::add);
      return true;
    } catch (RuntimeException e) {
      LOG.error("no report could be written about id={}", consignment.id(), e);
      return false;
    }
  }

  /// What becomes of a recipient whose report could not be written: what is delivered is not sent
  /// again; the rest stays until the report can be written.
  private static Entry unreported(Entry entry, Instant now) {
    return switch (entry.fate()) {
      case Fate.Leaves(Ending ending) when ending == Ending.DELIVERED -> entry;
      case Fate.Leaves _ ->
          new Entry(
              entry.recipient(),
              entry.outcome(),
              new Fate.Retry(now.plus(AFTER_REPORT_FAILURE), entry.recipient().delayReported()));
      case Fate.Retry(Instant next, boolean _) ->
          new Entry(
              entry.recipient(),
              entry.outcome(),
              new Fate.Retry(next, entry.recipient().delayReported()));
    };
  }
}
