package net.facteur.server.delivery;

import net.facteur.auth.dns.DomainName;

/// Decides how mail for a domain may reach one of its hosts. May block for DNS or HTTPS.
@FunctionalInterface
public interface TlsPolicy {
  /// TLS where it is offered.
  TlsPolicy OPPORTUNISTIC = (_, _, _) -> new TlsRequirement.Opportunistic();

  /// @param domain the recipients' domain
  /// @param requireTls the message was given with REQUIRETLS (RFC 8689)
  TlsRequirement require(DomainName domain, MxHost host, boolean requireTls);
}
