package net.facteur.auth.dane;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// The TLSA records of one name, sorted into those that can be used and those that cannot.
///
/// @param usable what a certificate is compared with, after digest agility
/// @param unusable each record that is left out, with the reason
/// @spec https://www.rfc-editor.org/rfc/rfc7671#section-9 RFC 7671, section 9: Digest Algorithm
///   Agility
public record TlsaSet(List<TlsaRecord> usable, List<Unusable> unusable) {
  static final int DANE_TA = 2;
  static final int DANE_EE = 3;
  static final int FULL = 0;
  static final int SHA_256 = 1;
  static final int SHA_512 = 2;
  static final int CERTIFICATE = 0;
  static final int PUBLIC_KEY = 1;

  /// Records looked at; what an answer holds beyond is left out. An honest set has two to ten.
  public static final int MAX_RECORDS = 1024;

  /// A record that cannot be used, and why.
  public record Unusable(TlsaRecord record, String reason) {}

  public TlsaSet {
    usable = List.copyOf(usable);
    unusable = List.copyOf(unusable);
  }

  /// Sorts the records of an answer.
  public static TlsaSet of(List<TlsaRecord> records) {
    var usable = new ArrayList<TlsaRecord>();
    var unusable = new ArrayList<Unusable>();
    for (TlsaRecord record : records.subList(0, Math.min(MAX_RECORDS, records.size()))) {
      flaw(record)
          .ifPresentOrElse(
              reason -> unusable.add(new Unusable(record, reason)), () -> usable.add(record));
    }
    return new TlsaSet(strongest(usable, unusable), unusable);
  }

  /// Of the digests of one usage and selector only the strongest counts, so that a broken digest
  /// can be left behind; the full form always counts (RFC 7671, section 9).
  private static List<TlsaRecord> strongest(List<TlsaRecord> usable, List<Unusable> unusable) {
    Map<Integer, Integer> best = new HashMap<>();
    for (TlsaRecord r : usable) {
      best.merge(r.usage() * 256 + r.selector(), r.matchingType(), Math::max);
    }
    var kept = new ArrayList<TlsaRecord>();
    for (TlsaRecord r : usable) {
      int strongest = best.getOrDefault(r.usage() * 256 + r.selector(), FULL);
      if (r.matchingType() == FULL || r.matchingType() == strongest) {
        kept.add(r);
      } else {
        unusable.add(new Unusable(r, "a stronger digest is published beside it"));
      }
    }
    return kept;
  }

  /// What makes a record unusable for SMTP, if anything.
  private static Optional<String> flaw(TlsaRecord record) {
    if (record.usage() == 0 || record.usage() == 1) {
      // RFC 7672, section 3.1.3
      return Optional.of("usage " + record.usage() + " is not for mail servers");
    }
    if (record.usage() != DANE_TA && record.usage() != DANE_EE) {
      return Optional.of("unknown usage " + record.usage());
    }
    if (record.selector() > PUBLIC_KEY) {
      return Optional.of("unknown selector " + record.selector());
    }
    int length = record.association().length;
    return switch (record.matchingType()) {
      case FULL ->
          readable(record) ? Optional.empty() : Optional.of("unreadable certificate or key");
      case SHA_256 -> digestFlaw(length, 32);
      case SHA_512 -> digestFlaw(length, 64);
      default -> Optional.of("unknown matching type " + record.matchingType());
    };
  }

  private static Optional<String> digestFlaw(int length, int right) {
    return length == right
        ? Optional.empty()
        : Optional.of("a digest of " + length + " octets in place of " + right);
  }

  private static boolean readable(TlsaRecord record) {
    return record.selector() == CERTIFICATE
        ? ShownCertificate.of(record.association()).isPresent()
        : publicKey(record.association()).isPresent();
  }

  static Optional<X509Certificate> certificate(byte[] der) {
    try {
      var in = new ByteArrayInputStream(der);
      return CertificateFactory.getInstance("X.509").generateCertificate(in)
                  instanceof X509Certificate read
              && in.available() == 0
          ? Optional.of(read)
          : Optional.empty();
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  static Optional<PublicKey> publicKey(byte[] der) {
    try {
      String algorithm =
          SubjectPublicKeyInfo.getInstance(der).getAlgorithm().getAlgorithm().getId();
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /// True where no record can be used: TLS is a must then, the certificate does not matter.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc7672#section-2.2 RFC 7672, section 2.2: Securely
  ///   Associating TLSA RRset with the destination
  public boolean allUnusable() {
    return usable.isEmpty();
  }
}
