package net.facteur.server.keys;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;

/// Brings records about keys into the DNS, and takes them out again.
@FunctionalInterface
public interface Publisher {
  /// Sees to it that the DNS is as wanted, or on its way there. May be called again and again for
  /// the same wish.
  Result ensure(Wanted wanted);

  /// The end of a round of wishes. Whoever asks a person does it now, once for all of them; to be
  /// called after every round.
  default void roundEnds() {}

  /// What the DNS shall say at one name.
  sealed interface Wanted {
    /// The domain or host that it is about, whose zone is edited.
    DomainName domain();

    /// Where it shall stand.
    DomainName owner();

    /// One text, and no other.
    ///
    /// @param before what stands there now; empty for a new name
    record Text(DomainName domain, DomainName owner, TxtRecord text, Optional<TxtRecord> before)
        implements Wanted {}

    /// One TLSA record beside others, or not there at all.
    ///
    /// @param there whether it shall be there
    record Tlsa(DomainName domain, DomainName owner, TlsaRecord tlsa, boolean there)
        implements Wanted {
      /// As a line of a zone file.
      List<String> lines() {
        return List.of(owner + ". IN TLSA " + tlsa);
      }
    }
  }

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
