package net.facteur.server.routing;

import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// Users as a file lists them, for whoever looks without a running server.
///
/// @param users their addresses in lower case; empty if nobody can know them
/// @param incomplete there may be others, such as those of a directory
public record ListedUsers(Optional<Set<String>> users, boolean incomplete) implements LocalUsers {
  public ListedUsers {
    users = users.map(Set::copyOf);
  }

  @Override
  public boolean exists(String localPart, DomainName domain) {
    return users.filter(all -> all.contains(localPart + "@" + domain.text())).isPresent();
  }

  @Override
  public boolean uncertain(String localPart, DomainName domain) {
    return users.isEmpty() || incomplete;
  }
}
