package net.facteur.server.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;

/// Makes and reads the tokens of links that release a message for one recipient without a login.
///
/// ```
/// token  = id "." number "." expiry "." proof
/// number = which recipient of the message, from 0
/// expiry = seconds since 1970
/// proof  = HMAC-SHA-256 over id, number, address and expiry, in base64url
/// ```
///
/// @spec https://www.rfc-editor.org/rfc/rfc2104 RFC 2104: HMAC
final class ReleaseLinks {
  private static final String ALGORITHM = "HmacSHA256";
  private static final Pattern TOKEN =
      Pattern.compile(
          "([0-9A-Z]{16})\\.(0|[1-9][0-9]{0,3})\\.([1-9][0-9]{0,10})\\.([A-Za-z0-9_-]{43})");

  private final SecretKeySpec secret;

  ReleaseLinks(byte[] secret) {
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /// A token as it came: nothing of it is proven.
  ///
  /// @param number which recipient
  record Claim(QueueId id, int number, Instant expiry, String proof) {
    static Optional<Claim> parse(String token) {
      Matcher m = TOKEN.matcher(token);
      return m.matches() && QueueId.isQueueId(m.group(1))
          ? Optional.of(
              new Claim(
                  new QueueId(m.group(1)),
                  Integer.parseInt(m.group(2)),
                  Instant.ofEpochSecond(Long.parseLong(m.group(3))),
                  m.group(4)))
          : Optional.empty();
    }
  }

  /// @param number which recipient of the message
  /// @param expiry to the second
  String token(QueueId id, int number, MailAddress address, Instant expiry) {
    return id
        + "."
        + number
        + "."
        + expiry.getEpochSecond()
        + "."
        + proof(id, number, address, expiry);
  }

  /// True where this server has given the token to that recipient. Takes as long wherever it
  /// differs.
  boolean proves(Claim claim, MailAddress address) {
    return MessageDigest.isEqual(
        proof(claim.id(), claim.number(), address, claim.expiry()).getBytes(UTF_8),
        claim.proof().getBytes(UTF_8));
  }

  private String proof(QueueId id, int number, MailAddress address, Instant expiry) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      // An address has no control character, so nothing else reads the same.
      String text =
          "release\n" + id + "\n" + number + "\n" + expiry.getEpochSecond() + "\n" + address.text();
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every platform has " + ALGORITHM, e);
    }
  }
}
