package net.facteur.auth.dns;

/// The port to the DNS.
///
/// A look-up blocks its thread until the answer is there or the implementation's time-out has
/// passed, so it belongs on a virtual thread, never on an event loop. It throws nothing for
/// whatever servers or networks do: those are [Answer]s. Implementations are safe for use by many
/// threads at once.
@FunctionalInterface
public interface Resolver {
  /// Asks for the records of `type` at `name`, following CNAMEs.
  <T> Answer<T> lookup(DomainName name, RecordType<T> type);
}
