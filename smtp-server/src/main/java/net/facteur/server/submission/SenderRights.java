package net.facteur.server.submission;

import net.facteur.queue.MailAddress;

/// Which addresses a user may send as. Asked on event loops, so an answer must come from memory.
@FunctionalInterface
public interface SenderRights {
  /// @param user the authenticated user
  /// @param address the reverse-path or an address of the From field
  boolean mayUse(String user, MailAddress address);
}
