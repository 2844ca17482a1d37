package net.facteur.server.dsn;

import net.facteur.queue.DeliveryOutcome;

/// Whose words the reply of an outcome is.
final class Said {
  private Said() {}

  /// True where the server at the other end said it, and false where it is our own account of what
  /// happened on the way there. What a server says begins with a code (RFC 5321, section 4.2).
  static boolean by(DeliveryOutcome outcome) {
    String reply = outcome.reply();
    return outcome.remote().isPresent()
        && reply.length() >= 3
        && reply.charAt(0) >= '2'
        && reply.charAt(0) <= '5'
        && reply.chars().limit(3).allMatch(c -> c >= '0' && c <= '9')
        && (reply.length() == 3 || reply.charAt(3) == ' ' || reply.charAt(3) == '-');
  }
}
