package net.facteur.server.routing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// Who is local, and where everything else goes.
///
/// Addresses in tables are `local-part@domain`; a bare local part as a key holds for every local
/// domain, as a target it means the domain of the address that led to it.
///
/// @param domains the local domains, the first of which also takes `<postmaster>` without a domain;
///   none means that nothing is delivered here
/// @param hostName the name of this host, whether it is a local domain or not: mail to postmaster
///   there is taken (RFC 5321, section 4.5.1); default none
/// @param literals address literals that are this host, such as `[192.0.2.1]`: mail to postmaster
///   there is taken (RFC 5321, section 4.1.3); default none
/// @param separators the characters that may part a user from a sub-address; default `+`, empty for
///   no sub-addresses
/// @param aliases an address or local part to the addresses that stand for it, nested up to
///   `maxDepth`; an alias that names itself keeps a copy in the mailbox of that name
/// @param forwards an address or local part of a user to where the mail goes as well or instead
/// @param catchAll a local domain to the address that takes what nobody else does; default none
/// @param postmaster takes mail for postmaster and abuse of every local domain where no user or
///   alias of that name exists (RFC 5321, section 4.5.1; RFC 2142)
/// @param lmtp the LMTP server that keeps the mailboxes; empty for Maildirs of our own
/// @param relayDomains foreign domains that strangers may send mail for through us, and the host
///   that takes it (`host` or `host:port`), or an empty text for the domain's own MX; default none
/// @param smarthost `host` or `host:port` that takes all other foreign mail; empty for MX delivery
/// @param maxDepth aliases that may lead to aliases, 1 to 100, default 10
/// @param maxExpansion addresses that one recipient may become, 1 to 10,000, default 1,000
public record RoutingSettings(
    List<DomainName> domains,
    Optional<DomainName> hostName,
    Set<String> literals,
    String separators,
    Map<String, List<String>> aliases,
    Map<String, Forwarding> forwards,
    Map<DomainName, String> catchAll,
    Optional<String> postmaster,
    Optional<NextHop> lmtp,
    Map<DomainName, String> relayDomains,
    Optional<NextHop> smarthost,
    int maxDepth,
    int maxExpansion) {

  /// Those of a host whose name nobody writes to.
  public RoutingSettings(
      List<DomainName> domains,
      Set<String> literals,
      String separators,
      Map<String, List<String>> aliases,
      Map<String, Forwarding> forwards,
      Map<DomainName, String> catchAll,
      Optional<String> postmaster,
      Optional<NextHop> lmtp,
      Map<DomainName, String> relayDomains,
      Optional<NextHop> smarthost,
      int maxDepth,
      int maxExpansion) {
    this(
        domains,
        Optional.empty(),
        literals,
        separators,
        aliases,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        maxDepth,
        maxExpansion);
  }

  /// Where a user's mail goes.
  ///
  /// @param to at least one address
  /// @param keep leave a copy in the mailbox
  public record Forwarding(List<String> to, boolean keep) {
    public Forwarding {
      to = List.copyOf(to);
      if (to.isEmpty()) {
        throw new IllegalArgumentException("a forward needs an address");
      }
    }
  }

  public RoutingSettings {
    domains = List.copyOf(domains);
    literals = Set.copyOf(literals);
    aliases = Map.copyOf(aliases);
    forwards = Map.copyOf(forwards);
    catchAll = Map.copyOf(catchAll);
    relayDomains = Map.copyOf(relayDomains);
    if (maxDepth < 1 || maxDepth > 100) {
      throw new IllegalArgumentException("depth of aliases is 1 to 100");
    }
    if (maxExpansion < 1 || maxExpansion > 10_000) {
      throw new IllegalArgumentException("expansion of aliases is 1 to 10,000");
    }
  }

  /// The defaults for these local domains.
  public static RoutingSettings of(DomainName... domains) {
    return new RoutingSettings(
        List.of(domains),
        Set.of(),
        "+",
        Map.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        10,
        1000);
  }

  /// The same with other aliases.
  public RoutingSettings withAliases(Map<String, List<String>> others) {
    return new RoutingSettings(
        domains,
        hostName,
        literals,
        separators,
        others,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        maxDepth,
        maxExpansion);
  }

  /// The same for a host of this name and these address literals.
  public RoutingSettings withHost(DomainName name, Set<String> own) {
    return new RoutingSettings(
        domains,
        Optional.of(name),
        own,
        separators,
        aliases,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        maxDepth,
        maxExpansion);
  }
}
