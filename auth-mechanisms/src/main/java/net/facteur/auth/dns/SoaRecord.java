package net.facteur.auth.dns;

import java.time.Duration;

/// The start of a zone of authority.
///
/// @param primary the primary server (MNAME)
/// @param serial unsigned 32 bit
/// @param minimum how long a negative answer may be kept, at most the SOA's own TTL (RFC 2308)
public record SoaRecord(DomainName primary, long serial, Duration minimum) {}
