package net.facteur.auth.dns;

/// The port to the name servers of a zone themselves, past every cache.
///
/// Who waits for a record to appear must not ask a cache: an early question plants the answer "does
/// not exist" there, for everybody. The servers of the zone keep no such answers. Like [Resolver],
/// it blocks and throws nothing for what servers or networks do.
@FunctionalInterface
public interface Authorities {
  /// Asks every authoritative server for the records of `type` at `name`, following CNAMEs.
  <T> Survey<T> ask(DomainName name, RecordType<T> type);
}
