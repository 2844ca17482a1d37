package net.facteur.auth.dkim;

/// Takes octets in order, as a hash does.
@FunctionalInterface
interface OctetSink {
  /// Takes `length` octets from `offset` on; the array may change after the call.
  void accept(byte[] octets, int offset, int length);
}
