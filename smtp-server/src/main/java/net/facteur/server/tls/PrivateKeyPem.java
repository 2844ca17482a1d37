package net.facteur.server.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.io.pem.PemObject;

/// A private key as a file holds it: PKCS#8, and for elliptic curves with the public key in it.
/// Java leaves that one out, which the standard allows, and GnuTLS does not read the key then.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5915#section-3 RFC 5915, section 3: Elliptic Curve
///   Private Key Format
final class PrivateKeyPem {
  private PrivateKeyPem() {}

  static PemObject of(PrivateKey key) throws IOException {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
    boolean curve =
        info.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey);
    return new PemObject("PRIVATE KEY", (curve ? complete(info) : info).getEncoded());
  }

  /// RFC 5915, 3: implementations SHOULD include the public key.
  private static PrivateKeyInfo complete(PrivateKeyInfo info) throws IOException {
    ECPrivateKey half = ECPrivateKey.getInstance(info.parsePrivateKey());
    if (half.getPublicKey() != null
        || !(info.getPrivateKeyAlgorithm().getParameters() instanceof ASN1ObjectIdentifier name)) {
      return info;
    }
    X9ECParameters curve = ECNamedCurveTable.getByOID(name);
    if (curve == null) {
      return info;
    }
    BigInteger secret = half.getKey();
    byte[] point = new FixedPointCombMultiplier().multiply(curve.getG(), secret).getEncoded(false);
    return new PrivateKeyInfo(
        info.getPrivateKeyAlgorithm(),
        new ECPrivateKey(curve.getN().bitLength(), secret, new DERBitString(point), null));
  }
}
