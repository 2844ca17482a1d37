package net.facteur.server.delivery;

import net.facteur.auth.dns.DomainName;

/// Decides how mail for a domain may reach one of its hosts. May block for DNS or HTTPS.
@FunctionalInterface
public interface TlsPolicy {
  /// TLS where it is offered.
  TlsPolicy OPPORTUNISTIC =
      (_, _, _) -> TlsDecision.of(new TlsRequirement.Opportunistic(), "no policy");

  /// What the message says about its protection (RFC 8689).
  enum Demand {
    /// Nothing: the recipients' domain decides.
    NONE,
    /// REQUIRETLS: protected by TLS all the way, or not delivered.
    REQUIRE_TLS,
    /// `TLS-Required: no`: better unprotected than late.
    TLS_OPTIONAL
  }

  /// @param domain the recipients' domain
  TlsDecision decide(DomainName domain, MxHost host, Demand demand);

  /// Told as soon as a domain is a destination, so that what takes long can begin.
  default void expect(DomainName domain) {}
}
