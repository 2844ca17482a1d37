package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import net.facteur.server.delivery.ClientTls;
import net.facteur.server.delivery.JsseClientTls;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// TLS as a client with the libraries that mail hosts have: each protocol, kind of key and way of
/// setting a host up; full handshakes, and resumed ones wherever the host resumes; octets as they
/// come and one by one; by both of our libraries.
@RequiresProgram({Program.OPENSSL, Program.GNUTLS, Program.NODE})
class TlsPeersTest {
  private static final String HOST = "mx.example.com";

  /// The same forwards and backwards.
  private static final String LINE = "level\n";

  private static final Map<TlsChain.Algorithm, TlsChain> CHAINS =
      new EnumMap<>(TlsChain.Algorithm.class);

  @TempDir private Path directory;

  /// How the host is set up.
  enum Setup {
    PLAIN,
    NO_TICKETS,
    ASKS_AND_IS_SHOWN,
    ASKS_IN_VAIN
  }

  /// Who does the handshake for us.
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

  record Row(TlsPeer peer, String protocol, TlsChain.Algorithm algorithm, Setup setup) {
    /// True where the host resumes sessions when it is set up so. Without tickets it has to keep
    /// sessions itself: Node keeps none, and GnuTLS none of TLS 1.3. The others do.
    boolean resumes() {
      return setup != Setup.NO_TICKETS
          || switch (peer) {
            case NODE -> false;
            case GNUTLS -> protocol.equals("TLSv1.2");
            case OPENSSL, BORINGSSL, JDK -> true;
          };
    }
  }

  @BeforeAll
  static void makeChains() throws Exception {
    for (var algorithm : TlsChain.Algorithm.values()) {
      CHAINS.put(algorithm, TlsChain.of(algorithm, HOST));
    }
  }

  static Stream<Row> rows() {
    var rows = new ArrayList<Row>();
    for (var peer : TlsPeer.values()) {
      for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
        for (var algorithm : TlsChain.Algorithm.values()) {
          for (var setup : Setup.values()) {
            rows.add(new Row(peer, protocol, algorithm, setup));
          }
        }
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void weComeToTermsWith(Row row) throws Exception {
    TlsChain chain = Objects.requireNonNull(CHAINS.get(row.algorithm()));
    boolean asks = row.setup() == Setup.ASKS_AND_IS_SHOWN || row.setup() == Setup.ASKS_IN_VAIN;
    Optional<KeyManager> identity =
        row.setup() == Setup.ASKS_AND_IS_SHOWN
            ? Optional.of(TlsChain.of(row.algorithm(), "client.example.org").keyManagers()[0])
            : Optional.empty();
    var ways = new TlsPeer.Ways(row.protocol(), chain, row.setup() != Setup.NO_TICKETS, asks);
    try (var host = row.peer().ready(ways, directory)) {
      assertAll(
          Stream.of(Library.values())
              .flatMap(
                  library ->
                      Stream.of(false, true)
                          .map(
                              octets ->
                                  () ->
                                      assertTimeoutPreemptively(
                                          Duration.ofMinutes(1),
                                          () -> twice(row, host, chain, identity, library, octets),
                                          () -> library + ", octet by octet: " + octets))));
    }
  }

  private static void twice(
      Row row,
      TlsPeer.Running host,
      TlsChain chain,
      Optional<KeyManager> identity,
      Library library,
      boolean octets)
      throws Exception {
    ClientTls client = library.client(identity, true);
    long full = conversation(row, host, chain, client, octets);
    long second = conversation(row, host, chain, client, octets);
    String sizes = library + ", octet by octet " + octets + ": " + full + ", " + second;
    // Certificates do not come again where the session is resumed.
    assertEquals(row.resumes(), full - second > chain.leaf().getEncoded().length / 2, sizes);
    long afresh = conversation(row, host, chain, library.client(identity, false), octets);
    assertTrue(afresh >= chain.leaf().getEncoded().length, sizes + ", " + afresh);
  }

  /// @return the octets that came
  private static long conversation(
      Row row, TlsPeer.Running host, TlsChain chain, ClientTls client, boolean octets)
      throws Exception {
    var socket = new OctetSocket(host.address(), octets);
    ClientTls.Secured secured = client.secure(socket, HOST, ClientTls.Offer.STRONG);
    try (var _ = secured.connection()) {
      assertEquals(row.protocol(), secured.protocol());
      assertEquals(chain.certificates(), secured.chain());
      for (int i = 0; i < 2; i++) {
        secured.out().write(LINE.getBytes(StandardCharsets.US_ASCII));
        secured.out().flush();
        assertEquals(
            LINE, new String(secured.in().readNBytes(LINE.length()), StandardCharsets.US_ASCII));
      }
      secured.out().close();
    }
    return socket.received();
  }
}
