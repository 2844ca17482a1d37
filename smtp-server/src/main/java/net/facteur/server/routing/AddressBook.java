package net.facteur.server.routing;

/// Addresses that may change while the server runs. Where the settings name an address too, they
/// win. Asked on event loops, so answers must come from memory.
public interface AddressBook {
  /// A book with nothing in it.
  AddressBook EMPTY = () -> Addresses.NONE;

  /// What stands in it at this moment; the same object as long as nothing changes.
  Addresses now();

  /// True where nobody can say whether something stands there for an address that is not found, so
  /// that mail for it must wait.
  default boolean uncertain() {
    return false;
  }

  /// Two books as one: what the first one has of an address goes before what the second one has.
  static AddressBook of(AddressBook first, AddressBook second) {
    return new JoinedBook(first, second);
  }
}
