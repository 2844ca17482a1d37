package net.facteur.queue;

/// The next hop of a recipient, by which the queue groups, limits and backs off.
///
/// The queue compares the text and shows it to people; what it means (`mx:example.org`,
/// `relay:smtp.example.org:587`, `lmtp:/run/dovecot/lmtp`, `maildir:`) is the delivery agent's
/// affair.
///
/// @param text transport, colon, and whatever the transport needs; at most 1,024 characters
public record Destination(String text) {
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
