package net.facteur.server.routing;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;

/// A table keyed by address or by bare local part; the whole address goes first.
///
/// The parts of an address are compared one by one: a quoted local part may hold an `@`, and would
/// then read like a key that is somebody else's.
final class AddressTable<V> {
  private final Map<Key, V> whole = new HashMap<>();
  private final Map<String, V> bare = new HashMap<>();

  private record Key(String localPart, DomainName domain) {}

  AddressTable(Map<String, V> source) {
    source.forEach(
        (key, value) -> {
          int at = key.lastIndexOf('@');
          if (at < 0) {
            bare.put(Ascii.lower(key), value);
          } else {
            whole.put(
                new Key(Ascii.lower(key.substring(0, at)), DomainName.of(key.substring(at + 1))),
                value);
          }
        });
  }

  /// A table that says no more than that an address stands in it.
  static AddressTable<Boolean> of(Set<String> addresses) {
    return new AddressTable<>(addresses.stream().collect(Collectors.toMap(a -> a, _ -> true)));
  }

  /// What stands for an address of a local domain.
  ///
  /// @param localPart in lower case
  Optional<V> find(String localPart, DomainName domain) {
    V found = whole.get(new Key(localPart, domain));
    return Optional.ofNullable(found != null ? found : bare.get(localPart));
  }

  /// Reads a target of a table.
  ///
  /// @param near the domain of a bare local part
  static MailAddress target(String text, DomainName near) {
    int at = text.lastIndexOf('@');
    return at < 0
        ? new MailAddress(text, near.text())
        : new MailAddress(text.substring(0, at), text.substring(at + 1));
  }
}
