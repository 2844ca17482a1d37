package net.facteur.server.quarantine;

import net.facteur.queue.MailAddress;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A recipient of a message in quarantine.
///
/// @param path as the sender gave it, with the reports that were asked for
public record KeptRecipient(ForwardPath path, Fate fate) {
  public MailAddress address() {
    return path.address();
  }

  /// True where the server is to release it as soon as it runs.
  boolean wished() {
    return fate instanceof Fate.Wished;
  }

  KeptRecipient with(Fate other) {
    return new KeptRecipient(path, other);
  }
}
