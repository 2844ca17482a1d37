package net.facteur.server.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The connection, as a [Conversation] sees it.
public interface Link {
  /// Unique among the connections of this process, and unlikely to repeat; 12 letters and digits.
  String id();

  /// The client; behind a trusted proxy, the one that the proxy named.
  InetSocketAddress remote();

  /// The address it connected to.
  InetSocketAddress local();

  /// The TLS session, once there is one.
  Optional<TlsSession> tls();

  /// True where TLS may be started.
  boolean tlsAvailable();

  /// Memory of the client's share, to be given back by closing it.
  MemoryBudget.Loan loan();

  /// Completes on the event loop after `delay`.
  CompletionStage<Void> after(Duration delay);

  /// Sends the client away with [Conversation.Breach#DISMISSED] as soon as nothing of ours is under
  /// way. Called on any thread.
  void dismiss();

  /// Runs something that may block, such as removing a file, away from the event loop.
  void offLoop(Runnable work);
}
