package net.facteur.server.keys.tlsa;

import java.time.Instant;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;

/// One line of the journal of certificate keys.
///
/// @param at when
/// @param key the `3 1 1` record of the key whose state changes
/// @param transition how
/// @param reason why, for people
/// @param by who decided it
public record RollEvent(
    Instant at, TlsaRecord key, Transition transition, String reason, String by) {

  /// How the state changes.
  public sealed interface Transition {
    /// A key that is to come into service.
    ///
    /// @param certificate its certificate in the store; empty for a key that has none yet
    record Staged(Optional<String> certificate) implements Transition {}

    /// A certificate for a key that is known; where the key is in service, so is the certificate.
    record Certified(String certificate) implements Transition {}

    /// The record was handed over, or has to be looked for from the beginning.
    record Publishing() implements Transition {}

    /// All servers have it.
    ///
    /// @param until when caches have forgotten how it was before
    record Seen(Instant until) implements Transition {}

    /// All servers still have it, and caches too; or none has to.
    record Visible() implements Transition {}

    /// In service from now on; in the same moment the one before is out of it.
    record Active(Optional<TlsaRecord> before) implements Transition {}

    /// It will not come into service any more.
    record Withdrawn() implements Transition {}

    /// No server has its record.
    record Gone() implements Transition {}
  }
}
