package net.facteur.queue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The door into the queue.
public interface MailQueue {
  /// A place to collect a body in while it is received.
  BodyStage stage();

  /// Says that [#enqueue] follows at once, so that what writes can wake while the last is done to
  /// the message. A promise of nothing. Never blocks.
  default void expect() {}

  /// Takes a message over. The stage completes after the commit has reached the disk (fsync); only
  /// then may the client be told 250. It completes exceptionally with a [QueueUnavailableException]
  /// where the message could not be kept; nothing of it remains then, and the body is discarded.
  /// Never blocks for longer than it takes to hand the message to the writer, save for syncing a
  /// body that is in a file.
  CompletionStage<QueueId> enqueue(NewMessage message);

  /// Adds recipients to a message that is queued. The stage completes after the commit has reached
  /// the disk; exceptionally with a [QueueUnavailableException] where nothing was kept, and with an
  /// [UnsupportedOperationException] where a queue takes messages whole alone.
  default CompletionStage<MoreRecipients.Outcome> add(MoreRecipients more) {
    return CompletableFuture.failedStage(new UnsupportedOperationException());
  }

  /// Remembers for the history's time that mail was refused; of a flood only a part. Nothing waits
  /// for it, and a crash may lose it. Never blocks.
  default void refused(Refusal refusal) {}

  /// True where the queue is short of disk space and new mail must be refused with 452.
  boolean full();

  /// True where there is no room for so many octets more.
  default boolean full(long octets) {
    return full();
  }
}
