package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Recipient;
import net.facteur.server.delivery.Candidate.Endpoint;
import net.facteur.server.routing.AddressLiteral;
import net.facteur.server.routing.NextHop;

/// The delivery agent of the server: reads the destination and uses the transport it names. Keeps
/// connections for reuse until it is closed.
public final class OutboundAgent implements DeliveryAgent, AutoCloseable {
  private static final Duration WATCHDOG_TICK = Duration.ofMillis(250);
  private static final int SUBMISSIONS = 465;

  private final DeliverySettings settings;
  private final TlsPolicy policy;
  private final DeliveryAgent mailboxes;
  private final ConnectionPool pool;
  private final SessionOpener opener;
  private final MxLookup lookup;
  private final Doubts doubts = new Doubts();

  /// @param mailboxes gets every attempt at `maildir:` destinations
  public OutboundAgent(
      DeliverySettings settings,
      Resolver resolver,
      OutboundTls tls,
      DeliveryAgent mailboxes,
      RandomGenerator random) {
    this.settings = settings;
    this.policy = tls.policy();
    this.mailboxes = mailboxes;
    this.pool = new ConnectionPool(settings.reuse(), settings.timeouts().quit());
    this.opener = new SessionOpener(settings, tls, new Watchdog(WATCHDOG_TICK), random);
    this.lookup = new MxLookup(resolver, settings, random);
  }

  @Override
  public Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt) {
    return switch (NextHop.parse(attempt.destination())) {
      case Parsed.Malformed<NextHop> _ ->
          all(attempt, Failure.of(5, 3, 5, "unknown destination " + attempt.destination()));
      case Parsed.Ok<NextHop>(NextHop hop) -> deliver(attempt, hop);
    };
  }

  private Map<Recipient, DeliveryOutcome> deliver(DeliveryAttempt attempt, NextHop hop) {
    return switch (hop) {
      case NextHop.Maildir _, NextHop.Junk _ -> mailboxes.deliver(attempt);
      case NextHop.Nowhere(NextHop.Nowhere.Reason reason) -> all(attempt, nowhere(reason));
      case NextHop.Refused(EnhancedStatusCode status, String why) ->
          all(attempt, Failure.of(status.category(), status.subject(), status.detail(), why));
      case NextHop.Mx(DomainName domain) -> mx(attempt, domain);
      case NextHop.Literal(String literal) -> literal(attempt, literal);
      case NextHop.Relay(String host, int port) -> relay(attempt, host, port);
      case NextHop.LmtpHost(String host, int port) -> lmtp(attempt, host, port);
      case NextHop.LmtpSocket(String path) -> {
        var courier = courier(attempt);
        courier.offer(Candidate.lmtp(new Endpoint.Socket(path)));
        yield courier.outcomes();
      }
    };
  }

  private static Failure nowhere(NextHop.Nowhere.Reason reason) {
    return switch (reason) {
      case UNKNOWN -> Failure.of(5, 1, 1, "there is no such mailbox here");
      // RFC 3463, section 3.5: routing loop detected
      case LOOP -> Failure.of(5, 4, 6, "the message came back to an address that had passed it on");
    };
  }

  private Map<Recipient, DeliveryOutcome> mx(DeliveryAttempt attempt, DomainName domain) {
    policy.expect(domain);
    return switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None(Failure why) -> all(attempt, why);
      case MxLookup.Hosts.Found(List<MxHost> hosts) -> {
        var courier = courier(attempt);
        for (MxHost host : hosts) {
          if (offerHost(courier, attempt, domain, host)) {
            break;
          }
        }
        yield courier.outcomes();
      }
    };
  }

  private boolean offerHost(
      CandidateDelivery courier, DeliveryAttempt attempt, DomainName domain, MxHost host) {
    return switch (lookup.addresses(host.name())) {
      case MxLookup.Addresses.None(Failure why) -> {
        courier.failed(why);
        yield false;
      }
      case MxLookup.Addresses.Ourselves(Failure why) -> {
        courier.failedAtFirst(why);
        yield true;
      }
      case MxLookup.Addresses.Found(List<InetAddress> addresses) -> {
        TlsDecision tls = policy.decide(domain, host, demand(attempt));
        yield offerAll(courier, addresses, host.name().text(), settings.port(), tls);
      }
    };
  }

  /// RFC 8689, section 4.1: REQUIRETLS goes before the header field.
  private static TlsPolicy.Demand demand(DeliveryAttempt attempt) {
    if (attempt.traits().requireTls()) {
      return TlsPolicy.Demand.REQUIRE_TLS;
    }
    return TlsRequiredField.saysNo(attempt.content().header())
        ? TlsPolicy.Demand.TLS_OPTIONAL
        : TlsPolicy.Demand.NONE;
  }

  private boolean offerAll(
      CandidateDelivery courier,
      List<InetAddress> addresses,
      String name,
      int port,
      TlsDecision tls) {
    for (InetAddress address : addresses) {
      var endpoint = new Endpoint.Tcp(name, new InetSocketAddress(address, port));
      if (courier.offer(Candidate.smtp(endpoint, tls))) {
        return true;
      }
    }
    return false;
  }

  private Map<Recipient, DeliveryOutcome> literal(DeliveryAttempt attempt, String literal) {
    var courier = courier(attempt);
    AddressLiteral.bracketed(literal)
        .filter(a -> !settings.ownAddresses().contains(a))
        .ifPresentOrElse(
            address ->
                offerAll(
                    courier,
                    List.of(address),
                    address.getHostAddress(),
                    settings.port(),
                    TlsDecision.of(new TlsRequirement.Opportunistic(), "an address literal")),
            () -> courier.failed(Failure.of(5, 4, 6, "the address is this server")));
    return courier.outcomes();
  }

  private Map<Recipient, DeliveryOutcome> relay(DeliveryAttempt attempt, String host, int port) {
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
    var courier = courier(attempt);
    for (InetAddress address : relayAddresses(courier, host)) {
      var candidate =
          new Candidate(
              new Endpoint.Tcp(host, new InetSocketAddress(address, port)),
              Candidate.Dialect.SMTP,
              TlsDecision.of(tls, "smarthost.tls"),
              implicit,
              relay.login(),
              relay.loginInClear());
      if (courier.offer(candidate)) {
        break;
      }
    }
    return courier.outcomes();
  }

  private Map<Recipient, DeliveryOutcome> lmtp(DeliveryAttempt attempt, String host, int port) {
    var courier = courier(attempt);
    for (InetAddress address : relayAddresses(courier, host)) {
      if (courier.offer(
          Candidate.lmtp(new Endpoint.Tcp(host, new InetSocketAddress(address, port))))) {
        break;
      }
    }
    return courier.outcomes();
  }

  /// Where a configured host is. That its name has no address may be our mistake, so mail waits.
  private List<InetAddress> relayAddresses(CandidateDelivery courier, String host) {
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
    courier.failed(Failure.of(4, 4, 3, "no address was found for the host " + host));
    return List.of();
  }

  private CandidateDelivery courier(DeliveryAttempt attempt) {
    return new CandidateDelivery(attempt, settings, opener, pool, doubts);
  }

  private static Map<Recipient, DeliveryOutcome> all(DeliveryAttempt attempt, Failure failure) {
    var out = new HashMap<Recipient, DeliveryOutcome>();
    attempt.recipients().forEach(r -> out.put(r, failure.outcome()));
    return out;
  }

  /// Ends the idle connections. Attempts under way go on, within their time limits.
  @Override
  public void close() {
    pool.close();
  }
}
