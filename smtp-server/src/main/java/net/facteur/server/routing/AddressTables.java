package net.facteur.server.routing;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;

/// [Addresses], ready to be looked up.
public final class AddressTables {
  private final Addresses source;
  private final AddressTable<List<String>> aliases;
  private final AddressTable<RoutingSettings.Forwarding> forwards;
  private final AddressTable<Boolean> refused;
  private final AddressTable<Boolean> discarded;

  public AddressTables(Addresses source) {
    this.source = source;
    this.aliases = new AddressTable<>(source.aliases());
    this.forwards = new AddressTable<>(source.forwards());
    this.refused = AddressTable.of(source.refused());
    this.discarded = AddressTable.of(source.discarded());
  }

  boolean of(Addresses other) {
    return source.equals(other);
  }

  /// True where something stands here for an address.
  ///
  /// @param localPart in lower case
  public boolean names(String localPart, DomainName domain) {
    return alias(localPart, domain).isPresent()
        || forward(localPart, domain).isPresent()
        || refuses(localPart, domain)
        || discards(localPart, domain);
  }

  Optional<List<String>> alias(String localPart, DomainName domain) {
    return aliases.find(localPart, domain);
  }

  Optional<RoutingSettings.Forwarding> forward(String localPart, DomainName domain) {
    return forwards.find(localPart, domain);
  }

  boolean refuses(String localPart, DomainName domain) {
    return refused.find(localPart, domain).isPresent();
  }

  boolean discards(String localPart, DomainName domain) {
    return discarded.find(localPart, domain).isPresent();
  }

  /// The domain whose addresses this one has as well as its own.
  public Optional<DomainName> aliasOf(DomainName domain) {
    return Optional.ofNullable(source.domains().get(domain));
  }
}
