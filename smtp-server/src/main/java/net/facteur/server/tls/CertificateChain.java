package net.facteur.server.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/// A certificate file without its key.
public final class CertificateChain {
  private static final int MAX_CERTIFICATES = 16;

  private CertificateChain() {}

  /// The certificates of a PEM file, in its order.
  ///
  /// @throws InvalidCertificateException where there are none, or too many
  public static List<X509Certificate> read(Path file) throws InvalidCertificateException {
    return PemFiles.certificates(file, MAX_CERTIFICATES);
  }
}
