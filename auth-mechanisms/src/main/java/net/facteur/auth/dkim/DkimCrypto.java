package net.facteur.auth.dkim;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.TxtRecord;
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

  /// Keys that are remembered; a large one takes some 5 kB, with what libraries compute for it.
  private static final int MAX_KEYS = 1000;

  private final List<Provider> providers;

  private final KnownKeys records = new KnownKeys();

  /// Public keys as the first library that takes them holds them; empty where none does. A library
  /// spends as long on making a key ready as on using it, and few signers send most mail.
  private final Cache<Wanted, Optional<Ready>> keys =
      Caffeine.newBuilder().maximumSize(MAX_KEYS).executor(Runnable::run).build();

  private record Wanted(DkimPublicKey key, SigningAlgorithm algorithm) {}

  private record Ready(Provider provider, PublicKey key) {}

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

  /// The record and key of a text that stands in the DNS.
  KnownKeys.Known read(TxtRecord txt) {
    return records.read(txt);
  }

  /// Checks a raw signature.
  ///
  /// @param octets what was signed, as [#toBeSigned] gave it
  Check verify(DkimPublicKey key, SigningAlgorithm algorithm, byte[] octets, byte[] signature) {
    Optional<Ready> ready = keys.get(new Wanted(key, algorithm), this::ready);
    if (ready.isEmpty()) {
      return lastResort(key, algorithm, octets, signature);
    }
    try {
      Signature verifier = Signature.getInstance(javaName(algorithm), ready.get().provider());
      verifier.initVerify(ready.get().key());
      verifier.update(octets);
      return verifier.verify(signature) ? Check.VALID : Check.INVALID;
    } catch (GeneralSecurityException | RuntimeException e) {
      return Check.INVALID; // such as a signature of the wrong length
    }
  }

  private Optional<Ready> ready(Wanted wanted) {
    for (Provider provider : providers) {
      try {
        PublicKey key = publicKey(wanted.key(), provider);
        Signature.getInstance(javaName(wanted.algorithm()), provider).initVerify(key);
        return Optional.of(new Ready(provider, key));
      } catch (GeneralSecurityException | RuntimeException e) {
        // this library does not take the key; another may
      }
    }
    return Optional.empty();
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

  /// Makes a key as [DkimPrivateKey#generate(KeyType, int, SecureRandom)] does, with the first
  /// library that makes such keys.
  public DkimPrivateKey generate(KeyType type, int bits, SecureRandom random) {
    for (Provider provider : providers) {
      try {
        return DkimPrivateKey.generate(
            type, bits, random, KeyPairGenerator.getInstance("RSA", provider));
      } catch (NoSuchAlgorithmException _) {
        // the next
      }
    }
    return DkimPrivateKey.generate(type, bits, random);
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
