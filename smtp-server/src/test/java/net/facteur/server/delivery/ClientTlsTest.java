package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import net.facteur.auth.dane.TlsaSet;
import net.facteur.auth.dns.DomainName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

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
    ClientTls.Secured secured = client.secure(host.connect(), HOST, ClientTls.Offer.STRONG);
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
      var named = client.secure(host.connect(), HOST, ClientTls.Offer.STRONG);
      assertEquals(HOST + "\r\n", new String(named.in().readAllBytes(), ISO_8859_1));
      var address = client.secure(host.connect(), "192.0.2.1", ClientTls.Offer.STRONG);
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
      var secured =
          library
              .client(Optional.empty(), true)
              .secure(host.connect(), HOST, ClientTls.Offer.STRONG);
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
        assertThrows(IOException.class, () -> client.secure(plain, HOST, ClientTls.Offer.STRONG));
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
      assertThrows(IOException.class, () -> client.secure(plain, HOST, ClientTls.Offer.STRONG));
    }
  }

  /// What each library offers, by number (RFC 8446, B.4; RFC 5289; RFC 7905; RFC 8422; RFC 5288).
  static Stream<Arguments> offers() {
    var strong = Set.of(0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8);
    var cbc = Set.of(0xC009, 0xC00A, 0xC013, 0xC014);
    var keyTransport = Set.of(0x009C, 0x002F);
    return Stream.of(
        Arguments.of(Library.BORING_SSL, ClientTls.Offer.STRONG, strong),
        Arguments.of(Library.JAVA, ClientTls.Offer.STRONG, strong),
        Arguments.of(
            Library.BORING_SSL,
            ClientTls.Offer.RATHER_THAN_CLEAR,
            all(List.of(strong, cbc, keyTransport))),
        // The Java platform is set to leave out key transport.
        Arguments.of(Library.JAVA, ClientTls.Offer.RATHER_THAN_CLEAR, all(List.of(strong, cbc))));
  }

  private static Set<Integer> all(List<Set<Integer>> parts) {
    return parts.stream().flatMap(Set::stream).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("offers")
  void theSuitesOfTheOfferAreOfferedAndNoOthers(
      Library library, ClientTls.Offer offer, Set<Integer> expected) throws Exception {
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
            IOException.class,
            () -> library.client(Optional.empty(), true).secure(plain, HOST, offer));
      }
      Set<Integer> suites = offered.get(60, TimeUnit.SECONDS);
      suites.remove(0x00FF); // no suite: a promise of secure renegotiation (RFC 5746)
      assertEquals(hex(expected), hex(suites));
    }
  }

  private static Set<String> hex(Set<Integer> suites) {
    return suites.stream().map("%04x"::formatted).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void onlyMailThatMayGoInClearTextIsOfferedOldSuites() {
    var tlsa = new TlsaSet(List.of(), List.of());
    var name = DomainName.of(HOST);
    assertEquals(
        ClientTls.Offer.RATHER_THAN_CLEAR, ClientTls.Offer.to(new TlsRequirement.Opportunistic()));
    for (TlsRequirement must :
        List.of(
            new TlsRequirement.Encrypt(),
            new TlsRequirement.Verified(List.of(HOST)),
            new TlsRequirement.MtaSts(name),
            new TlsRequirement.Dane(tlsa, List.of(name), true, List.of()),
            new TlsRequirement.Fingerprint(Set.of("00")))) {
      assertEquals(ClientTls.Offer.STRONG, ClientTls.Offer.to(must));
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
