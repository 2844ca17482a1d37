package net.facteur.queue;

import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/// What an operator can see of a running queue, and do to it.
///
/// Each action concerns open recipients of one message, never blocks, is logged and stands in the
/// message's journal. Its stage completes once it is on disk and in force, with the number of
/// recipients it changed, empty where no such message is queued; exceptionally with a
/// [QueueUnavailableException]. An attempt that is under way is not stopped: where it delivers,
/// that counts. Otherwise what was asked for happens when it has ended, after a restart too; until
/// then its recipients are held, and count as not changed.
///
/// `among` says which of the recipients; the age of the message is not looked at.
public interface QueueOperator extends QueueInspector {
  /// Keeps queued recipients back until [#release].
  CompletionStage<OptionalInt> hold(QueueId id, QueueFilter among);

  /// Queues held recipients, and those set aside as damaged, to be tried at once.
  CompletionStage<OptionalInt> release(QueueId id, QueueFilter among);

  /// Queues them, to be tried at `due`, or at once if that is past.
  CompletionStage<OptionalInt> release(QueueId id, QueueFilter among, Instant due);

  /// Makes queued recipients due at once, and ends the rest of their next hops where these could
  /// not be reached.
  CompletionStage<OptionalInt> retryNow(QueueId id, QueueFilter among);

  /// Forgets the recipients. Nobody is told.
  CompletionStage<OptionalInt> remove(QueueId id, QueueFilter among);

  /// Gives the recipients up: the sender is told that they failed, where a report may be sent.
  /// Those whose report cannot be written are held, and tried again.
  CompletionStage<OptionalInt> bounce(QueueId id, QueueFilter among);

  /// Gives them up for a reason that the sender is told.
  ///
  /// @param why a few words without line breaks
  CompletionStage<OptionalInt> bounce(QueueId id, QueueFilter among, String why);

  /// Sends the recipients to another next hop, at once.
  CompletionStage<OptionalInt> move(QueueId id, QueueFilter among, Destination to);
}
