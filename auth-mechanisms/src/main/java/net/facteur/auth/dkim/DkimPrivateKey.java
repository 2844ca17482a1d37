package net.facteur.auth.dkim;

import java.io.IOException;
import java.io.StringReader;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/// A private key for signing, with the public key that belongs to it.
///
/// It prints nothing of itself but its kind and size.
public final class DkimPrivateKey {
  /// RSA keys below this must not be used (RFC 8301, section 3.2).
  public static final int MIN_RSA_BITS = 1024;

  /// RSA keys above this are not made; verifiers need not take them (RFC 8301, section 3.2).
  public static final int MAX_RSA_BITS = 4096;

  private static final int MAX_FILE = 64 * 1024;
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----");

  private final byte[] pkcs8;
  private final byte[] seed;
  private final DkimPublicKey publicKey;

  private DkimPrivateKey(byte[] pkcs8, byte[] seed, DkimPublicKey publicKey) {
    this.pkcs8 = pkcs8;
    this.seed = seed;
    this.publicKey = publicKey;
  }

  /// Reads a key file: PEM (PKCS#8 or PKCS#1), or the 32 octets of an Ed25519 seed in base64. Of
  /// several private keys in PEM the first counts; parameters, public keys and certificates before
  /// it do not.
  ///
  /// @param marked the whole file, at most 64 KiB; a byte order mark before it is passed over
  public static Parsed<DkimPrivateKey> parse(String marked) {
    if (marked.length() > MAX_FILE) {
      return Parsed.malformed(MAX_FILE, "a key file of at most 64 KiB");
    }
    String text = withoutMark(marked);
    if (!text.contains("-----BEGIN")) {
      return fromSeed(text);
    }
    try (var pem = new PEMParser(new StringReader(text))) {
      String expected = "a private key in PEM";
      for (Object found = pem.readObject(); found != null; found = pem.readObject()) {
        switch (found) {
          case PrivateKeyInfo info -> {
            return of(info);
          }
          case PEMKeyPair pair -> {
            return of(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ -> {
            return Parsed.malformed(0, "a private key in PEM without a passphrase");
          }
          case SubjectPublicKeyInfo _ -> expected = "a private key in PEM, not a public one";
          case X509CertificateHolder _ -> expected = "a private key in PEM, not a certificate";
          default -> {} // such as the parameters before an EC key
        }
      }
      return Parsed.malformed(0, expected);
    } catch (IOException | RuntimeException e) {
      return Parsed.malformed(0, "a private key in PEM");
    }
  }

  /// How many private keys a file in PEM holds, of whatever kind.
  public static long countIn(String text) {
    return PRIVATE_KEY.matcher(text).results().count();
  }

  /// A mark of UTF-8, which some editors write, in either way of reading a file.
  private static String withoutMark(String text) {
    if (text.startsWith("\ufeff")) {
      return text.substring(1);
    }
    return text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text;
  }

  private static Parsed<DkimPrivateKey> fromSeed(String text) {
    Optional<byte[]> seed = Base64Text.decode(withoutWhiteSpace(text));
    return seed.filter(s -> s.length == Ed25519.SECRET_KEY_SIZE)
        .map(s -> Parsed.ok(ofSeed(s)))
        .orElseGet(() -> Parsed.malformed(0, "PEM, or 32 octets in base64"));
  }

  private static String withoutWhiteSpace(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Ascii.isWsp(c) && c != '\r' && c != '\n') {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static Parsed<DkimPrivateKey> of(PrivateKeyInfo info) throws IOException {
    var kind = info.getPrivateKeyAlgorithm().getAlgorithm();
    if (kind.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      RSAPrivateKey key = RSAPrivateKey.getInstance(info.parsePrivateKey());
      var publicKey = new DkimPublicKey.Rsa(key.getModulus(), key.getPublicExponent());
      return Parsed.ok(new DkimPrivateKey(info.getEncoded(), new byte[0], publicKey));
    }
    if (kind.equals(EdECObjectIdentifiers.id_Ed25519)) {
      byte[] seed = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
      if (seed.length == Ed25519.SECRET_KEY_SIZE) {
        return Parsed.ok(ofSeed(seed));
      }
    }
    return Parsed.malformed(0, "an RSA or Ed25519 key, not one of " + name(kind));
  }

  /// Kinds of keys that people have and DKIM has no algorithm for.
  private static String name(ASN1ObjectIdentifier kind) {
    if (kind.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      return "EC (ECDSA), which DKIM does not have";
    }
    if (kind.equals(EdECObjectIdentifiers.id_Ed448)) {
      return "Ed448, which DKIM does not have";
    }
    return "the kind " + kind.getId();
  }

  private static DkimPrivateKey ofSeed(byte[] seed) {
    var point = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, point, 0);
    try {
      var algorithm = new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
      byte[] pkcs8 = new PrivateKeyInfo(algorithm, new DEROctetString(seed)).getEncoded();
      return switch (DkimPublicKey.parse(KeyType.ED25519, point)) {
        case Parsed.Ok<DkimPublicKey>(DkimPublicKey key) ->
            new DkimPrivateKey(pkcs8, seed.clone(), key);
        case Parsed.Malformed<DkimPublicKey> _ ->
            throw new IllegalStateException("a seed always gives a point of the curve");
      };
    } catch (IOException e) {
      throw new IllegalStateException("32 octets can be written as DER", e);
    }
  }

  /// Makes a key.
  ///
  /// @param bits size of an RSA key, 1024 to 4096; not looked at for Ed25519
  /// @throws IllegalArgumentException where `bits` is out of bounds
  public static DkimPrivateKey generate(KeyType type, int bits, SecureRandom random) {
    try {
      return generate(type, bits, random, KeyPairGenerator.getInstance("RSA"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK makes RSA keys", e);
    }
  }

  static DkimPrivateKey generate(
      KeyType type, int bits, SecureRandom random, KeyPairGenerator generator) {
    return switch (type) {
      case RSA -> generateRsa(bits, random, generator);
      case ED25519 -> {
        var seed = new byte[Ed25519.SECRET_KEY_SIZE];
        Ed25519.generatePrivateKey(random, seed);
        yield ofSeed(seed);
      }
    };
  }

  private static DkimPrivateKey generateRsa(
      int bits, SecureRandom random, KeyPairGenerator generator) {
    // RFC 8301, 3.2: Signers MUST use RSA keys of at least 1024 bits
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new IllegalArgumentException("an RSA key has 1024 to 4096 bits, not " + bits);
    }
    try {
      generator.initialize(bits, random);
      var info = PrivateKeyInfo.getInstance(generator.generateKeyPair().getPrivate().getEncoded());
      return of(info).toOptional().orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException("a generator's own key can be read", e);
    }
  }

  /// The algorithm such a key signs with.
  public SigningAlgorithm algorithm() {
    return SigningAlgorithm.modern(publicKey.type());
  }

  public DkimPublicKey publicKey() {
    return publicKey;
  }

  /// Length of the modulus; 256 for Ed25519.
  public int bits() {
    return publicKey.bits();
  }

  /// The record to publish for this key.
  public DkimKeyRecord record() {
    return DkimKeyRecord.of(publicKey);
  }

  /// The key as PKCS#8 in PEM. A secret: write it to files of mode 0600 only.
  public String toPem() {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  /// True where `other` signs what this one signs.
  public boolean matches(DkimPublicKey other) {
    return publicKey.equals(other);
  }

  byte[] pkcs8() {
    return pkcs8.clone();
  }

  /// The 32 octets of an Ed25519 key; empty for RSA.
  byte[] seed() {
    return seed.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DkimPrivateKey key && Arrays.equals(key.pkcs8, pkcs8);
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }

  @Override
  public String toString() {
    return publicKey.type().word() + " private key of " + bits() + " bits";
  }
}
