package net.facteur.auth.dane;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import net.facteur.auth.dns.TlsaRecord;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;

/// A certificate as the peer has sent it. With usage 3 nothing but its octets matters, so it may
/// well be one that no reader of certificates takes.
///
/// @param encoded DER
/// @param key the SubjectPublicKeyInfo within, DER
/// @param read the certificate, where the platform can read it
record ShownCertificate(byte[] encoded, byte[] key, Optional<X509Certificate> read) {
  private static final int KEY_AT = 5;

  static Optional<ShownCertificate> of(byte[] der) {
    try {
      var certificate = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(der));
      var signed = ASN1Sequence.getInstance(certificate.getObjectAt(0));
      // RFC 5280, 4.1: the version may be left out
      int shift = signed.getObjectAt(0) instanceof ASN1TaggedObject ? 1 : 0;
      var key = ASN1Sequence.getInstance(signed.getObjectAt(KEY_AT + shift));
      return Optional.of(
          new ShownCertificate(der, key.getEncoded(ASN1Encoding.DER), TlsaSet.certificate(der)));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  static Optional<ShownCertificate> of(X509Certificate certificate) {
    try {
      return Optional.of(
          new ShownCertificate(
              certificate.getEncoded(),
              certificate.getPublicKey().getEncoded(),
              Optional.of(certificate)));
    } catch (CertificateEncodingException e) {
      return Optional.empty();
    }
  }

  boolean fits(TlsaRecord record) {
    byte[] selected = record.selector() == TlsaSet.CERTIFICATE ? encoded : key;
    return Arrays.equals(
        record.association(), DaneVerifier.digest(record.matchingType(), selected));
  }
}
