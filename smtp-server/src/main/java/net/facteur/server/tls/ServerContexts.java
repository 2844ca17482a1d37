package net.facteur.server.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import net.facteur.server.net.CipherSuites;

/// Builds the TLS context of a certificate: TLS 1.2 and 1.3, forward secrecy and authenticated
/// encryption only.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9325#section-4.2 RFC 9325, section 4.2: Cipher Suites
final class ServerContexts {
  private final SslProvider provider;
  private final boolean sessionTickets;
  private final SecureRandom random;

  ServerContexts(TlsSettings settings, SecureRandom random) {
    // The reference-counted flavour: memory goes when the last connection ends, not at some GC.
    this.provider =
        settings.provider() == TlsSettings.Provider.BEST && OpenSsl.isAvailable()
            ? SslProvider.OPENSSL_REFCNT
            : SslProvider.JDK;
    this.sessionTickets = settings.sessionTickets();
    this.random = random;
  }

  /// The implementation in use, for the log.
  String providerName() {
    return provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString();
  }

  SslContext build(ServerCertificate certificate) throws InvalidCertificateException {
    try {
      SslContext context =
          SslContextBuilder.forServer(
                  certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
              .sslProvider(provider)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(CipherSuites.STRONG, SupportedCipherSuiteFilter.INSTANCE)
              .build();
      applyTickets(context);
      return context;
    } catch (SSLException | IllegalArgumentException e) {
      throw new InvalidCertificateException(
          "the TLS library refuses the " + certificate + ": " + e.getMessage(), e);
    }
  }

  /// New ticket keys make the tickets of a stolen key worthless after two renewals. BoringSSL sends
  /// no ticket until a key is set; the JDK decides by its own system properties.
  void renewTicketKey(SslContext context) {
    applyTickets(context);
  }

  private void applyTickets(SslContext context) {
    if (sessionTickets && context.sessionContext() instanceof OpenSslServerSessionContext session) {
      session.setTicketKeys(ticketKey());
    }
  }

  private OpenSslSessionTicketKey ticketKey() {
    return new OpenSslSessionTicketKey(
        octets(OpenSslSessionTicketKey.NAME_SIZE),
        octets(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        octets(OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private byte[] octets(int count) {
    var octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }
}
