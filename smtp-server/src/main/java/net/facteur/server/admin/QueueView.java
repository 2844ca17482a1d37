package net.facteur.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.facteur.queue.Fact;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Attempt;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.JournalEntry;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.QueueInspector.Summary;
import net.facteur.queue.QueueInspector.Waiting;
import net.facteur.queue.RecipientState;
import net.facteur.queue.Refusal;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.language.Text;
import net.facteur.server.quarantine.QuarantineView;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The queue in names and values, for people and programs; with or without a running server.
public final class QueueView {
  private static final int PAGE = 500;

  /// Octets in one line of an answer.
  private static final int CHUNK = 48 << 10;

  private static final Logger LOG = LogManager.getLogger(QueueView.class);

  private final QueueInspector queue;
  private final QuarantineView quarantine;
  private final InstantSource clock;

  /// @param quarantine where a message may be instead
  public QueueView(QueueInspector queue, QuarantineView quarantine, InstantSource clock) {
    this.queue = queue;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  /// Answers a question.
  ///
  /// @return what is wrong; empty where everything was told
  public Optional<Text> answer(ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out) {
    return switch (query) {
      case ControlRequest.QueueList(QueueSelection selection, int limit) -> {
        each(selection, limit, message -> out.accept(row(message)));
        yield Optional.empty();
      }
      case ControlRequest.QueueShow(String id) -> told(id, show(id), out);
      case ControlRequest.QueueCat(String id) -> cat(id, out);
      case ControlRequest.QueueSummary(int limit) -> {
        out.accept(summary(queue.summary(limit)));
        yield Optional.empty();
      }
      case ControlRequest.Why(String text, int limit) -> why(text, limit, out);
    };
  }

  /// What the world is told where an id is not queued.
  public static Text noSuchMessage(String id) {
    return QueueViewTexts.SAY.noSuchMessage(id);
  }

  private static Optional<Text> told(
      String id, Optional<Map<String, Object>> message, Consumer<Map<String, Object>> out) {
    message.ifPresent(out);
    return message.isPresent() ? Optional.empty() : Optional.of(noSuchMessage(id));
  }

  /// Hands over each message of a selection, the oldest first, page by page.
  public void each(QueueSelection selection, int limit, Consumer<Listed> out) {
    QueueFilter filter = selection.filter(clock.instant());
    Predicate<Listed> named =
        m -> selection.ids().isEmpty() || selection.ids().contains(m.id().text());
    int left = limit;
    List<Listed> page = queue.list(filter, PAGE);
    while (!page.isEmpty() && left > 0) {
      for (Listed message : page.stream().filter(named).limit(left).toList()) {
        out.accept(message);
        left--;
      }
      page = left > 0 ? queue.list(filter, page.getLast().id(), PAGE) : List.of();
    }
  }

  private Optional<Map<String, Object>> show(String id) {
    return QueueId.isQueueId(id)
        ? queue.show(new QueueId(id)).map(QueueView::message)
        : Optional.empty();
  }

  private Optional<Text> why(String text, int limit, Consumer<Map<String, Object>> out) {
    String wanted =
        text.startsWith("<") && text.endsWith(">") ? text.substring(1, text.length() - 1) : text;
    Optional<Map<String, Object>> one = show(wanted);
    if (one.isPresent()) {
      out.accept(one.get());
      return Optional.empty();
    }
    List<QueueId> found = queue.find(wanted, limit);
    found.forEach(id -> queue.show(id).map(QueueView::message).ifPresent(out));
    List<Refusal> refused = queue.refusals(wanted, limit);
    refused.forEach(refusal -> out.accept(refusal(refusal)));
    return !quarantined(wanted, limit, out) && found.isEmpty() && refused.isEmpty()
        ? Optional.of(QueueViewTexts.SAY.nothingKnown(text))
        : Optional.empty();
  }

  private boolean quarantined(String wanted, int limit, Consumer<Map<String, Object>> out) {
    try {
      return quarantine.why(wanted, limit, out);
    } catch (IOException e) {
      LOG.warn("the quarantine cannot be read: {}", FileTrouble.sentence(e));
      return false;
    }
  }

  private static Map<String, Object> refusal(Refusal refusal) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("refused", time(refusal.at()));
    shown.put("origin", refusal.origin());
    shown.put("from", "<" + refusal.reversePath() + ">");
    if (!refusal.address().isEmpty()) {
      shown.put("to", "<" + refusal.address() + ">");
    }
    shown.put("reply", refusal.reply());
    return shown;
  }

