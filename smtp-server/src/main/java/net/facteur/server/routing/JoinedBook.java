package net.facteur.server.routing;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Two books as one. What the first one has of an address goes before what the second one has. Made
/// anew only where one of them changed.
final class JoinedBook implements AddressBook {
  private final AddressBook first;
  private final AddressBook second;
  private volatile Joined joined = new Joined(Addresses.NONE, Addresses.NONE, Addresses.NONE);

  private record Joined(Addresses first, Addresses second, Addresses both) {
    boolean of(Addresses one, Addresses other) {
      return first.equals(one) && second.equals(other);
    }
  }

  JoinedBook(AddressBook first, AddressBook second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public Addresses now() {
    Addresses one = first.now();
    Addresses other = second.now();
    Joined known = joined;
    if (!known.of(one, other)) {
      known = new Joined(one, other, both(one, other));
      joined = known;
    }
    return known.both();
  }

  @Override
  public boolean uncertain() {
    return first.uncertain() || second.uncertain();
  }

  private static Addresses both(Addresses one, Addresses other) {
    return new Addresses(
        both(one.aliases(), other.aliases()),
        both(one.forwards(), other.forwards()),
        both(one.refused(), other.refused()),
        both(one.discarded(), other.discarded()),
        both(one.domains(), other.domains()));
  }

  private static <K, V> Map<K, V> both(Map<K, V> one, Map<K, V> other) {
    var all = new HashMap<>(other);
    all.putAll(one);
    return all;
  }

  private static Set<String> both(Set<String> one, Set<String> other) {
    var all = new HashSet<>(other);
    all.addAll(one);
    return all;
  }
}
