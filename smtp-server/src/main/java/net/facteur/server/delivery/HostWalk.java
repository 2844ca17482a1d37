package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.delivery.Candidate.Endpoint;
import net.facteur.server.routing.AddressLiteral;
import net.facteur.server.routing.NextHop;

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

  /// The mail exchangers of any domain, as the settings of deliveries have it.
  private Way.Exchangers plain() {
    return new Way.Exchangers(
        "exchangers", settings.port(), settings.sources(), Way.LeastTls.NOTHING);
  }

  /// Where connections of a way begin.
  private List<InetAddress> sources(List<InetAddress> own) {
    return own.isEmpty() ? settings.sources() : own;
  }

  /// The names of the mail exchangers of a domain, the best first.
  List<DomainName> exchangers(DomainName domain) {
    return switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None _ -> List.of();
      case MxLookup.Hosts.Found(List<MxHost> hosts) -> hosts.stream().map(MxHost::name).toList();
    };
  }

  /// To the mail exchangers of a domain.
  void mx(HostVisitor visitor, TlsPolicy.Demand demand, DomainName domain) {
    mx(visitor, demand, domain, plain());
  }

  /// The same by a way that is set.
  void mx(HostVisitor visitor, TlsPolicy.Demand demand, DomainName domain, Way.Exchangers way) {
    policy.expect(domain);
    switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None(Failure why) -> visitor.failed(why);
      case MxLookup.Hosts.Found(List<MxHost> hosts) -> {
        for (MxHost host : hosts) {
          if (host(visitor, demand, domain, host, way)) {
            break;
          }
        }
      }
    }
  }

  private boolean host(
      HostVisitor visitor,
      TlsPolicy.Demand demand,
      DomainName domain,
      MxHost host,
      Way.Exchangers way) {
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
        TlsDecision tls = way.least().raise(policy.decide(domain, host, demand), host);
        yield all(visitor, addresses, host.name().text(), way, tls);
      }
    };
  }

  private boolean all(
      HostVisitor visitor,
      List<InetAddress> addresses,
      String name,
      Way.Exchangers way,
      TlsDecision tls) {
    for (InetAddress address : addresses) {
      var endpoint = new Endpoint.Tcp(name, new InetSocketAddress(address, way.port()));
      if (visitor.offer(Candidate.smtp(endpoint, tls, sources(way.sources())))) {
        return true;
      }
    }
    return false;
  }

  /// To the host of an address literal.
  void literal(HostVisitor visitor, String literal) {
    literal(visitor, literal, plain());
  }

  /// The same by a way that is set.
  void literal(HostVisitor visitor, String literal, Way.Exchangers way) {
    AddressLiteral.bracketed(literal)
        .filter(a -> !settings.ownAddresses().contains(a))
        .ifPresentOrElse(
            address -> all(visitor, List.of(address), address.getHostAddress(), way, least(way)),
            () -> visitor.failed(Failure.of(5, 4, 6, "the address is this server")));
  }

  /// An address literal publishes nothing, and no certificate names it.
  private static TlsDecision least(Way.Exchangers way) {
    return TlsDecision.of(
        switch (way.least()) {
          case NOTHING -> new TlsRequirement.Opportunistic();
          case ENCRYPT, VERIFIED -> new TlsRequirement.Encrypt();
        },
        "an address literal");
  }

  /// To one host.
  void relay(HostVisitor visitor, String host, int port) {
    var relay =
        settings.relays().getOrDefault(host + ":" + port, DeliverySettings.RelayHost.DEFAULT);
    relay(
        visitor,
        new Way.Host("queued", new NextHop.Relay(host, port), relay, List.of()),
        _ -> false);
  }

  /// The same by a way that is set.
  ///
  /// @param ourselves true for sockets that are this server's own
  void relay(HostVisitor visitor, Way.Host way, Predicate<InetSocketAddress> ourselves) {
    String host = way.host().host();
    int port = way.host().port();
    DeliverySettings.RelayHost relay = way.relay();
    boolean implicit = port == SUBMISSIONS || relay.tls() == DeliverySettings.RelayTls.IMPLICIT;
    TlsRequirement tls =
        switch (relay.tls()) {
          case IMPLICIT, VERIFIED -> new TlsRequirement.Verified(List.of(host));
          case ENCRYPT -> new TlsRequirement.Encrypt();
          case OPPORTUNISTIC -> new TlsRequirement.Opportunistic();
          case NONE -> new TlsRequirement.Forbidden();
        };
    for (InetAddress address : addresses(visitor, host)) {
      if (ourselves.test(new InetSocketAddress(address, port))) {
        visitor.failedAtFirst(
            Failure.of(5, 4, 6, "the host " + host + " is this server: mail loops back"));
        break;
      }
      var candidate =
          new Candidate(
              new Endpoint.Tcp(host, new InetSocketAddress(address, port)),
              Candidate.Dialect.SMTP,
              TlsDecision.of(tls, relay.word()),
              implicit,
              relay.login(),
              relay.loginInClear(),
              sources(way.sources()));
      if (visitor.offer(candidate)) {
        break;
      }
    }
  }

  /// To an LMTP server.
  void lmtp(HostVisitor visitor, String host, int port) {
    for (InetAddress address : addresses(visitor, host)) {
      if (visitor.offer(
          Candidate.lmtp(
              new Endpoint.Tcp(host, new InetSocketAddress(address, port)), settings.sources()))) {
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
