package net.facteur.auth.dns;

/// Where mail for a domain goes.
///
/// @param preference lower is tried first, 0 to 65535
/// @param exchange the host; the root name means "takes no mail" (RFC 7505)
/// @spec https://www.rfc-editor.org/rfc/rfc1035#section-3.3.9 RFC 1035, section 3.3.9: MX RDATA
public record MxRecord(int preference, DomainName exchange) {}
