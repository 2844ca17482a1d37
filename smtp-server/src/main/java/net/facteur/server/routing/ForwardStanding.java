package net.facteur.server.routing;

import net.facteur.queue.MailAddress;

/// Whether mail still arrives where addresses here pass it on to. Asked for each address elsewhere
/// that takes the place of one here; answers from memory, at once; safe for use by many threads.
@FunctionalInterface
public interface ForwardStanding {
  /// Everything arrives, as far as anybody knows.
  ForwardStanding OPEN = _ -> Standing.OPEN;

  /// How an address elsewhere stands.
  ///
  /// @param target the address as it stands in the alias or forward
  Standing of(MailAddress target);

  /// What becomes of mail for it.
  enum Standing {
    /// It goes on.
    OPEN,
    /// It goes on to see whether it arrives again; a mailbox here gets a copy.
    TRIED,
    /// It does not go on: it stays in the mailbox, and is refused where there is none.
    RESTS
  }
}
