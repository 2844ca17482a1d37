package net.facteur.auth.dane;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TlsaRecord;

/// Compares the chain that a host has shown with the usable TLSA records of its name.
///
/// @spec https://www.rfc-editor.org/rfc/rfc7671#section-5 RFC 7671, section 5: Certificate-Usage-
///   Specific DANE Updates and Guidelines
/// @spec https://www.rfc-editor.org/rfc/rfc7672#section-3.2 RFC 7672, section 3.2: Certificate
///   Matching
public final class DaneVerifier {
  /// Certificates of a chain that are looked at.
  public static final int MAX_CHAIN = 10;

  private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_PURPOSE = "2.5.29.37.0";

  private final TlsaSet set;
  private final List<DomainName> names;

  /// @param set with at least one usable record
  /// @param names the reference identifiers: the TLSA base domain first, then the next-hop domain
  public DaneVerifier(TlsaSet set, List<DomainName> names) {
    this.set = set;
    this.names = List.copyOf(names);
  }

  /// @param shown as received, the host's own certificate first
  public DaneVerdict verify(List<X509Certificate> shown, Instant now) {
    return judge(shown.stream().limit(MAX_CHAIN).map(ShownCertificate::of).toList(), now);
  }

  /// The same for certificates that nobody has read yet.
  ///
  /// @param shown DER, as received
  public DaneVerdict verifyEncoded(List<byte[]> shown, Instant now) {
    return judge(shown.stream().limit(MAX_CHAIN).map(ShownCertificate::of).toList(), now);
  }

