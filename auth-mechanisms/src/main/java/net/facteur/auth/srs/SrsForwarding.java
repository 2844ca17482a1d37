package net.facteur.auth.srs;

/// What becomes of a reverse-path when its message is forwarded.
public sealed interface SrsForwarding {
  /// It is rewritten.
  ///
  /// @param address the new reverse-path
  /// @param withinLimit its local part has at most 64 octets (RFC 5321, section 4.5.3.1.1); longer
  ///   ones are taken by most hosts but need not be
  record Rewritten(String address, boolean withinLimit) implements SrsForwarding {}

  /// It is of the forwarding domain already.
  record Unchanged(String address) implements SrsForwarding {}

  /// It is no address that can be rewritten.
  record Refused(SrsProblem problem) implements SrsForwarding {}
}
