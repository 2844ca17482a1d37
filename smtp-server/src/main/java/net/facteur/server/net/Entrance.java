package net.facteur.server.net;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.facteur.server.net.ConnectionState.Arriving;
import net.facteur.server.net.ConnectionState.AwaitingProxy;
import net.facteur.server.net.ConnectionState.Greeting;
import net.facteur.server.net.ConnectionState.Handshaking;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// How a connection begins: whether it is let in, who the client is, TLS where that comes first,
/// and the greeting. Also TLS that is started later.
final class Entrance {
  private static final Logger LOG = LogManager.getLogger(Entrance.class);

  /// Octets of what a proxy may add to the addresses, such as who it is and what TLS it spoke.
  private static final int MAX_PROXY_EXTENSIONS = 2 * 1024;

  private final Connection connection;

  Entrance(Connection connection) {
    this.connection = connection;
  }

  private TransportSettings settings() {
    return connection.door().settings();
  }

  /// The channel is open. Told once or twice.
  void open() {
    if (!(connection.state() instanceof Arriving)) {
      return;
    }
    Endpoints ends = Endpoints.of(connection.channel());
    connection.peerIsLate(0);
    ConnectionLimits limits = connection.shared().limits();
    if (!limits.enter(connection, settings())) {
      turnAway(ends);
      return;
    }
    connection.atEnd(_ -> limits.leave(connection));
    connection.deadline().in(connection.times().handshake());
    InetAddress peer = ends.remote().getAddress();
    if (settings().trustedProxies().stream().anyMatch(p -> p.contains(peer))) {
      connection.become(new AwaitingProxy());
      inFront(new HAProxyMessageDecoder(MAX_PROXY_EXTENSIONS));
    } else {
      admit(ends);
    }
  }

  /// A trusted proxy has not said who the client is.
  void unnamed(String why) {
    LOG.warn(
        "{} {} closed: it is one of listen.trusted-proxies and sent no PROXY header ({})",
        connection.id(),
        Endpoints.of(connection.channel()).remote(),
        why);
    connection.hangUp("no PROXY header");
  }

  /// A trusted proxy has spoken.
  ///
  /// @param header empty where it speaks for itself
  void proxied(Optional<ProxyHeader> header) {
    if (connection.state() instanceof AwaitingProxy) {
      admit(
          header
              .map(named -> new Endpoints(named.source(), named.destination()))
              .orElseGet(() -> Endpoints.of(connection.channel())));
    }
  }

  /// The client's address is known.
  private void admit(Endpoints ends) {
    ConnectionLimits limits = connection.shared().limits();
    Optional<AddressBlock> network = limits.enter(ends.remote().getAddress(), settings());
    if (network.isEmpty()) {
      turnAway(ends);
      return;
    }
    MemoryBudget memory = connection.shared().memory();
    MemoryBudget.Loan loan = memory.open(network.get());
    connection.atEnd(_ -> loan.close());
    connection.atEnd(_ -> limits.leave(network.get()));
    if (!loan.take(MemoryBudget.CONNECTION)) {
      turnAway(ends);
      return;
    }
    var link = new ConnectionLink(connection, ends, () -> memory.open(network.get()));
    Conversation talk = connection.door().conversations().open(link);
    connection.atEnd(talk::ended);
    var client = new Client(link, talk, loan);
    if (connection.door().tlsFirst()) {
      startHandshake(client);
    } else {
      greet(client);
    }
  }

  private void turnAway(Endpoints ends) {
    LOG.info("{} {} turned away: too many connections", connection.id(), ends.remote());
    if (connection.door().tlsFirst()) {
      connection.hangUp("too many connections");
    } else {
      var reply = new Step.Reply(List.of(connection.door().conversations().overloaded()), true);
      connection.send(reply, Exchange.code(reply));
    }
  }

  private void greet(Client client) {
    var greeting = new Greeting(client);
    connection.become(greeting);
    connection.deadline().in(connection.times().service());
    Duration delay = delay(client);
    if (delay.isZero()) {
      begin(greeting);
    } else {
      connection.weAreToAct();
      var _ = client.link().after(delay).thenRun(() -> begin(greeting));
    }
  }

  /// How long the greeting waits.
  Duration delay(Client client) {
    return settings().greetingDelay(client.link().remote().getAddress());
  }

  private void begin(Greeting greeting) {
    if (greeting.equals(connection.state())) {
      Client client = greeting.client();
      connection.exchange().run(() -> connection.exchange().apply(client, client.talk().begin()));
      connection.flush();
    }
  }

  /// The next octets are a TLS handshake.
  void startHandshake(Client client) {
    if (connection.over()) {
      return;
    }
    TlsContexts certificates = connection.door().tls().orElseThrow();
    var start = new TlsStart(certificates, connection.times().handshake());
    connection.become(new Handshaking(client, start));
    connection.peerIsToSpeak(connection.times().handshake());
    inFront(start);
  }

  /// Adds a handler next to ours, so that it gets what those before it leave over.
  private void inFront(ChannelHandler handler) {
    ChannelPipeline pipeline = connection.channel().pipeline();
    pipeline.addBefore(pipeline.context(ConnectionHandler.class).name(), null, handler);
  }

  void handshaken(SslHandshakeCompletionEvent event) {
    SslHandler handler = connection.channel().pipeline().get(SslHandler.class);
    if (!event.isSuccess() || handler == null) {
      connection.hangUp("TLS handshake failed: " + event.cause());
    } else if (connection.state() instanceof Handshaking(Client client, TlsStart start)) {
      client.link().secured(new NettyTlsSession(handler.engine().getSession(), start.serverName()));
      if (connection.door().tlsFirst()) {
        greet(client);
      } else {
        connection.exchange().awaitCommand(client);
        connection.exchange().run(() -> client.talk().secured());
      }
    }
  }
}
