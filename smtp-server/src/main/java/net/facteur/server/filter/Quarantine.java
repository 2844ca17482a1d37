package net.facteur.server.filter;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.Fact;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// Keeps messages out of all mailboxes until somebody decides.
@FunctionalInterface
public interface Quarantine {
  /// Where there is none: a client may try again.
  Quarantine NONE =
      _ -> CompletableFuture.failedStage(new IllegalStateException("there is no quarantine"));

  /// Takes a message over, as the queue does: it is on the disk when the stage completes.
  ///
  /// @return a stage that fails if the message could not be kept; the body is then still the
  ///   caller's
  CompletionStage<QueueId> keep(Kept message);

  /// A message for the quarantine.
  ///
  /// @param inbound from a stranger, rather than from a user
  /// @param header with our fields on top
  /// @param handling why it is here
  /// @param origin where it came from, as the queue has it
  record Kept(
      QueueId id,
      Instant received,
      boolean inbound,
      ReversePath reversePath,
      List<ForwardPath> paths,
      byte[] header,
      StagedBody body,
      MessageTraits traits,
      Handling.Quarantine handling,
      String origin,
      List<Fact> facts) {}
}
