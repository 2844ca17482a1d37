package net.facteur.server.routing;

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
}
