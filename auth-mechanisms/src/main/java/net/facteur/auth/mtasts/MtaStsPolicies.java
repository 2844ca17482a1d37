package net.facteur.auth.mtasts;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;

/// The MTA-STS policy of a domain, as a sender is to apply it now.
@FunctionalInterface
public interface MtaStsPolicies {
  /// No domain has one.
  MtaStsPolicies NONE = _ -> CompletableFuture.completedFuture(new MtaStsLookup.None());

  /// Looks at the cache, and at the domain where that does not answer.
  ///
  /// The stage never fails. It may take as long as a DNS look-up and an HTTPS request.
  ///
  /// @param domain the recipients' domain, or that of the smarthost
  /// @spec https://www.rfc-editor.org/rfc/rfc8461#section-3.4 RFC 8461, section 3.4: Policy
  ///   Selection for Smart Hosts and Subdomains
  CompletionStage<MtaStsLookup> policyFor(DomainName domain);
}
