package net.facteur.server.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.server.net.ConnectionSetup;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.Listeners;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.net.MemoryBudget;

/// The listening side of the mail server.
public final class SmtpServer implements AutoCloseable {
  private final Listeners listeners;
  private final ListeningSockets sockets;
  private final SecureRandom random;
  private final Sessions sessions;
  private final List<Bound> bound = new ArrayList<>();
  private final List<AtomicReference<ConnectionSetup>> doors = new ArrayList<>();

  /// A listener that is open.
  ///
  /// @param address where it listens, with the port that was found for port 0
  public record Bound(SmtpClient.Listener kind, InetSocketAddress address) {
    @Override
    public String toString() {
      String host = address.getAddress().getHostAddress();
      return kind
          + " "
          + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
          + ":"
          + address.getPort();
    }
  }

  private SmtpServer(
      SecureRandom random, ListeningSockets sockets, MemoryBudget memory, Sessions sessions) {
    this.listeners = new Listeners(random, sockets, memory);
    this.sockets = sockets;
    this.random = random;
    this.sessions = sessions;
  }

  /// Opens all listeners, or none.
  ///
  /// @param random for session ids and SCRAM nonces
  /// @throws IOException where an address cannot be bound; the message names it
  public static SmtpServer start(List<ListenerSpec> specs, SecureRandom random) throws IOException {
    return start(
        specs,
        random,
        new ListeningSockets(InheritedSockets.NONE),
        MemoryBudget.ofHeap(),
        new Sessions(InstantSource.system()));
  }

  /// Opens all listeners, or none.
  ///
  /// @param random for session ids and SCRAM nonces
  /// @param sockets opens them; what was passed to it has to belong to these specs, or to be taken
  ///   already
  /// @param memory what all their connections together may hold
  /// @param sessions gets every session in which a user logs in
  /// @throws IOException where an address cannot be bound, or a passed socket belongs to no spec;
  ///   the message names it
  public static SmtpServer start(
      List<ListenerSpec> specs,
      SecureRandom random,
      ListeningSockets sockets,
      MemoryBudget memory,
      Sessions sessions)
      throws IOException {
    var server = new SmtpServer(random, sockets, memory, sessions);
    try {
      for (ListenerSpec spec : specs) {
        server.open(spec);
      }
      if (!server.sockets.unused().isEmpty()) {
        throw new IOException(
            "the service manager passed sockets on "
                + server.sockets.unused()
                + ", which are in no listen setting; add them there, or take them out of the unit");
      }
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void open(ListenerSpec spec) throws IOException {
    var door = new AtomicReference<>(door(spec));
    InetSocketAddress address = listeners.bind(spec.address(), door::get);
    doors.add(door);
    bound.add(new Bound(spec.kind(), address));
  }

  private ConnectionSetup door(ListenerSpec spec) {
    return new ConnectionSetup(
        new SmtpEngine(spec, random, sessions),
        spec.tls(),
        spec.kind() == SmtpClient.Listener.SUBMISSIONS,
        spec.transport());
  }

  /// The open listeners, in the order of the specs.
  public List<Bound> listeners() {
    return List.copyOf(bound);
  }

  /// Gives new connections the settings, service, certificates and authenticator of `specs`,
  /// matched to listeners by position; addresses do not move, open connections keep what they have.
  ///
  /// @throws IllegalArgumentException where number or kinds differ
  public void reconfigure(List<ListenerSpec> specs) {
    List<SmtpClient.Listener> kinds = specs.stream().map(ListenerSpec::kind).toList();
    if (!kinds.equals(bound.stream().map(Bound::kind).toList())) {
      throw new IllegalArgumentException("other listeners than those that are open");
    }
    for (int i = 0; i < specs.size(); i++) {
      doors.get(i).set(door(specs.get(i)));
    }
  }

  /// The sessions in which a user has logged in.
  public Sessions sessions() {
    return sessions;
  }

  /// Open connections of all listeners.
  public int connections() {
    return listeners.connections();
  }

  /// Takes no new connections, tells idle clients to go (421), and lets busy ones finish their
  /// transaction. Returns when all are gone or the time is up.
  ///
  /// @return true where all connections ended by themselves
  public boolean drain(Duration patience) {
    return listeners.drain(patience);
  }

  /// Closes every listener and connection at once and ends the threads.
  @Override
  public void close() {
    listeners.close();
  }
}
