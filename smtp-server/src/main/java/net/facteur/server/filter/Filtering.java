package net.facteur.server.filter;

/// What judges messages, and where goes what no mailbox may have.
public record Filtering(MessageFilter filter, Quarantine quarantine) {
  /// No filter at all.
  public static final Filtering OFF = new Filtering(MessageFilter.NONE, Quarantine.NONE);

  /// True if nothing is judged.
  public boolean off() {
    return filter.equals(MessageFilter.NONE);
  }

  /// True where a message has to be judged.
  public boolean concerns(FilteredMessage message) {
    return !off() && filter.concerns(message);
  }
}
