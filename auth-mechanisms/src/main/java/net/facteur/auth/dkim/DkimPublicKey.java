package net.facteur.auth.dkim;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import net.facteur.auth.syntax.Parsed;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A public key as a record's `p=` holds it.
public sealed interface DkimPublicKey {
  /// Most octets a key may have before it is decoded; an RSA key of 16,384 bits has 2.1 kB.
  int MAX_OCTETS = 4096;

  /// An RSA key.
  ///
  /// @param modulus at least 1
  /// @param exponent at least 1
  record Rsa(BigInteger modulus, BigInteger exponent) implements DkimPublicKey {
    @Override
    public KeyType type() {
      return KeyType.RSA;
    }

    @Override
    public int bits() {
      return modulus.bitLength();
    }

    /// The key as a SubjectPublicKeyInfo, which is what signers publish and verifiers expect.
    @Override
    public byte[] octets() {
      return info().octets();
    }

    @Override
    public SubjectInfo info() {
      try {
        var algorithm =
            new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
        return new SubjectInfo(
            new SubjectPublicKeyInfo(algorithm, new RSAPublicKey(modulus, exponent)).getEncoded());
      } catch (IOException e) {
        throw new IllegalStateException("two integers can be written as DER", e);
      }
    }
  }

  /// An Ed25519 key.
  final class Edwards implements DkimPublicKey {
    private final byte[] point;

    private Edwards(byte[] point) {
      this.point = point;
    }

    @Override
    public KeyType type() {
      return KeyType.ED25519;
    }

    @Override
    public int bits() {
      return 256;
    }

    @Override
    public byte[] octets() {
      return point.clone();
    }

    @Override
    public SubjectInfo info() {
      try {
        var algorithm = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
        return new SubjectInfo(new SubjectPublicKeyInfo(algorithm, point).getEncoded());
      } catch (IOException e) {
        throw new IllegalStateException("32 octets can be written as DER", e);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Edwards key && Arrays.equals(key.point, point);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(point);
    }

    @Override
    public String toString() {
      return "Ed25519 " + HexFormat.of().formatHex(point);
    }
  }

  /// A key as the X.509 structure that every crypto library reads.
  ///
  /// @param octets DER of the SubjectPublicKeyInfo
  record SubjectInfo(byte[] octets) {}

  KeyType type();

  /// Length of the modulus; 256 for Ed25519.
  int bits();

  /// The octets whose base64 stands in `p=`.
  byte[] octets();

  /// The key as a SubjectPublicKeyInfo.
  SubjectInfo info();

  /// Reads what base64 in `p=` stood for. An RSA key may be a SubjectPublicKeyInfo, as everybody
  /// publishes it, or an RSAPublicKey, as RFC 6376 says; an Ed25519 key is 32 octets.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6376#section-3.6.1 RFC 6376, section 3.6.1: Textual
  ///   Representation
  /// @spec https://www.rfc-editor.org/rfc/rfc8463#section-4.2 RFC 8463, section 4.2: Key records
  static Parsed<DkimPublicKey> parse(KeyType type, byte[] octets) {
    if (octets.length > MAX_OCTETS) {
      return Parsed.malformed(0, "a key of at most " + MAX_OCTETS + " octets");
    }
    return switch (type) {
      case RSA -> rsa(octets);
      case ED25519 -> edwards(octets);
    };
  }

  private static Parsed<DkimPublicKey> rsa(byte[] der) {
    try {
      ASN1Sequence outer = ASN1Sequence.getInstance(der);
      RSAPublicKey key =
          outer.size() == 2 && outer.getObjectAt(0) instanceof ASN1Integer
              ? RSAPublicKey.getInstance(outer)
              : fromInfo(SubjectPublicKeyInfo.getInstance(outer));
      if (key.getModulus().signum() <= 0 || key.getPublicExponent().signum() <= 0) {
        return Parsed.malformed(0, "an RSA key of positive numbers");
      }
      return Parsed.ok(new Rsa(key.getModulus(), key.getPublicExponent()));
    } catch (IOException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) {
      return Parsed.malformed(0, "an RSA public key in DER");
    }
  }

  private static RSAPublicKey fromInfo(SubjectPublicKeyInfo info) throws IOException {
    if (!info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      throw new IOException("not an RSA key");
    }
    return RSAPublicKey.getInstance(info.parsePublicKey());
  }

  private static Parsed<DkimPublicKey> edwards(byte[] octets) {
    boolean good =
        octets.length == Ed25519.PUBLIC_KEY_SIZE && Ed25519.validatePublicKeyPartial(octets, 0);
    return good
        ? Parsed.ok(new Edwards(octets.clone()))
        : Parsed.malformed(0, "an Ed25519 public key of 32 octets");
  }
}
