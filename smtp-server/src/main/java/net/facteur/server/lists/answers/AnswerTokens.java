package net.facteur.server.lists.answers;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.UserName;
import net.facteur.server.lists.Member;

/// Tokens of those who may answer: each has his own, so that it is known who did.
///
/// ```
/// token = id tag      id  = 6 characters of base32, of the matter
///                     tag = 16 characters of base32: HMAC over id and address, under our secret
/// ```
///
/// A token has 22 small letters and digits, so that it fits into a local part behind
/// `NAME-request+`, whatever becomes of its case on the way. Its expiry is that of the matter.
///
/// @param seal makes the tags
public record AnswerTokens(Seal seal) {
  private static final int ID = 6;
  private static final Pattern TOKEN = Pattern.compile("[a-z2-7]{22}");

  /// Proves that a text is of this server.
  @FunctionalInterface
  public interface Seal {
    /// @param list that the text is of
    /// @return 16 characters of base32 in small letters
    String tag(UserName list, String text);
  }

  /// A token of somebody who may answer.
  public String token(Matter matter, MailAddress answerer) {
    return matter.id() + tag(matter, answerer);
  }

  private String tag(Matter matter, MailAddress answerer) {
    // Neither has a line end in it, so nothing else reads the same.
    return seal.tag(matter.list(), matter.id() + "\n" + Member.key(answerer));
  }

  /// The name of the matter that a token is of; empty for what is no token. Nothing is proven by
  /// it.
  static Optional<String> id(String token) {
    return TOKEN.matcher(token).matches() ? Optional.of(token.substring(0, ID)) : Optional.empty();
  }

  /// Whose token it is; empty where this server has given it to nobody who may answer.
  public Optional<MailAddress> prove(String token, Matter matter) {
    Optional<MailAddress> whose = Optional.empty();
    for (MailAddress answerer : matter.answerers()) {
      // All are looked at, so that it takes as long whoever it is.
      if (MessageDigest.isEqual(octets(token), octets(matter.id() + tag(matter, answerer)))) {
        whose = Optional.of(answerer);
      }
    }
    return whose;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
