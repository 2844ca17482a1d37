package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// However the octets of a handshake come, it ends: a whole flight in one read, as OpenSSL sends
/// it, or octet by octet.
class HandshakeFlightsTest {
  private static final String HOST = "mx.example.com";

  /// How the host sends its flights.
  enum Sending {
    AT_ONCE,
    OCTET_BY_OCTET
  }

  record Case(ClientTlsTest.Library client, SslProvider host, String protocol, Sending sending) {}

  static Stream<Case> cases() {
    var cases = new ArrayList<Case>();
    for (var client : ClientTlsTest.Library.values()) {
      for (var host : List.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)) {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
          for (Sending sending : Sending.values()) {
            cases.add(new Case(client, host, protocol, sending));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theHandshakeEndsAndTheConversationGoesOn(Case c) throws Exception {
    var certificate = new TestCertificate(HOST);
    SslContext context =
        SslContextBuilder.forServer(certificate.keys())
            .sslProvider(c.host())
            .protocols(c.protocol())
            .build();
    ClientTls client = c.client().client(Optional.empty(), true);
    try (var listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> serve(listener, context, c.sending()));
      // Twice: the second handshake is a resumed one where the host allows it.
      for (int i = 0; i < 2; i++) {
        assertTimeoutPreemptively(Duration.ofMinutes(1), () -> converse(client, listener, c));
      }
    }
  }

  private static void converse(ClientTls client, ServerSocket listener, Case c) throws IOException {
    var plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
    ClientTls.Secured secured = client.secure(plain, HOST, ClientTls.Offer.STRONG);
    try (var _ = secured.connection()) {
      assertEquals(c.protocol(), secured.protocol());
      assertEquals(1, secured.chain().size());
      secured.out().write("hello\r\n".getBytes(ISO_8859_1));
      secured.out().flush();
      assertEquals("HELLO\r\n", new String(secured.in().readNBytes(7), ISO_8859_1));
    }
  }

  private static void serve(ServerSocket listener, SslContext context, Sending sending) {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket.setTcpNoDelay(true);
        new Host(context.newEngine(ByteBufAllocator.DEFAULT), socket, sending).echo();
      } catch (IOException e) {
        // the client sees the end of the connection
      }
    }
  }

  /// The host's side: collects what its engine has to say until it waits for the client, then sends
  /// that in one write, or each octet in its own.
  private static final class Host {
    private final SSLEngine engine;
    private final InputStream in;
    private final OutputStream out;
    private final Sending sending;
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024).flip();
    private final ByteBuffer clear = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream flight = new ByteArrayOutputStream();

    Host(SSLEngine engine, Socket socket, Sending sending) throws IOException {
      this.engine = engine;
      this.in = socket.getInputStream();
      this.out = socket.getOutputStream();
      this.sending = sending;
    }

    void echo() throws IOException {
      engine.beginHandshake();
      while (true) {
        step();
        for (int i = 0; i < clear.position(); i++) {
          if (clear.get(i) == '\n') {
            wrap(ByteBuffer.wrap("HELLO\r\n".getBytes(ISO_8859_1)));
            send();
            in.readAllBytes();
            return;
          }
        }
      }
    }

    private void step() throws IOException {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> unwrap();
      }
    }

    private void unwrap() throws IOException {
      SSLEngineResult result = engine.unwrap(received, clear);
      if (result.bytesConsumed() > 0
          || result.bytesProduced() > 0
          || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
          || engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
        return;
      }
      send();
      received.compact();
      int n = in.read(received.array(), received.position(), received.remaining());
      if (n < 0) {
        throw new EOFException();
      }
      received.position(received.position() + n).flip();
    }

    private void wrap(ByteBuffer octets) throws IOException {
      var record = ByteBuffer.allocate(64 * 1024);
      engine.wrap(octets, record);
      flight.write(record.array(), 0, record.position());
    }

    private void send() throws IOException {
      byte[] octets = flight.toByteArray();
      flight.reset();
      if (sending == Sending.AT_ONCE) {
        out.write(octets);
        return;
      }
      for (byte octet : octets) {
        out.write(octet);
      }
    }
  }
}
