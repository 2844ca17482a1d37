package net.facteur.server.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/// The listening side of the mail server.
public final class SmtpServer implements AutoCloseable {
  /// A listener that is open.
  ///
  /// @param address where it listens, with the port that was found for port 0
  public record Bound(SmtpClient.Listener kind, InetSocketAddress address) {}

  private SmtpServer() {}

  /// Opens all listeners, or none.
  ///
  /// @param random for session ids and SCRAM nonces
  /// @throws IOException where an address cannot be bound; the message names it
  public static SmtpServer start(List<ListenerSpec> specs, SecureRandom random) throws IOException {
    if (specs.isEmpty()) {
      return new SmtpServer();
    }
    throw new UnsupportedOperationException("in the making");
  }

  /// The open listeners, in the order of the specs.
  public List<Bound> listeners() {
    return List.of();
  }

  /// Gives new connections the settings, service, certificates and authenticator of `specs`,
  /// matched to listeners by position; addresses do not move, open connections keep what they have.
  ///
  /// @throws IllegalArgumentException where number or kinds differ
  public void reconfigure(List<ListenerSpec> specs) {}

  /// Open connections of all listeners.
  public int connections() {
    return 0;
  }

  /// Takes no new connections, tells idle clients to go (421), and lets busy ones finish their
  /// transaction. Returns when all are gone or the time is up.
  ///
  /// @return true where all connections ended by themselves
  public boolean drain(Duration patience) {
    return true;
  }

  /// Closes every listener and connection at once and ends the threads.
  @Override
  public void close() {}
}
