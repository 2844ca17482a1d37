package net.facteur.server.limits;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import net.facteur.server.limits.TheftSigns.Sign;

/// Something that the postmaster has to know of at once.
///
/// @param signs those of a theft, where it is one
/// @param addresses where the account sent from lately
/// @param samples messages that it sent lately, the newest first
record Incident(
    SendingAccount account,
    Reason reason,
    Set<Sign> signs,
    Allowance allowance,
    Instant at,
    long taken,
    List<String> addresses,
    List<Sample> samples) {
  Incident {
    signs = Set.copyOf(signs);
    addresses = List.copyOf(addresses);
    samples = List.copyOf(samples);
  }

  /// A message, as a stranger wrote it.
  ///
  /// @param subject empty where it has none
  /// @param recipients the first of them
  /// @param more how many are not among these
  record Sample(String subject, List<String> recipients, int more) {
    Sample {
      recipients = List.copyOf(recipients);
    }
  }

  /// Tells of it. May block.
  @FunctionalInterface
  interface Alarm {
    void raise(Incident incident);
  }
}
