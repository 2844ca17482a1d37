package net.facteur.server.keys;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;

/// Brings key records into the DNS.
@FunctionalInterface
public interface Publisher {
  /// Sees to it that a record stands in the DNS, or is on its way there. May be called again and
  /// again for the same record.
  Result ensure(Wanted wanted);

  /// @param domain the signing domain
  /// @param owner where the record shall stand
  /// @param text what it shall say
  /// @param before what stands there now; empty for a new name
  record Wanted(DomainName domain, DomainName owner, TxtRecord text, Optional<TxtRecord> before) {}

  /// How far it came.
  sealed interface Result {
    /// The primary server has it, or a person was told.
    ///
    /// @param how for the journal
    record Handed(String how) implements Result {}

    /// Something of somebody else's stands there.
    record Conflict(String what) implements Result {}

    /// It did not work; it may later.
    record Failed(String why) implements Result {}
  }
}
