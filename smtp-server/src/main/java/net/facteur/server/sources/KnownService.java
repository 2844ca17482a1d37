package net.facteur.server.sources;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.net.AddressBlock;

/// A service that sends mail in the names of its customers.
///
/// @param id names it in scripts
/// @param name what people call it
/// @param signs domains of its own signatures
/// @param bounces domains of its own reverse-paths
/// @param hosts where the names of its hosts end
/// @param networks from which nobody else sends
/// @param include names it in SPF; empty where SPF of the customer's domain says nothing
/// @param where the place in its pages where the domain of a customer is set up
/// @param page where it says more
public record KnownService(
    String id,
    String name,
    Kind kind,
    List<DomainName> signs,
    List<DomainName> bounces,
    List<DomainName> hosts,
    List<AddressBlock> networks,
    Optional<DomainName> include,
    String where,
    String page) {
  /// What it is used for.
  public enum Kind {
    /// Letters to many.
    NEWSLETTERS,
    /// Mail of people.
    MAILBOXES,
    /// Mail of sites, shops and help desks.
    PROGRAMS,
    /// Mailing lists.
    LISTS
  }

  public KnownService {
    signs = List.copyOf(signs);
    bounces = List.copyOf(bounces);
    hosts = List.copyOf(hosts);
    networks = List.copyOf(networks);
  }

  boolean owns(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  boolean signsAs(DomainName domain) {
    return signs.stream().anyMatch(domain::isWithin);
  }

  boolean bouncesTo(DomainName domain) {
    return bounces.stream().anyMatch(domain::isWithin);
  }

  boolean hosts(DomainName name) {
    return hosts.stream().anyMatch(name::isWithin);
  }
}
