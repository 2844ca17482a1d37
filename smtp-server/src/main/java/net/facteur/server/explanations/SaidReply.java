package net.facteur.server.explanations;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;

/// What a server said, in the form in which it is looked up.
///
/// @param code three digits
/// @param text the whole reply in lower case, at most [#MOST] characters, each white space a space
record SaidReply(int code, EnhancedStatusCode status, String text) {
  private static final int MOST = 2_000;
  private static final Pattern STATUS =
      Pattern.compile("[2-5][0-9]{2}[ -]([245])\\.([0-9]{1,3})\\.([0-9]{1,3})(?![0-9.])");

  /// @param reply begins with a code, see [#isBy]
  static SaidReply of(EnhancedStatusCode status, String reply) {
    String bounded = reply.substring(0, Math.min(MOST, reply.length()));
    return new SaidReply(
        Integer.parseInt(bounded.substring(0, 3)), status, Ascii.lower(bounded.replace('\n', ' ')));
  }

  /// The status that a reply names behind its code, else the general one of its class.
  ///
  /// @param reply begins with a code
  static EnhancedStatusCode status(String reply) {
    Matcher named = STATUS.matcher(reply);
    if (named.lookingAt()) {
      return EnhancedStatusCode.of(
          Integer.parseInt(named.group(1)),
          Integer.parseInt(named.group(2)),
          Integer.parseInt(named.group(3)));
    }
    return EnhancedStatusCode.of(reply.charAt(0) == '4' ? 4 : 5, 0, 0);
  }

  /// True where the server at the other end said it, and false where it is our own account of what
  /// happened on the way there. What a server says begins with a code (RFC 5321, section 4.2).
  static boolean isBy(DeliveryOutcome outcome) {
    return outcome.remote().isPresent() && hasCode(outcome.reply());
  }

  /// True where a text begins as the reply of a server does.
  static boolean hasCode(String reply) {
    return reply.length() >= 3
        && reply.charAt(0) >= '2'
        && reply.charAt(0) <= '5'
        && reply.chars().limit(3).allMatch(c -> c >= '0' && c <= '9')
        && (reply.length() == 3 || reply.charAt(3) == ' ' || reply.charAt(3) == '-');
  }
}