  private Optional<Text> cat(String id, Consumer<Map<String, Object>> out) {
    try {
      Optional<MessageContent> content =
          QueueId.isQueueId(id) ? queue.content(new QueueId(id)) : Optional.empty();
      if (content.isEmpty()) {
        return Optional.of(noSuchMessage(id));
      }
      octets(content.get().header(), out);
      try (InputStream in = content.get().openBody()) {
        for (byte[] part = in.readNBytes(CHUNK); part.length > 0; part = in.readNBytes(CHUNK)) {
          octets(part, out);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(QueueViewTexts.SAY.messageUnread(String.valueOf(e.getMessage())));
    }
  }

  private static void octets(byte[] octets, Consumer<Map<String, Object>> out) {
    out.accept(Map.of("octets", Base64.getEncoder().encodeToString(octets)));
  }

  private static Map<String, Object> summary(Summary summary) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("at", time(summary.at()));
    shown.put("queued", summary.total().queued());
    shown.put("held", summary.total().held());
    shown.put("damaged", summary.total().damaged());
    shown.put("destinations", summary.destinations());
    shown.put("fullest", summary.fullest().stream().map(w -> waiting(w, summary)).toList());
    return shown;
  }

  private static Map<String, Object> waiting(Waiting waiting, Summary summary) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("destination", waiting.destination().text());
    shown.put("queued", waiting.counts().queued());
    shown.put("held", waiting.counts().held());
    shown.put("damaged", waiting.counts().damaged());
    for (int i = 0; i < waiting.byAge().size(); i++) {
      String age =
          i < Summary.AGES.size()
              ? "up-to-" + age(Summary.AGES.get(i))
              : "over-" + age(Summary.AGES.getLast());
      shown.put(age, waiting.byAge().get(i));
    }
    shown.put("oldest", age(Duration.between(waiting.oldest(), summary.at())));
    shown.put("next", waiting.nextAttempt().map(QueueView::time).orElse("-"));
    return shown;
  }

  /// A span in its largest whole unit, `4h`.
  public static String age(Duration age) {
    if (age.toDays() > 0) {
      return age.toDays() + "d";
    }
    if (age.toHours() > 0) {
      return age.toHours() + "h";
    }
    return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
  }

  /// To the second, as logs have it.
  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> fact(Fact fact) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("what", fact.what());
    shown.put("detail", fact.detail());
    return shown;
  }

  private static Map<String, Object> entry(JournalEntry entry) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("at", time(entry.at()));
    shown.put("what", entry.what());
    shown.put("detail", entry.detail());
    return shown;
  }

  private static Map<String, Object> row(Listed message) {
    var row = new LinkedHashMap<String, Object>();
    row.put("id", message.id().text());
    row.put("received", time(message.received()));
    row.put("size", message.size());
    row.put("from", "<" + message.reversePath() + ">");
    int others = message.counts().all() - 1;
    row.put("to", "<" + message.address() + ">" + (others > 0 ? " and " + others + " more" : ""));
    row.put("state", state(message.counts()));
    row.put("attempts", message.attempts());
    row.put("next", message.nextAttempt().map(QueueView::time).orElse("-"));
    row.put("reports", message.withheld() ? "withheld" : "-");
    row.put("last", message.last().orElse("-"));
    return row;
  }

  /// One word where all recipients are in the same state, else each state with its number.
  private static String state(Counts counts) {
    var states = new LinkedHashMap<RecipientState, Integer>();
    states.put(RecipientState.QUEUED, counts.queued());
    states.put(RecipientState.HELD, counts.held());
    states.put(RecipientState.DAMAGED, counts.damaged());
    states.values().removeIf(count -> count == 0);
    if (states.size() == 1) {
      return states.sequencedKeySet().getFirst().word();
    }
    var words = new ArrayList<String>();
    states.forEach((state, count) -> words.add(count + " " + state.word()));
    return String.join(", ", words);
  }

  private static Map<String, Object> message(Shown message) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("id", message.id().text());
    shown.put("received", time(message.received()));
    message.finished().ifPresent(at -> shown.put("finished", time(at)));
    shown.put("size", message.size());
    shown.put("origin", message.origin());
    shown.put("body", message.body());
    shown.put("smtputf8", message.smtpUtf8());
    shown.put("requiretls", message.requireTls());
    shown.put("priority", message.priority());
    message.envelopeId().ifPresent(envelopeId -> shown.put("envid", envelopeId));
    message.messageId().ifPresent(messageId -> shown.put("message-id", messageId));
    shown.put("facts", message.facts().stream().map(QueueView::fact).toList());
    shown.put("journal", message.journal().stream().map(QueueView::entry).toList());
    shown.put("reports", message.reports().stream().map(QueueId::text).toList());
    shown.put("recipients", message.recipients().stream().map(QueueView::recipient).toList());
    return shown;
  }

  private static Map<String, Object> recipient(ShownRecipient recipient) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("from", "<" + recipient.reversePath() + ">");
    shown.put("to", "<" + recipient.address() + ">");
    shown.put("destination", recipient.destination().text());
    shown.put("state", recipient.state().word());
    if (recipient.state() == RecipientState.QUEUED) {
      shown.put("next", time(recipient.nextAttempt()));
    }
    shown.put("attempts", recipient.attempts());
    shown.put("delay-reported", recipient.delayReported());
    recipient.last().ifPresent(last -> shown.put("last", last));
    shown.put("history", recipient.history().stream().map(QueueView::attempt).toList());
    return shown;
  }

  private static Map<String, Object> attempt(Attempt attempt) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("number", attempt.number());
    shown.put("at", time(attempt.at()));
    shown.put("seconds", attempt.took().toMillis() / (double) Duration.ofSeconds(1).toMillis());
    shown.put("outcome", attempt.outcome());
    shown.put("status", attempt.status());
    shown.put("reply", attempt.reply());
    attempt
        .remote()
        .ifPresent(
            remote -> {
              shown.put("remote", remote.name());
              shown.put("address", remote.address());
              shown.put("tls", remote.tls());
            });
    return shown;
  }
}
