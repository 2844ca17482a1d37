package net.facteur.auth.srs;

/// What becomes of an address to which a bounce was sent.
public sealed interface SrsReversal {
  /// It leads back one step: to the original sender, or to the forwarder before.
  record Reversed(String address) implements SrsReversal {}

  /// It leads nowhere.
  record Refused(SrsProblem problem) implements SrsReversal {}
}
