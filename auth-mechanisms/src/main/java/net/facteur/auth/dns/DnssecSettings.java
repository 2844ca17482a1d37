package net.facteur.auth.dns;

import java.nio.file.Path;
import java.util.Optional;

/// Whether and how DNS answers are proven.
///
/// @param validation who proves them
/// @param anchors where every proof begins
/// @param seen a file that is made once the resolvers have passed signed answers on; from then on
///   [Validation#AUTO] means [Validation#REQUIRED]. Empty to remember it only until the end
public record DnssecSettings(Validation validation, TrustAnchors anchors, Optional<Path> seen) {
  /// Our own validation where the resolvers allow it.
  public static final DnssecSettings DEFAULTS =
      new DnssecSettings(Validation.AUTO, TrustAnchors.iana(), Optional.empty());

  /// Who proves the answers.
  public enum Validation {
    /// We do, unless the resolvers pass no signatures on; once they have, always.
    AUTO,
    /// We do. Resolvers that pass no signatures on are of no use then.
    REQUIRED,
    /// A resolver on this machine, as its AD bit says, where a probe shows that it validates; else
    /// we do.
    TRUST_AD,
    /// Nobody: no answer is secure, so there is no DANE.
    OFF
  }
}
