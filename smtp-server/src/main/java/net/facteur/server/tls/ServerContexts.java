package net.facteur.server.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import net.facteur.server.net.CipherSuites;

/// Builds the TLS context of a certificate: TLS 1.2 and 1.3, forward secrecy and authenticated
/// encryption only.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9325#section-4.2 RFC 9325, section 4.2: Cipher Suites
final class ServerContexts {
  private final SslProvider provider;

  ServerContexts(TlsSettings settings) {
    // The reference-counted flavour: memory goes when the last connection ends, not at some GC.
    this.provider =
        settings.provider() == TlsSettings.Provider.BEST && OpenSsl.isAvailable()
            ? SslProvider.OPENSSL_REFCNT
            : SslProvider.JDK;
  }

  /// The implementation in use, for the log.
  String providerName() {
    return provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString();
  }

  SslContext build(ServerCertificate certificate) throws InvalidCertificateException {
    try {
      // No session tickets: BoringSSL sends none without a key, and some large senders have refused
      // servers whose tickets they disliked.
      return SslContextBuilder.forServer(
              certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
          .sslProvider(provider)
          .protocols("TLSv1.3", "TLSv1.2")
          .ciphers(CipherSuites.STRONG, SupportedCipherSuiteFilter.INSTANCE)
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new InvalidCertificateException(
          TlsTexts.SAY.refused(certificate.toString(), String.valueOf(e.getMessage())), e);
    }
  }
}
