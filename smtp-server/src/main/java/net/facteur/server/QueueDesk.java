package net.facteur.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector.Attempt;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Listed;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueInspector.ShownRecipient;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.RecipientState;
import net.facteur.server.admin.ServerControl;

/// What the control socket asks of the queue, in names and values.
final class QueueDesk implements ServerControl.QueueControl {
  private static final int PAGE = 500;

  private final QueueOperator queue;

  QueueDesk(QueueOperator queue) {
    this.queue = queue;
  }

  @Override
  public void list(int limit, Consumer<Map<String, Object>> out) {
    int left = limit;
    List<Listed> page = queue.list(QueueFilter.ALL, Math.clamp(left, 0, PAGE));
    while (!page.isEmpty()) {
      page.forEach(message -> out.accept(row(message)));
      left -= page.size();
      page =
          left > 0
              ? queue.list(QueueFilter.ALL, page.getLast().id(), Math.min(left, PAGE))
              : List.of();
    }
  }

  private static Map<String, Object> row(Listed message) {
    var row = new LinkedHashMap<String, Object>();
    row.put("id", message.id().text());
    row.put("received", message.received().toString());
    row.put("size", message.size());
    row.put("from", "<" + message.reversePath() + ">");
    int others = message.counts().all() - 1;
    row.put("to", "<" + message.address() + ">" + (others > 0 ? " and " + others + " more" : ""));
    row.put("state", state(message.counts()));
    row.put("attempts", message.attempts());
    row.put("next", message.nextAttempt().map(Object::toString).orElse("-"));
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

  @Override
  public Map<String, Object> show(String id) {
    if (!QueueId.isQueueId(id)) {
      return Map.of();
    }
    return queue.show(new QueueId(id)).map(QueueDesk::message).orElse(Map.of());
  }

  private static Map<String, Object> message(Shown message) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("id", message.id().text());
    shown.put("received", message.received().toString());
    message.finished().ifPresent(at -> shown.put("finished", at.toString()));
    shown.put("size", message.size());
    shown.put("origin", message.origin());
    shown.put("body", message.body());
    shown.put("smtputf8", message.smtpUtf8());
    shown.put("requiretls", message.requireTls());
    shown.put("priority", message.priority());
    message.envelopeId().ifPresent(envelopeId -> shown.put("envid", envelopeId));
    shown.put("recipients", message.recipients().stream().map(QueueDesk::recipient).toList());
    return shown;
  }

  private static Map<String, Object> recipient(ShownRecipient recipient) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("from", "<" + recipient.reversePath() + ">");
    shown.put("to", "<" + recipient.address() + ">");
    shown.put("destination", recipient.destination().text());
    shown.put("state", recipient.state().word());
    if (recipient.state() == RecipientState.QUEUED) {
      shown.put("next", recipient.nextAttempt().toString());
    }
    shown.put("attempts", recipient.attempts());
    shown.put("delay-reported", recipient.delayReported());
    recipient.last().ifPresent(last -> shown.put("last", last));
    shown.put("history", recipient.history().stream().map(QueueDesk::attempt).toList());
    return shown;
  }

  private static Map<String, Object> attempt(Attempt attempt) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("number", attempt.number());
    shown.put("at", attempt.at().toString());
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

  @Override
  public boolean act(ServerControl.Action action, String id) {
    if (!QueueId.isQueueId(id)) {
      return false;
    }
    var message = new QueueId(id);
    CompletionStage<OptionalInt> done =
        switch (action) {
          case RETRY -> queue.retryNow(message);
          case HOLD -> queue.hold(message);
          case RELEASE -> queue.release(message);
          case REMOVE -> queue.remove(message);
          case BOUNCE -> queue.bounce(message);
        };
    return done.toCompletableFuture().join().isPresent();
  }
}
