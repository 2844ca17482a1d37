package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.delivery.Candidate.Endpoint;
import net.facteur.server.routing.AddressLiteral;

/// The way to the hosts of a next hop, and how each connection is to be protected.
final class HostWalk {
  private static final int SUBMISSIONS = 465;

  private final DeliverySettings settings;
  private final TlsPolicy policy;
  private final MxLookup lookup;

  HostWalk(DeliverySettings settings, TlsPolicy policy, MxLookup lookup) {
    this.settings = settings;
    this.policy = policy;
    this.lookup = lookup;
  }

  /// To the mail exchangers of a domain.
  void mx(HostVisitor visitor, TlsPolicy.Demand demand, DomainName domain) {
    policy.expect(domain);
    switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None(Failure why) -> visitor.failed(why);
      case MxLookup.Hosts.Found(List<MxHost> hosts) -> {
        for (MxHost host : hosts) {
          if (host(visitor, demand, domain, host)) {
            break;
          }
        }
      }
    }
  }

  private boolean host(
      HostVisitor visitor, TlsPolicy.Demand demand, DomainName domain, MxHost host) {
    return switch (lookup.addresses(host.name())) {
      case MxLookup.Addresses.None(Failure why) -> {
        visitor.failed(why);
        yield false;
      }
      case MxLookup.Addresses.Ourselves(Failure why) -> {
        visitor.failedAtFirst(why);
        yield true;
      }
      case MxLookup.Addresses.Found(List<InetAddress> addresses) -> {
        TlsDecision tls = policy.decide(domain, host, demand);
        yield all(visitor, addresses, host.name().text(), settings.port(), tls);
      }
    };
  }

  private static boolean all(
      HostVisitor visitor, List<InetAddress> addresses, String name, int port, TlsDecision tls) {
    for (InetAddress address : addresses) {
      var endpoint = new Endpoint.Tcp(name, new InetSocketAddress(address, port));
      if (visitor.offer(Candidate.smtp(endpoint, tls))) {
        return true;
      }
    }
    return false;
  }

  /// To the host of an address literal.
  void literal(HostVisitor visitor, String literal) {
    AddressLiteral.bracketed(literal)
        .filter(a -> !settings.ownAddresses().contains(a))
        .ifPresentOrElse(
            address ->
                all(
                    visitor,
                    List.of(address),
                    address.getHostAddress(),
                    settings.port(),
                    TlsDecision.of(new TlsRequirement.Opportunistic(), "an address literal")),
            () -> visitor.failed(Failure.of(5, 4, 6, "the address is this server")));
  }

  /// To one host.
  void relay(HostVisitor visitor, String host, int port) {
    var relay =
        settings.relays().getOrDefault(host + ":" + port, DeliverySettings.RelayHost.DEFAULT);
    boolean implicit = port == SUBMISSIONS || relay.tls() == DeliverySettings.RelayTls.IMPLICIT;
    TlsRequirement tls =
        switch (relay.tls()) {
          case IMPLICIT, VERIFIED -> new TlsRequirement.Verified(List.of(host));
          case ENCRYPT -> new TlsRequirement.Encrypt();
          case OPPORTUNISTIC -> new TlsRequirement.Opportunistic();
          case NONE -> new TlsRequirement.Forbidden();
        };
    for (InetAddress address : addresses(visitor, host)) {
      var candidate =
          new Candidate(
              new Endpoint.Tcp(host, new InetSocketAddress(address, port)),
              Candidate.Dialect.SMTP,
              TlsDecision.of(tls, relay.word()),
              implicit,
              relay.login(),
              relay.loginInClear());
      if (visitor.offer(candidate)) {
        break;
      }
    }
  }

  /// To an LMTP server.
  void lmtp(HostVisitor visitor, String host, int port) {
    for (InetAddress address : addresses(visitor, host)) {
      if (visitor.offer(
          Candidate.lmtp(new Endpoint.Tcp(host, new InetSocketAddress(address, port))))) {
        break;
      }
    }
  }

  /// Where a configured host is. That its name has no address may be our mistake, so mail waits.
  private List<InetAddress> addresses(HostVisitor visitor, String host) {
    var literal = AddressLiteral.parse(host);
    if (literal.isPresent()) {
      return List.of(literal.get());
    }
    var name = DomainName.parse(host).toOptional();
    if (name.isPresent()
        && lookup.addresses(name.get())
            instanceof MxLookup.Addresses.Found(List<InetAddress> addresses)) {
      return addresses;
    }
    visitor.failed(Failure.of(4, 4, 3, "no address was found for the host " + host));
    return List.of();
  }
}
