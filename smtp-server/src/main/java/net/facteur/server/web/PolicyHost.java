package net.facteur.server.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.https.HttpsClient;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.https.HttpsRequest;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MtaStsRecord;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.config.Settings;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.host.Signals;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.tls.SwapGuard;
import net.facteur.server.tls.TlsSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What can be done about policies without a mail server.
public final class PolicyHost {
  private static final Logger LOG = LogManager.getLogger(PolicyHost.class);

  private PolicyHost() {}

  /// Serves our policy until a signal comes.
  ///
  /// @param routes what is served
  /// @param told gets each address that is open
  /// @return the exit code
  /// @throws StartFailedException where the settings name no address or no certificate
  public static int run(
      Settings settings, Routes routes, InstantSource clock, Consumer<InetSocketAddress> told)
      throws IOException {
    List<InetSocketAddress> addresses = WebSettings.from(settings).policyListeners();
    Optional<TlsSettings> tls = TlsSettings.from(settings);
    if (addresses.isEmpty() || tls.isEmpty()) {
      throw new StartFailedException("listen.policy and a certificate in tls have to be set");
    }
    var stop = new CountDownLatch(1);
    Signals.on("TERM", stop::countDown);
    Signals.on("INT", stop::countDown);
    try (var timer = Executors.newSingleThreadScheduledExecutor();
        var certificates = new ServerCertificates(tls.get(), SwapGuard.ALLOW, clock);
        var server =
            WebServer.open(
                new ListeningSockets(InheritedSockets.NONE),
                addresses,
                List.of(),
                certificates::matching,
                () -> routes,
                clock)) {
      certificates.watch(timer);
      WebSettings.from(settings).policy().domains().stream()
          .flatMap(domain -> HttpsPolicyFetcher.policyHost(domain).stream())
          .filter(host -> certificates.matching(host.text()).isEmpty())
          .forEach(
              host ->
                  LOG.warn(
                      "no certificate in tls names {}: senders cannot read the policy there",
                      host));
      server.addresses().forEach(told);
      stop.await();
    } catch (InvalidCertificateException e) {
      throw new StartFailedException("the certificate cannot be used: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  /// The policies of others as a delivery sees them that has none in its cache. What was learnt of
  /// a domain is remembered, so that one walk asks once.
  public static MtaStsPolicies asking(Settings settings, Resolver resolver) {
    var known = new ConcurrentHashMap<DomainName, MtaStsLookup>();
    return domain ->
        CompletableFuture.completedFuture(
            known.computeIfAbsent(domain, _ -> ask(settings, resolver, domain)));
  }

  private static MtaStsLookup ask(Settings settings, Resolver resolver, DomainName domain) {
    boolean published =
        MtaStsRecord.nameFor(domain)
            .map(name -> resolver.lookup(name, RecordType.TXT).orEmpty())
            .flatMap(records -> MtaStsRecord.select(records).toOptional())
            .isPresent();
    if (!published) {
      return new MtaStsLookup.None();
    }
    try {
      return switch (fetch(Optional.of(settings), resolver, domain)) {
        case PolicyFetch.Fetched(MtaStsPolicyText policy) ->
            policy.mode() == MtaStsPolicyText.Mode.NONE
                ? new MtaStsLookup.None()
                : new MtaStsLookup.Policy(policy);
        case PolicyFetch.Failed(MtaStsLookup.Unusable failure) -> failure;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Fetches the policy of a domain as a delivery would.
  ///
  /// @param settings name the authorities to trust and the port; those of the platform and 443
  ///   without
  public static PolicyFetch fetch(Optional<Settings> settings, Resolver resolver, DomainName domain)
      throws IOException {
    int port =
        settings.map(read -> OutboundTlsSettings.from(read).mtaStsPort()).orElse(HttpsRequest.PORT);
    return new HttpsPolicyFetcher(https(settings, resolver), port).fetch(domain);
  }

  /// Asks the web, trusting the authorities that the settings name, or else those of the platform.
  ///
  /// @throws StartFailedException where they cannot be used
  public static HttpsExchange https(Optional<Settings> settings, Resolver resolver)
      throws IOException {
    try {
      var file = settings.flatMap(read -> OutboundTlsSettings.from(read).authorities());
      var authorities =
          file.isPresent()
              ? CertificateAuthorities.read(file.get())
              : CertificateAuthorities.platform();
      return new HttpsClient(
          resolver, CertificateAuthorities.context(authorities), HttpsClient.Limits.DEFAULTS);
    } catch (InvalidCertificateException e) {
      throw new StartFailedException(String.valueOf(e.getMessage()));
    }
  }
}
