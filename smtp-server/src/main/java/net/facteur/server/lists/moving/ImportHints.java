package net.facteur.server.lists.moving;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.MailAddress;

/// What whoever imports says of the source.
///
/// @param list the only list that it holds
/// @param domain of lists that are named without one
public record ImportHints(Optional<MailAddress> list, Optional<DomainName> domain) {
  /// The source says everything itself.
  public static final ImportHints NONE = new ImportHints(Optional.empty(), Optional.empty());
}
