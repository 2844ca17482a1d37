package net.facteur.auth.mtasts;

import net.facteur.auth.dns.DomainName;

/// Gets policies from their hosts.
@FunctionalInterface
public interface PolicyFetcher {
  /// Fetches the policy of `domain`, blocking the calling thread for a bounded time. Throws nothing
  /// for whatever the host does.
  PolicyFetch fetch(DomainName domain);
}
