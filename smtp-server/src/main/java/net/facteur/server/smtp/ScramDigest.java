package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// What both ends of SCRAM-SHA-256 compute.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5802#section-3 RFC 5802, section 3: SCRAM Algorithm
///   Overview
/// @spec https://www.rfc-editor.org/rfc/rfc7677 RFC 7677: SCRAM-SHA-256 and SCRAM-SHA-256-PLUS
public final class ScramDigest {
  /// The length of every key and digest, in octets.
  public static final int OCTETS = 32;

  private ScramDigest() {}

  /// `Hi(Normalize(password), salt, i)`, which is PBKDF2.
  ///
  /// @param salt at least one octet
  public static byte[] saltedPassword(String password, byte[] salt, int iterations) {
    var question =
        new PBEKeySpec(prepared(password).toCharArray(), salt, iterations, OCTETS * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(question)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has PBKDF2", e);
    } finally {
      question.clearPassword();
    }
  }

  public static byte[] clientKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Client Key".getBytes(StandardCharsets.US_ASCII));
  }

  public static byte[] serverKey(byte[] saltedPassword) {
    return hmac(saltedPassword, "Server Key".getBytes(StandardCharsets.US_ASCII));
  }

  /// HMAC with SHA-256.
  public static byte[] hmac(byte[] key, byte[] octets) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  /// `H(octets)`.
  public static byte[] hash(byte[] octets) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(octets);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /// The mappings of SASLprep that matter for what people type: compatibility forms are composed
  /// and every space becomes an ASCII space (RFC 4013, section 2).
  private static String prepared(String password) {
    var spaces = new StringBuilder();
    password
        .codePoints()
        .map(c -> Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c)
        .filter(c -> c != 0xAD && c != 0x200B && c != 0xFEFF)
        .forEach(spaces::appendCodePoint);
    return Normalizer.normalize(spaces, Normalizer.Form.NFKC);
  }
}
