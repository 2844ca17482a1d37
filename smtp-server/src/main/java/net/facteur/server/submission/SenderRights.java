package net.facteur.server.submission;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.MailAddress;

/// Which addresses a user may send as. Asked on event loops, so an answer must come from memory.
@FunctionalInterface
public interface SenderRights {
  /// @param user the authenticated user
  /// @param address the reverse-path or an address of the From field
  boolean mayUse(String user, MailAddress address);

  /// Asks what has to be asked before [#mayUse] can answer.
  ///
  /// @return false where nobody can say now, so that mail must wait; never fails
  default CompletionStage<Boolean> prepare(String user, Collection<MailAddress> addresses) {
    return CompletableFuture.completedStage(true);
  }
}
