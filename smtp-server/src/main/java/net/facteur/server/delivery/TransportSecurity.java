package net.facteur.server.delivery;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509TrustManager;
import net.facteur.auth.dns.CachingResolver;
import net.facteur.auth.dns.DnssecResolver;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.server.config.Settings;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.dns.ResolverSettings;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.TlsSettings.CertificateFiles;

/// The DNS and the TLS that the settings ask for, for the server and for commands that look at
/// destinations as the server would.
///
/// @param dnssec who proves answers
/// @param resolver the same, with a cache
/// @param authorities whom certificates are believed from
public record TransportSecurity(
    DnssecResolver dnssec, Resolver resolver, OutboundTls tls, X509TrustManager authorities) {

  /// @param policies makes the MTA-STS policies out of a resolver
  /// @throws IOException naming the file that cannot be used
  public static TransportSecurity of(
      Settings settings,
      SecureRandom random,
      InstantSource clock,
      Function<Resolver, MtaStsPolicies> policies,
      TlsReporter reporter)
      throws IOException {
    return of(settings, random, clock, policies, reporter, UnaryOperator.identity());
  }

  /// The same, watched.
  ///
  /// @param watched the same resolver, with a watch around each question to name servers
  /// @throws IOException naming the file that cannot be used
  public static TransportSecurity of(
      Settings settings,
      SecureRandom random,
      InstantSource clock,
      Function<Resolver, MtaStsPolicies> policies,
      TlsReporter reporter,
      UnaryOperator<Resolver> watched)
      throws IOException {
    var dns = ResolverSettings.from(settings);
    var dnssec = new DnssecResolver(dns.servers(), dns.proof(), random, clock);
    var resolver = new CachingResolver(watched.apply(dnssec), dns.servers(), clock);
    var outbound = OutboundTlsSettings.from(settings);
    try {
      Optional<KeyManager> identity = Optional.empty();
      var clientCertificate = outbound.clientCertificate();
      if (clientCertificate.isPresent()) {
        identity =
            Optional.of(
                CertificateAuthorities.identity(
                    CertificateFiles.of(
                        clientCertificate.get().chain(), clientCertificate.get().key())));
      }
      X509TrustManager authorities =
          outbound.authorities().isPresent()
              ? CertificateAuthorities.read(outbound.authorities().get())
              : CertificateAuthorities.platform();
      var tls =
          new OutboundTls(
              new DestinationTls(outbound.destinations(), resolver, policies.apply(resolver)),
              ClientTls.best(identity, outbound.resumption(), random),
              new PeerVerifier(authorities, clock),
              reporter);
      return new TransportSecurity(dnssec, resolver, tls, authorities);
    } catch (InvalidCertificateException e) {
      throw new StartFailedException(String.valueOf(e.getMessage()));
    }
  }
}
