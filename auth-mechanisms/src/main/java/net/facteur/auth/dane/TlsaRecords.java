package net.facteur.auth.dane;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import net.facteur.auth.dns.TlsaRecord;

/// The TLSA records that our own certificates need.
public final class TlsaRecords {
  private TlsaRecords() {}

  /// `3 1 1`: the digest of the host's own key. It stays right when the certificate is renewed with
  /// the same key, and is what RFC 7672, section 3.1, recommends.
  public static TlsaRecord ofKey(X509Certificate certificate) {
    return ofKey(certificate.getPublicKey());
  }

  /// `2 1 1`: the digest of the key of a certification authority. The host has to send that
  /// authority's certificate along.
  public static TlsaRecord ofAuthority(X509Certificate authority) {
    return keyDigest(TlsaSet.DANE_TA, authority.getPublicKey());
  }

  /// `3 1 1` of a key that has no certificate yet.
  public static TlsaRecord ofKey(PublicKey key) {
    return keyDigest(TlsaSet.DANE_EE, key);
  }

  private static TlsaRecord keyDigest(int usage, PublicKey key) {
    return new TlsaRecord(
        usage,
        TlsaSet.PUBLIC_KEY,
        TlsaSet.SHA_256,
        DaneVerifier.digest(TlsaSet.SHA_256, key.getEncoded()));
  }

  /// The `3 1 1` record of a chain's first certificate, and a `2 1 1` record for each further one.
  public static List<TlsaRecord> ofChain(List<X509Certificate> chain) {
    return java.util.stream.IntStream.range(0, chain.size())
        .mapToObj(i -> i == 0 ? ofKey(chain.get(i)) : ofAuthority(chain.get(i)))
        .toList();
  }
}
