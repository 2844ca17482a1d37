package net.facteur.server.sources;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.ReverseName;

/// Tells how a host is called. May block.
@FunctionalInterface
public interface HostNames {
  /// Knows none.
  HostNames NONE = _ -> Optional.empty();

  /// Names of one address that are looked at: one address may have hundreds.
  int MOST = 3;

  /// A name that leads back to the address, since whoever has an address may give it any name.
  Optional<DomainName> of(InetAddress address);

  /// Asks the DNS.
  static HostNames in(Resolver resolver) {
    return address ->
        resolver.lookup(ReverseName.of(address), RecordType.PTR).orEmpty().stream()
            .limit(MOST)
            .filter(name -> leadsBack(resolver, name, address))
            .findFirst();
  }

  private static boolean leadsBack(Resolver resolver, DomainName name, InetAddress address) {
    List<InetAddress> leads =
        address.getAddress().length == 4
            ? List.copyOf(resolver.lookup(name, RecordType.A).orEmpty())
            : List.copyOf(resolver.lookup(name, RecordType.AAAA).orEmpty());
    return leads.stream().map(IpLiteral::unmapped).anyMatch(address::equals);
  }
}
