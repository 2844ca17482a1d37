package net.facteur.server.metrics;

import java.util.concurrent.CompletionStage;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MoreRecipients;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Refusal;

/// The door into the queue, with a clock beside it.
record WatchedQueue(MailQueue queue, Meters meters) implements MailQueue {
  @Override
  public BodyStage stage() {
    return queue.stage();
  }

  @Override
  public void expect() {
    queue.expect();
  }

  @Override
  public CompletionStage<QueueId> enqueue(NewMessage message) {
    long began = System.nanoTime();
    long octets = message.header().length + message.body().size();
    return queue
        .enqueue(message)
        .whenComplete(
            (_, failure) -> {
              if (failure == null) {
                meters.took(Metric.COMMIT, System.nanoTime() - began);
                meters.count(Metric.ACCEPTED, 1, source(message.origin()));
                meters.count(Metric.ACCEPTED_BYTES, octets);
              }
            });
  }

  @Override
  public CompletionStage<MoreRecipients.Outcome> add(MoreRecipients more) {
    return queue.add(more);
  }

  /// The first word says it.
  private static String source(String origin) {
    int space = origin.indexOf(' ');
    return space < 0 ? origin : origin.substring(0, space);
  }

  @Override
  public void refused(Refusal refusal) {
    meters.count(
        Metric.REFUSED, 1, refusal.reply().substring(0, Math.min(1, refusal.reply().length())));
    queue.refused(refusal);
  }

  @Override
  public boolean full() {
    return queue.full();
  }

  @Override
  public boolean full(long octets) {
    return queue.full(octets);
  }
}
