package net.facteur.auth.message;

/// Takes octets in order, as a hash does.
@FunctionalInterface
public interface OctetSink {
  /// Takes `length` octets from `offset` on; the array is not to be changed, and may change after
  /// the call.
  void accept(byte[] octets, int offset, int length);
}
