package net.facteur.server.net;

/// What a connection waits for, with what it has only as long as it waits for that.
///
/// | state | waits for | may become |
/// | --- | --- | --- |
/// | [Arriving] | its channel | [AwaitingProxy], [Handshaking], [Greeting] |
/// | [AwaitingProxy] | the header of a trusted proxy | [Handshaking], [Greeting] |
/// | [Handshaking] | TLS | [Greeting], [Commands] |
/// | [Greeting] | the pause before our greeting, and the service | [Commands] |
/// | [Commands] | command lines | [Commands], [Underway], [Content], [Handshaking] |
/// | [Underway] | the service, for a command or a message | [Commands], [Underway], [Content], [Handshaking] |
/// | [Content] | octets of DATA or BDAT | [Underway], [Storing] |
/// | [Storing] | the disk | [Content], [ClosingWhileStoring], [Abandoned] |
/// | [Closing] | the peer, which may read our last reply | [Closed] |
/// | [ClosingWhileStoring] | the peer, and the disk | [Closing], [Abandoned] |
/// | [Abandoned] | the disk; the peer is gone | [Closed] |
/// | [Closed] | nothing | |
///
/// Up to [Content] each may become [Closing], where we end it, and [Closed], where the peer does.
sealed interface ConnectionState {
  /// The client is known, and nobody has ended the connection.
  sealed interface Known extends ConnectionState {
    Client client();
  }

  /// The connection is at its end, or behind it: what comes is dropped, and nothing is sent.
  sealed interface Over extends ConnectionState {}

  /// The channel is not open yet.
  record Arriving() implements ConnectionState {}

  /// The peer is a trusted proxy, and has to name the client first.
  record AwaitingProxy() implements ConnectionState {}

  /// @param start what the client has asked for
  record Handshaking(Client client, TlsStart start) implements Known {}

  /// Where there is a pause before the greeting, a client that does not wait for its end is
  /// refused.
  final class Greeting implements Known {
    private final Client client;

    Greeting(Client client) {
      this.client = client;
    }

    @Override
    public Client client() {
      return client;
    }
  }

  record Commands(Client client) implements Known {}

  /// Each answer is awaited in a state of its own, equal to no other, so that one which comes too
  /// late finds another.
  final class Underway implements Known {
    private final Client client;

    Underway(Client client) {
      this.client = client;
    }

    @Override
    public Client client() {
      return client;
    }
  }

  record Content(Client client, ContentPump pump, ContentClock clock) implements Known {}

  /// Another thread works on octets of content, while this one collects what follows.
  ///
  /// @param pump what it works with
  /// @param octets memory that it holds meanwhile
  record Storing(Client client, ContentPump pump, ContentClock clock, int octets)
      implements Known {}

  /// @param reason why, for the log
  record Closing(String reason) implements Over {}

  /// The conversation must not end as long as the other thread works for it.
  record ClosingWhileStoring(String reason) implements Over {}

  record Abandoned(String reason) implements Over {}

  record Closed() implements Over {}

  /// True where the peer has to wait for us.
  default boolean busy() {
    return switch (this) {
      case Greeting _, Underway _, Storing _ -> true;
      case Arriving _,
          AwaitingProxy _,
          Handshaking _,
          Commands _,
          Content _,
          Closing _,
          ClosingWhileStoring _,
          Abandoned _,
          Closed _ ->
          false;
    };
  }

  /// The table above.
  default boolean mayBecome(ConnectionState next) {
    return switch (this) {
      case Arriving _ ->
          next instanceof AwaitingProxy
              || next instanceof Handshaking
              || next instanceof Greeting
              || ends(next);
      case AwaitingProxy _ -> next instanceof Handshaking || next instanceof Greeting || ends(next);
      case Handshaking _ -> next instanceof Greeting || next instanceof Commands || ends(next);
      case Greeting _ -> next instanceof Commands || ends(next);
      case Commands _, Underway _ ->
          next instanceof Commands
              || next instanceof Underway
              || next instanceof Content
              || next instanceof Handshaking
              || ends(next);
      case Content _ -> next instanceof Underway || next instanceof Storing || ends(next);
      case Storing _ ->
          next instanceof Content
              || next instanceof ClosingWhileStoring
              || next instanceof Abandoned;
      case ClosingWhileStoring _ -> next instanceof Closing || next instanceof Abandoned;
      case Closing _, Abandoned _ -> next instanceof Closed;
      case Closed _ -> false;
    };
  }

  private static boolean ends(ConnectionState next) {
    return next instanceof Closing || next instanceof Closed;
  }
}
