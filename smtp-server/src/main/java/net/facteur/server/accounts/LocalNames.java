package net.facteur.server.accounts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// The names of local domains that are no users, as far as they say who may send as whom.
///
/// @param domains the local domains; a name without a domain holds for these and no others
/// @param aliases an address or local part to the addresses that stand for it
/// @param postmaster who reads the mail to postmaster and abuse where nobody has that name
public record LocalNames(
    Set<DomainName> domains, Map<String, List<String>> aliases, Optional<String> postmaster) {
  /// None.
  public static final LocalNames NONE = new LocalNames(Set.of(), Map.of(), Optional.empty());

  public LocalNames {
    domains = Set.copyOf(domains);
    aliases = Map.copyOf(aliases);
  }
}
