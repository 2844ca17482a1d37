package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// TLS as a client, by BoringSSL and by the Java platform.
class ClientTlsTest {
  private static final String HOST = "mx.example.com";

  /// Who does the handshake.
  enum Library {
    BORING_SSL,
    JAVA;

    ClientTls client(Optional<KeyManager> identity, boolean resumption) {
      var random = new SecureRandom();
      return switch (this) {
        case BORING_SSL -> ClientTls.best(identity, resumption, random);
        case JAVA -> new JsseClientTls(identity, resumption, random);
      };
    }
  }

  private interface Service {
    void serve(SSLSocket client) throws Exception;
  }

  /// Serves one client after the other.
  private static final class Host implements AutoCloseable {
    final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final SSLContext context = SSLContext.getInstance("TLS");

    Host(Service service) throws Exception {
      this(new TestCertificate(HOST), service);
    }

    Host(TestCertificate certificate, Service service) throws Exception {
      context.init(
          new KeyManager[] {certificate.keys()}, new TrustManager[] {new AnyCertificate()}, null);
      Thread.startVirtualThread(
          () -> {
            while (!listener.isClosed()) {
              try (Socket plain = listener.accept()) {
                var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
                socket.setUseClientMode(false);
                service.serve(socket);
              } catch (Exception e) {
                // the client sees the end of the connection
              }
            }
          });
    }

    Socket connect() throws IOException {
      return new Socket(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      listener.close();
    }
  }

  private static void greet(SSLSocket client) throws IOException {
    client.getOutputStream().write("hi\r\n".getBytes(ISO_8859_1));
    client.getInputStream().read();
  }

  /// Does a handshake and reads the greeting, with which the tickets come.
  private static ClientTls.Secured greeted(ClientTls client, Host host) throws IOException {
    ClientTls.Secured secured = client.secure(host.connect(), HOST);
    assertEquals("hi\r\n", new String(secured.in().readNBytes(4), ISO_8859_1));
    secured.connection().close();
    return secured;
  }

  @ParameterizedTest
  @EnumSource
  void sessionsAreResumedWhereWantedAndTheChainIsThereAllTheSame(Library library) throws Exception {
    var certificate = new TestCertificate(HOST);
    for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
      // When each session began, as the server sees it: a resumed one with the first.
      var begun = new CopyOnWriteArrayList<Long>();
      try (var host =
          new Host(
              certificate,
              socket -> {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.startHandshake();
                begun.add(socket.getSession().getCreationTime());
                greet(socket);
              })) {
        ClientTls resuming = library.client(Optional.empty(), true);
        greeted(resuming, host);
        ClientTls.Secured second = greeted(resuming, host);
        assertEquals(begun.getFirst(), begun.getLast(), protocol + " was not resumed");
        assertEquals(List.of(certificate.certificate()), second.chain());
        assertEquals(protocol, second.protocol());

        ClientTls afresh = library.client(Optional.empty(), false);
        greeted(afresh, host);
        greeted(afresh, host);
        assertEquals(4, begun.size());
        assertEquals(3, Set.copyOf(begun).size(), protocol + " was resumed: " + begun);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCertificateOfOursIsShownToServersThatAsk(Library library) throws Exception {
    var ours = new TestCertificate("client.example.org");
    var seen = new CompletableFuture<X509Certificate>();
    try (var host =
        new Host(
            socket -> {
              socket.setWantClientAuth(true);
              socket.startHandshake();
              seen.complete((X509Certificate) socket.getSession().getPeerCertificates()[0]);
              greet(socket);
            })) {
      greeted(library.client(Optional.of(ours.keys()), true), host);
      assertEquals(ours.certificate(), seen.get(60, TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theNameIsSentButNoAddress(Library library) throws Exception {
    try (var host =
        new Host(
            socket -> {
              socket.startHandshake();
              var session = (ExtendedSSLSession) socket.getSession();
              String sni =
                  session.getRequestedServerNames().isEmpty()
                      ? "-"
                      : ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName();
              socket.getOutputStream().write((sni + "\r\n").getBytes(ISO_8859_1));
            })) {
      ClientTls client = library.client(Optional.empty(), true);
      var named = client.secure(host.connect(), HOST);
      assertEquals(HOST + "\r\n", new String(named.in().readAllBytes(), ISO_8859_1));
      var address = client.secure(host.connect(), "192.0.2.1");
      assertEquals("-\r\n", new String(address.in().readAllBytes(), ISO_8859_1));
      named.connection().close();
      address.connection().close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void muchIsCarriedBothWays(Library library) throws Exception {
    long seed = 20261122;
    var octets = new byte[1_000_000];
    new Random(seed).nextBytes(octets);
    try (var host =
        new Host(
            socket -> {
              byte[] heard = socket.getInputStream().readNBytes(octets.length);
              socket.getOutputStream().write(heard);
            })) {
      var secured = library.client(Optional.empty(), true).secure(host.connect(), HOST);
      secured.out().write(octets);
      secured.out().flush();
      assertArrayEquals(octets, secured.in().readAllBytes());
      secured.connection().close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoHandshakeFailsAndClosingEndsAWait(Library library) throws Exception {
    ClientTls client = library.client(Optional.empty(), true);
    try (var babbling = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = babbling.accept()) {
              socket.getOutputStream().write("500 this is no handshake\r\n".getBytes(ISO_8859_1));
              socket.getInputStream().readAllBytes();
            } catch (IOException e) {
              // the client has gone
            }
          });
      try (var plain = new Socket(babbling.getInetAddress(), babbling.getLocalPort())) {
        assertThrows(IOException.class, () -> client.secure(plain, HOST));
      }
    }
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var plain = new Socket(silent.getInetAddress(), silent.getLocalPort());
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = silent.accept()) {
              socket.getInputStream().read(); // the client has begun
              plain.close();
            } catch (IOException e) {
              // the test sees it
            }
          });
      assertThrows(IOException.class, () -> client.secure(plain, HOST));
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingWeakIsOffered(Library library) throws Exception {
    try (var listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var offered = new CompletableFuture<Set<Integer>>();
      Thread.startVirtualThread(
          () -> {
            try (Socket socket = listener.accept()) {
              offered.complete(suites(new DataInputStream(socket.getInputStream())));
            } catch (IOException e) {
              offered.completeExceptionally(e);
            }
          });
      try (var plain = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
        assertThrows(
            IOException.class, () -> library.client(Optional.empty(), true).secure(plain, HOST));
      }
      Set<Integer> suites = offered.get(60, TimeUnit.SECONDS);
      assertTrue(suites.containsAll(Set.of(0x1301, 0xC02B, 0xC02F)), suites.toString());
      // NULL, EXPORT, RC4, DES, 3DES and anonymous ones, by their numbers (RFC 5246, A.5; RFC 8422)
      for (int suite : suites) {
        boolean weak =
            suite <= 0x001B || List.of(0xC007, 0xC008, 0xC011, 0xC012, 0x0034).contains(suite);
        assertFalse(weak, "%04x".formatted(suite));
      }
    }
  }

  /// The cipher suites of a ClientHello (RFC 8446, section 4.1.2).
  private static Set<Integer> suites(DataInputStream in) throws IOException {
    in.readFully(new byte[5 + 4 + 2 + 32]);
    in.readFully(new byte[in.readUnsignedByte()]);
    int count = in.readUnsignedShort() / 2;
    var suites = new HashSet<Integer>();
    for (int i = 0; i < count; i++) {
      suites.add(in.readUnsignedShort());
    }
    return suites;
  }
}
