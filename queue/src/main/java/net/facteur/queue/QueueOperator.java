package net.facteur.queue;

import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/// What an operator can see of a running queue, and do to it.
///
/// Each action concerns all open recipients of one message, never blocks, and is logged. Its stage
/// completes once it is on disk and in force, with the number of recipients it changed, empty where
/// no such message is queued; exceptionally with a [QueueUnavailableException]. An attempt that is
/// under way is not stopped: where it delivers, that counts.
public interface QueueOperator extends QueueInspector {
  /// Keeps queued recipients back until [#release].
  CompletionStage<OptionalInt> hold(QueueId id);

  /// Queues held recipients, and those set aside as damaged, to be tried at once.
  CompletionStage<OptionalInt> release(QueueId id);

  /// Makes queued recipients due at once, and ends the rest of their next hops where these could
  /// not be reached.
  CompletionStage<OptionalInt> retryNow(QueueId id);

  /// Forgets the recipients. Nobody is told.
  CompletionStage<OptionalInt> remove(QueueId id);

  /// Gives the recipients up: the sender is told that they failed, where a report may be sent.
  /// Those with an attempt under way, and those whose report could not be written, are held
  /// instead.
  CompletionStage<OptionalInt> bounce(QueueId id);
}
