package net.facteur.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// A certificate with its chain and the matching key, checked.
///
/// @param names the names it is served for; never the key's business
/// @param chain the server's certificate first
/// @param key matches the first certificate
public record ServerCertificate(
    List<HostPattern> names, List<X509Certificate> chain, PrivateKey key) {
  public ServerCertificate {
    names = List.copyOf(names);
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a chain has at least the server's certificate");
    }
  }

  /// The server's own certificate.
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  /// Says nothing of the key.
  @Override
  public String toString() {
    return "certificate of " + names + ", serial " + leaf().getSerialNumber().toString(16);
  }
}
