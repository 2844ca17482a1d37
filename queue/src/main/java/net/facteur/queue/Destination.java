package net.facteur.queue;

/// The next hop of a recipient, by which the queue groups, limits and backs off.
///
/// The queue compares the text and shows it to people; what it means (`mx:example.org`,
/// `relay:smtp.example.org:587`, `lmtp:/run/dovecot/lmtp`, `maildir:`) is the delivery agent's
/// affair.
///
/// @param text transport, colon, and whatever the transport needs; at most 1,024 characters
public record Destination(String text) {
  /// Where an alias ends that stands for several addresses: nothing goes there, and who wanted to
  /// hear of success hears that the message was passed on to all of them.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc3461#section-5.2.7.3 RFC 3461, section 5.2.7.3:
  ///   multiple-recipient aliases
  public static final Destination EXPANDED = new Destination("expanded:");

  public Destination {
    if (text.isEmpty() || text.length() > 1024) {
      throw new IllegalArgumentException("a destination has 1 to 1,024 characters");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
