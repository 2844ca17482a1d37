package net.facteur.server.addresses;

/// A change of one address, as a command or a page asks for it.
public sealed interface AddressChange {
  /// An entry that must not be there yet, unless it is put in place of another.
  ///
  /// @param replace in place of whatever stands for the address
  record Put(AddressEntry entry, boolean replace) implements AddressChange {}

  /// What stands for an address goes.
  ///
  /// @param key as [AddressEntry#key] writes it
  record Remove(String key) implements AddressChange {}

  /// What becomes of a change.
  enum Outcome {
    /// It is on disk.
    DONE,
    /// Something stands for the address already; nothing was changed.
    TAKEN,
    /// Nothing stands for the address; nothing was changed.
    UNKNOWN
  }
}
