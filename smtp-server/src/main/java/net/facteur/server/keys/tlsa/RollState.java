package net.facteur.server.keys.tlsa;

import java.time.Instant;
import java.util.Optional;

/// Where the key of a certificate stands.
public sealed interface RollState {
  /// When the state began.
  Instant since();

  /// The word for people.
  default String word() {
    return switch (this) {
      case Staged _ -> "staged";
      case Publishing _ -> "publishing";
      case Visible _ -> "visible";
      case Active _ -> "in service";
      case Retiring _ -> "retiring";
      case Gone _ -> "gone";
    };
  }

  /// On its way to service.
  default boolean coming() {
    return switch (this) {
      case Staged _, Publishing _, Visible _ -> true;
      case Active _, Retiring _, Gone _ -> false;
    };
  }

  /// It came in, and nothing was done yet.
  record Staged(Instant since) implements RollState {}

  /// Its record was handed over.
  ///
  /// @param until set once all servers had it: then it has to stay there until this time
  record Publishing(Instant since, Optional<Instant> until) implements RollState {}

  /// It may go into service.
  record Visible(Instant since) implements RollState {}

  /// In service.
  record Active(Instant since) implements RollState {}

  /// Out of service; its record goes.
  record Retiring(Instant since) implements RollState {}

  /// Its record is gone.
  record Gone(Instant since) implements RollState {}
}
