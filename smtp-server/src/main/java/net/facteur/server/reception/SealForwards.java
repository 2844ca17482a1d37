package net.facteur.server.reception;

/// Which forwarded mail gets an ARC seal.
public enum SealForwards {
  /// None.
  OFF,
  /// All that leaves.
  ON,
  /// What goes to a provider that asks forwarders for it.
  AUTO
}
