package net.facteur.server.delivery;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.report.TlsReporter;

/// Walks to the hosts of a destination as a delivery would, up to the point where mail would be
/// sent, and takes leave there.
public final class DestinationProbe {
  private final DeliverySettings settings;
  private final Resolver resolver;
  private final OutboundTls tls;
  private final RandomGenerator random;

  /// @param tls its reporter is not told of what is found here
  public DestinationProbe(
      DeliverySettings settings, Resolver resolver, OutboundTls tls, RandomGenerator random) {
    this.settings = settings;
    this.resolver = resolver;
    this.tls = tls;
    this.random = random;
  }

  /// All that was met.
  ///
  /// @param problem why there is no host to try
  public record Walk(Optional<String> problem, List<Host> hosts) {
    /// Mail would get through, at least by one host.
    public boolean deliverable() {
      return hosts.stream().flatMap(h -> h.attempts().stream()).anyMatch(Attempt::ready);
    }
  }

  /// A host and what happened there.
  ///
  /// @param problem why it has no address
  public record Host(
      MxHost host, TlsDecision decision, Optional<String> problem, List<Attempt> attempts) {}

  /// A connection.
  ///
  /// @param ready mail would have been sent
  /// @param outcome the level wanted, the level got, protocol, cipher and why; or what went wrong
  /// @param chain the certificates that were shown
  public record Attempt(
      InetAddress address, boolean ready, String outcome, List<X509Certificate> chain) {}

  /// The same without a connection: the hosts, and how each would have to be protected.
  public Walk look(DomainName domain) {
    var lookup = new MxLookup(resolver, settings, random);
    tls.policy().expect(domain);
    return switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None(Failure why) -> new Walk(Optional.of(why.reply()), List.of());
      case MxLookup.Hosts.Found(List<MxHost> hosts) ->
          new Walk(
              Optional.empty(),
              hosts.stream()
                  .map(
                      host ->
                          new Host(
                              host,
                              tls.policy().decide(domain, host, TlsPolicy.Demand.NONE),
                              Optional.empty(),
                              List.of()))
                  .toList());
    };
  }

  /// @param only connect to this address in place of those of the DNS
  public Walk walk(DomainName domain, Optional<InetAddress> only) {
    var lookup = new MxLookup(resolver, settings, random);
    tls.policy().expect(domain);
    return switch (lookup.hosts(domain)) {
      case MxLookup.Hosts.None(Failure why) -> new Walk(Optional.of(why.reply()), List.of());
      case MxLookup.Hosts.Found(List<MxHost> hosts) -> {
        var met = new ArrayList<Host>();
        var watchdog = new Watchdog(Duration.ofMillis(250));
        for (MxHost host : hosts) {
          met.add(visit(domain, host, lookup, only, watchdog));
        }
        yield new Walk(Optional.empty(), met);
      }
    };
  }

  private Host visit(
      DomainName domain,
      MxHost host,
      MxLookup lookup,
      Optional<InetAddress> only,
      Watchdog watchdog) {
    var addresses = lookup.addresses(host.name());
    TlsDecision decision = tls.policy().decide(domain, host, TlsPolicy.Demand.NONE);
    if (only.isEmpty() && addresses instanceof MxLookup.Addresses.None(Failure why)) {
      return new Host(host, decision, Optional.of(why.reply()), List.of());
    }
    List<InetAddress> targets =
        only.map(List::of)
            .orElseGet(
                () ->
                    addresses instanceof MxLookup.Addresses.Found(List<InetAddress> found)
                        ? found
                        : List.of());
    var attempts = new ArrayList<Attempt>();
    for (InetAddress address : targets) {
      attempts.add(attempt(host, address, decision, watchdog));
    }
    return new Host(host, decision, Optional.empty(), attempts);
  }

  private Attempt attempt(
      MxHost host, InetAddress address, TlsDecision decision, Watchdog watchdog) {
    var chain = new AtomicReference<List<X509Certificate>>(List.of());
    ClientTls noting =
        (plain, name, offer) -> {
          ClientTls.Secured secured = tls.client().secure(plain, name, offer);
          chain.set(secured.chain());
          return secured;
        };
    var opener =
        new SessionOpener(
            settings,
            new OutboundTls(tls.policy(), noting, tls.verifier(), TlsReporter.NONE),
            watchdog,
            random);
    var endpoint =
        new Candidate.Endpoint.Tcp(
            host.name().text(), new InetSocketAddress(address, settings.port()));
    return switch (opener.open(Candidate.smtp(endpoint, decision, settings.sources()))) {
      case SessionOpener.Opening.Ready(Session session) -> {
        session.quit(settings.timeouts().quit());
        yield new Attempt(address, true, session.remote.tls(), chain.get());
      }
      case SessionOpener.Opening.Refused(Failure why) ->
          new Attempt(address, false, why.status() + " " + why.reply(), chain.get());
    };
  }
}