  private DaneVerdict judge(List<Optional<ShownCertificate>> shown, Instant now) {
    if (shown.isEmpty() || shown.getFirst().isEmpty()) {
      return mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, "the host shows no certificate");
    }
    ShownCertificate leaf = shown.getFirst().get();
    for (TlsaRecord record : set.usable()) {
      // RFC 7671, 5.1: neither names nor dates matter for the host's own certificate.
      if (record.usage() == TlsaSet.DANE_EE && leaf.fits(record)) {
        return new DaneVerdict.Matched(record, 0);
      }
    }
    if (leaf.read().isEmpty()) {
      return mismatch(DaneVerdict.Cause.VALIDATION_FAILURE, "the certificate cannot be read");
    }
    return judgeAuthorities(
        shown.stream().flatMap(Optional::stream).flatMap(c -> c.read().stream()).toList(), now);
  }

  private DaneVerdict judgeAuthorities(List<X509Certificate> chain, Instant now) {
    var worst = new ArrayList<DaneVerdict.Mismatch>();
    for (TlsaRecord record : set.usable()) {
      if (record.usage() == TlsaSet.DANE_TA) {
        for (Anchor anchor : anchors(record, chain)) {
          switch (under(anchor, record, chain, now)) {
            case DaneVerdict.Matched matched -> {
              return matched;
            }
            case DaneVerdict.Mismatch mismatch -> worst.add(mismatch);
          }
        }
      }
    }
    return worst.isEmpty()
        ? mismatch(
            DaneVerdict.Cause.VALIDATION_FAILURE,
            set.usable().size() == 1
                ? "the one usable TLSA record does not match the host's certificates"
                : "none of the "
                    + set.usable().size()
                    + " usable TLSA records matches the host's certificates")
        : worst.getFirst();
  }

  private static DaneVerdict.Mismatch mismatch(DaneVerdict.Cause cause, String reason) {
    return new DaneVerdict.Mismatch(cause, reason);
  }

  /// A trust anchor: a certificate, or a bare key that has signed one of the chain.
  private record Anchor(TrustAnchor trust) {
    int depth(int pathLength) {
      return trust.getTrustedCert() == null ? pathLength - 1 : pathLength;
    }
  }

  private static List<Anchor> anchors(TlsaRecord record, List<X509Certificate> chain) {
    var found = new ArrayList<Anchor>();
    for (int depth = 1; depth < chain.size(); depth++) {
      if (ShownCertificate.of(chain.get(depth)).filter(c -> c.fits(record)).isPresent()) {
        found.add(new Anchor(new TrustAnchor(chain.get(depth), null)));
      }
    }
    if (!found.isEmpty() || record.matchingType() != TlsaSet.FULL) {
      return found;
    }
    // RFC 7671, 5.2.2: the record itself holds what the host did not send.
    if (record.selector() == TlsaSet.CERTIFICATE) {
      TlsaSet.certificate(record.association())
          .ifPresent(c -> found.add(new Anchor(new TrustAnchor(c, null))));
      return found;
    }
    Optional<PublicKey> key = TlsaSet.publicKey(record.association());
    for (int i = 0; key.isPresent() && i < chain.size(); i++) {
      if (signedBy(chain.get(i), key.get())) {
        found.add(
            new Anchor(new TrustAnchor(chain.get(i).getIssuerX500Principal(), key.get(), null)));
      }
    }
    return found;
  }

  private static boolean signedBy(X509Certificate certificate, PublicKey key) {
    try {
      certificate.verify(key);
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private DaneVerdict under(
      Anchor anchor, TlsaRecord record, List<X509Certificate> chain, Instant now) {
    X509Certificate leaf = chain.getFirst();
    Optional<DaneVerdict.Mismatch> stale = stale(anchor, chain, now);
    if (stale.isPresent()) {
      return stale.get();
    }
    int pathLength;
    try {
      var target = new X509CertSelector();
      target.setCertificate(leaf);
      var parameters = new PKIXBuilderParameters(Set.of(anchor.trust()), target);
      parameters.addCertStore(
          CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(now));
      parameters.setMaxPathLength(MAX_CHAIN);
      pathLength =
          CertPathBuilder.getInstance("PKIX")
              .build(parameters)
              .getCertPath()
              .getCertificates()
              .size();
    } catch (GeneralSecurityException e) {
      return mismatch(
          DaneVerdict.Cause.CERTIFICATE_NOT_TRUSTED,
          "no valid path from the trust anchor to the host's certificate: " + e.getMessage());
    }
    if (!forServers(leaf)) {
      return mismatch(
          DaneVerdict.Cause.CERTIFICATE_NOT_TRUSTED, "the certificate is not for a server");
    }
    // RFC 7672, 3.2.2: names do matter below a trust anchor.
    return CertificateNames.bearsAnyBelowAnchor(leaf, names)
        ? new DaneVerdict.Matched(record, anchor.depth(pathLength))
        : mismatch(
            DaneVerdict.Cause.CERTIFICATE_HOST_MISMATCH,
            "the certificate bears none of the names " + names);
  }

  private static Optional<DaneVerdict.Mismatch> stale(
      Anchor anchor, List<X509Certificate> chain, Instant now) {
    var concerned = new ArrayList<X509Certificate>();
    concerned.add(chain.getFirst());
    if (anchor.trust().getTrustedCert() != null) {
      concerned.add(anchor.trust().getTrustedCert());
    }
    for (X509Certificate certificate : concerned) {
      try {
        certificate.checkValidity(Date.from(now));
      } catch (CertificateExpiredException e) {
        return Optional.of(
            mismatch(
                DaneVerdict.Cause.CERTIFICATE_EXPIRED,
                "a certificate has expired at " + certificate.getNotAfter().toInstant()));
      } catch (CertificateNotYetValidException e) {
        return Optional.of(
            mismatch(
                DaneVerdict.Cause.CERTIFICATE_NOT_TRUSTED,
                "a certificate is valid from " + certificate.getNotBefore().toInstant()));
      }
    }
    return Optional.empty();
  }

  private static boolean forServers(X509Certificate leaf) {
    try {
      List<String> purposes = leaf.getExtendedKeyUsage();
      return purposes == null
          || purposes.contains(SERVER_AUTHENTICATION)
          || purposes.contains(ANY_PURPOSE);
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  static byte[] digest(int matchingType, byte[] octets) {
    try {
      return switch (matchingType) {
        case TlsaSet.FULL -> octets;
        case TlsaSet.SHA_256 -> MessageDigest.getInstance("SHA-256").digest(octets);
        case TlsaSet.SHA_512 -> MessageDigest.getInstance("SHA-512").digest(octets);
        default -> throw new IllegalArgumentException("unknown matching type " + matchingType);
      };
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-2", e);
    }
  }
}
