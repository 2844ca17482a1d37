package net.facteur.server.keys;

import java.time.Instant;
import java.util.Optional;

/// Where the keys of a selector stand in their life.
public sealed interface KeyState {
  /// When the state began.
  Instant since();

  /// The word for people and for the journal.
  default String word() {
    return switch (this) {
      case Generated _ -> "generated";
      case Publishing _ -> "publishing";
      case Visible _ -> "visible";
      case Active _ -> "active";
      case Retiring _ -> "retiring";
      case Revoking _ -> "revoking";
      case Revoked _ -> "revoked";
      case Revealed _ -> "revealed";
    };
  }

  /// True before a key signs for the first time.
  default boolean coming() {
    return switch (this) {
      case Generated _, Publishing _, Visible _ -> true;
      case Active _, Retiring _, Revoking _, Revoked _, Revealed _ -> false;
    };
  }

  /// Decided on; the key files are made, and the records are on their way out.
  record Generated(Instant since) implements KeyState {}

  /// The records were handed over, to a name server or to a person.
  ///
  /// @param seenUntil set once all servers agreed: then caches may go on denying the record until
  ///   this time, and the servers are asked a second time
  record Publishing(Instant since, Optional<Instant> seenUntil) implements KeyState {}

  /// Every server holds the records, twice asked. The keys may sign.
  record Visible(Instant since) implements KeyState {}

  /// Signs.
  ///
  /// @param before the selector it took over from
  /// @param proven a probe was signed and verified after the switch
  /// @param distrusted the key is compromised, and only signs until another one can
  record Active(Instant since, Optional<String> before, boolean proven, boolean distrusted)
      implements KeyState {}

  /// Signs nothing; its records stay for mail that is on its way.
  record Retiring(Instant since) implements KeyState {}

  /// The records are to say that the key is revoked.
  record Revoking(Instant since) implements KeyState {}

  /// Every server says that the key is revoked.
  record Revoked(Instant since) implements KeyState {}

  /// The private key is public, so that its signatures prove nothing any more.
  record Revealed(Instant since) implements KeyState {}
}
