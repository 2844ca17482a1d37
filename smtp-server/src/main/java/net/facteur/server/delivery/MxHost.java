package net.facteur.server.delivery;

import net.facteur.auth.dns.DomainName;

/// A host that takes mail for a domain.
///
/// @param name as the MX record names it, or the domain itself where there is no MX
/// @param preference lower is tried first
/// @param secure the MX answer, or that there is none, was validated by DNSSEC
/// @param owner the domain that has the MX records, after any CNAMEs
public record MxHost(DomainName name, int preference, boolean secure, DomainName owner) {}
