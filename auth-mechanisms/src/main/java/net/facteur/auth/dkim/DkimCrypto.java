package net.facteur.auth.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// Raw signatures and hashes, by the fastest library at hand.
///
/// Libraries are tried in the order given. One that does not know an algorithm, or refuses a key
/// (libraries differ in the exponents and sizes they take), is passed over for the next, and the
/// JDK and Bouncy Castle, which take the most, stand last. Ed25519 never falls to the JDK, which is
/// some twenty times slower at it than Bouncy Castle.
///
/// Safe for use by many threads.
public final class DkimCrypto {
  /// What became of a signature's check.
  enum Check {
    VALID,
    INVALID,
    /// No library takes this key.
    KEY_REFUSED
  }

  private final List<Provider> providers;

  /// @param preferred libraries to try before the JDK's own, best first; may be empty
  public DkimCrypto(List<Provider> preferred) {
    var all = new ArrayList<>(preferred);
    Provider jdk = Security.getProvider("SunRsaSign");
    if (jdk != null) {
      all.add(jdk);
    }
    providers = List.copyOf(all);
  }

  /// The JDK and Bouncy Castle only.
  public static DkimCrypto standard() {
    return new DkimCrypto(List.of());
  }

  /// Checks a raw signature.
  ///
  /// @param octets what was signed, as [#toBeSigned] gave it
  Check verify(DkimPublicKey key, SigningAlgorithm algorithm, byte[] octets, byte[] signature) {
    for (Provider provider : providers) {
      Signature verifier;
      try {
        PublicKey publicKey = publicKey(key, provider);
        verifier = Signature.getInstance(javaName(algorithm), provider);
        verifier.initVerify(publicKey);
      } catch (GeneralSecurityException | RuntimeException e) {
        continue; // this library does not take the key; another may
      }
      try {
        verifier.update(octets);
        return verifier.verify(signature) ? Check.VALID : Check.INVALID;
      } catch (GeneralSecurityException | RuntimeException e) {
        return Check.INVALID; // such as a signature of the wrong length
      }
    }
    return lastResort(key, algorithm, octets, signature);
  }

  private static PublicKey publicKey(DkimPublicKey key, Provider provider)
      throws GeneralSecurityException {
    return switch (key) {
      case DkimPublicKey.Rsa rsa ->
          KeyFactory.getInstance("RSA", provider)
              .generatePublic(new RSAPublicKeySpec(rsa.modulus(), rsa.exponent()));
      case DkimPublicKey.Edwards edwards ->
          KeyFactory.getInstance("Ed25519", provider)
              .generatePublic(new X509EncodedKeySpec(edwards.info().octets()));
    };
  }

  private static Check lastResort(
      DkimPublicKey key, SigningAlgorithm algorithm, byte[] octets, byte[] signature) {
    boolean valid;
    try {
      valid =
          switch (key) {
            case DkimPublicKey.Rsa rsa -> bouncyRsa(rsa, algorithm, octets, signature);
            case DkimPublicKey.Edwards edwards ->
                signature.length == Ed25519.SIGNATURE_SIZE
                    && Ed25519.verify(signature, 0, edwards.octets(), 0, octets, 0, octets.length);
          };
    } catch (RuntimeException e) {
      return Check.KEY_REFUSED;
    }
    return valid ? Check.VALID : Check.INVALID;
  }

  private static boolean bouncyRsa(
      DkimPublicKey.Rsa key, SigningAlgorithm algorithm, byte[] octets, byte[] signature) {
    var verifier =
        new RSADigestSigner(
            switch (algorithm.hash()) {
              case SHA256 -> SHA256Digest.newInstance();
              case SHA1 -> new SHA1Digest();
            });
    verifier.init(false, new RSAKeyParameters(false, key.modulus(), key.exponent()));
    verifier.update(octets, 0, octets.length);
    return verifier.verifySignature(signature);
  }

  /// The private-key operation, by the first library that takes the key.
  ///
  /// @throws GeneralSecurityException where none does
  public DkimSigner.Crypto signer(DkimPrivateKey key) throws GeneralSecurityException {
    String name = javaName(key.algorithm());
    for (Provider provider : providers) {
      try {
        PrivateKey privateKey =
            KeyFactory.getInstance(factoryName(key.algorithm().keyType()), provider)
                .generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8()));
        Signature.getInstance(name, provider).initSign(privateKey);
        return octets -> sign(name, provider, privateKey, octets);
      } catch (GeneralSecurityException | RuntimeException e) {
        // this library does not take the key; another may
      }
    }
    return switch (key.algorithm().keyType()) {
      case ED25519 -> bouncyEdwards(key);
      case RSA -> throw new GeneralSecurityException("no library takes this RSA key");
    };
  }

  private static byte[] sign(String name, Provider provider, PrivateKey key, byte[] octets)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance(name, provider);
    signature.initSign(key);
    signature.update(octets);
    return signature.sign();
  }

  private static DkimSigner.Crypto bouncyEdwards(DkimPrivateKey key) {
    byte[] seed = key.seed();
    byte[] point = key.publicKey().octets();
    return octets -> {
      var signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(seed, 0, point, 0, null, octets, 0, octets.length, signature, 0);
      return signature;
    };
  }

  /// The octets that the private key signs: the header data itself for RSA, whose scheme holds the
  /// hash, and its hash for Ed25519.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8463#section-3 RFC 8463, section 3: Ed25519-SHA256
  ///   Signing Algorithm
  static byte[] toBeSigned(SigningAlgorithm algorithm, byte[] headerData) {
    return switch (algorithm.keyType()) {
      case RSA -> headerData;
      case ED25519 -> algorithm.hash().digest().digest(headerData);
    };
  }

  private static String factoryName(KeyType type) {
    return switch (type) {
      case RSA -> "RSA";
      case ED25519 -> "Ed25519";
    };
  }

  private static String javaName(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case RSA_SHA256 -> "SHA256withRSA";
      case RSA_SHA1 -> "SHA1withRSA";
      case ED25519_SHA256 -> "Ed25519";
    };
  }
}
