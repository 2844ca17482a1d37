package net.facteur.server.net;

/// The protocol spoken on one connection. All methods are called on the connection's event loop,
/// one after the other; while a [Step.Later] is pending only [#breach] and [#ended].
public interface Conversation {
  /// The connection stands (after PROXY and, where TLS comes first, after the handshake): what to
  /// greet the peer with.
  Step begin();

  /// A command line arrived.
  ///
  /// @param line without its CRLF; never contains CR or LF
  Step command(byte[] line);

  /// The peer broke a rule of the transport, or it must be told to go. The reply decides whether
  /// the connection ends.
  Step breach(Breach breach);

  /// A TLS handshake that a [Step.StartTls] asked for is done. Nothing is sent; the peer speaks
  /// next.
  void secured();

  /// Octets of the longest command line that would be taken now, CRLF included.
  int lineLimit();

  /// True where a LF on its own ends a line like CRLF does, in commands and in content. It never
  /// ends the content itself.
  default boolean takesBareLineFeeds() {
    return false;
  }

  /// True between transactions, when the connection may be closed without harm.
  boolean idle();

  /// The connection is gone; whatever was half done is forgotten. Called once, last, and never
  /// while a [ContentReceiver] is at work.
  ///
  /// @param reason for the log
  void ended(String reason);

  /// What the transport saw.
  enum Breach {
    /// More octets than [#lineLimit] before a CRLF.
    LINE_TOO_LONG,
    /// Many times that, and still no end of the line.
    ENDLESS_LINE,
    /// A CR or LF on its own in a command line.
    BARE_LINE_END,
    /// Octets before the greeting.
    TALKED_TOO_EARLY,
    /// Plain text behind STARTTLS in the same flight.
    INJECTED_BEFORE_TLS,
    /// No command, or no content, for too long.
    TIMEOUT,
    /// Content came too slowly for too long.
    TOO_SLOW,
    /// Our own work took too long.
    SERVICE_TIMEOUT,
    /// Somebody here has ended the session.
    DISMISSED,
    /// There is no memory left for the line, which was dropped.
    NO_MEMORY,
    /// Others wait for the place of a client that does nothing with it.
    CROWDED,
    /// The server shuts down.
    SHUTDOWN
  }

  /// Makes the conversation of each new connection.
  interface Factory {
    Conversation open(Link link);

    /// The one line, without CRLF, for a client that finds all connections taken.
    String overloaded();
  }
}
