package net.facteur.auth.srs;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.auth.syntax.Ascii;

/// The keyed hash of an SRS address: HMAC-SHA1 over the parts in lower case, of which the first
/// characters in base64 count. SHA-1 is what all others use; an HMAC does not suffer from its
/// collisions.
final class SrsHash {
  /// The characters of 20 octets in base64, without the padding.
  private static final int MAX_LENGTH = 27;

  private final List<SrsSecret> secrets;
  private final int length;

  SrsHash(List<SrsSecret> secrets, int length) {
    this.secrets = secrets;
    this.length = length;
  }

  /// The hash by the first secret.
  String sign(String parts) {
    // a slash makes trouble in the paths and folders of others
    return hash(secrets.getFirst(), parts, length).replace('/', '_');
  }

  /// True where any secret makes this hash, in either alphabet and any case: mail hosts on the way
  /// may have changed the case of the local part. A hash that is longer than ours is compared
  /// whole, since other forwarders with the same secret may write more of it; a shorter one is
  /// wrong. Takes the same time for every wrong hash of a length.
  boolean verify(String hash, String parts) {
    if (hash.length() < length || hash.length() > MAX_LENGTH) {
      return false;
    }
    boolean right = false;
    byte[] given = comparable(hash);
    for (SrsSecret secret : secrets) {
      right |= MessageDigest.isEqual(given, comparable(hash(secret, parts, hash.length())));
    }
    return right;
  }

  private static String hash(SrsSecret secret, String parts, int length) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.key(), "HmacSHA1"));
      byte[] octets = mac.doFinal(Ascii.lower(parts).getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(octets).substring(0, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA1", e);
    }
  }

  /// Lower case, and the two last characters of base64url as those of base64.
  private static byte[] comparable(String hash) {
    return Ascii.lower(hash)
        .replace('-', '+')
        .replace('_', '/')
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
