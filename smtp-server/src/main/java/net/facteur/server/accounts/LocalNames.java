package net.facteur.server.accounts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.routing.Addresses;

/// The names of local domains that are no users, as far as they say who may send as whom.
///
/// @param domains the local domains; a name without a domain holds for these and no others
/// @param addresses what stands for addresses and domains
/// @param postmaster who reads the mail to postmaster and abuse where nobody has that name
public record LocalNames(
    Set<DomainName> domains, Addresses addresses, Optional<String> postmaster) {
  /// None.
  public static final LocalNames NONE = new LocalNames(Set.of(), Addresses.NONE, Optional.empty());

  public LocalNames {
    domains = Set.copyOf(domains);
  }

  /// Local domains with these aliases.
  public LocalNames(
      Set<DomainName> domains, Map<String, List<String>> aliases, Optional<String> postmaster) {
    this(domains, new Addresses(aliases, Map.of(), Set.of(), Set.of(), Map.of()), postmaster);
  }
}
