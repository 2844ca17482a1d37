package net.facteur.server.routing;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;

/// Who has a mailbox here. Asked on event loops, so an answer must come from memory.
@FunctionalInterface
public interface LocalUsers {
  /// @param localPart in ASCII lower case, without sub-address
  /// @param domain a local domain
  /// @return true where `localPart@domain` is a user with a mailbox
  boolean exists(String localPart, DomainName domain);

  /// Asked where [#exists] said no.
  ///
  /// @return true where nobody can say now whether there is such a user, so that mail must wait
  default boolean uncertain(String localPart, DomainName domain) {
    return false;
  }

  /// Where mail goes in place of the mailbox of that name, as far as whoever keeps the users says
  /// it: an alias, a group, a forward.
  ///
  /// @return addresses, the same one among them for the mailbox; none where it goes nowhere else
  default List<String> targets(String localPart, DomainName domain) {
    return List.of();
  }

  /// True where some users are kept elsewhere, so that they have to be asked for by [#prepare].
  default boolean elsewhere() {
    return false;
  }

  /// Asks what has to be asked before the other questions can be answered from memory.
  ///
  /// @return a stage that never fails, and completes within seconds
  default CompletionStage<Void> prepare(Collection<Name> names) {
    return CompletableFuture.completedStage(null);
  }

  /// An address of ours.
  ///
  /// @param localPart in ASCII lower case
  record Name(String localPart, DomainName domain) {}
}
