package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.tls.CertificateAuthorities;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The stages through which the opening of a session goes, by what the host says.
class OpeningDialogTest {
  /// A host that never speaks TLS right.
  private static final ClientTls BROKEN =
      (_, _, _) -> {
        throw new IOException("not a TLS record");
      };

  /// A host that does, and shows no certificate.
  private static final class Protecting implements ClientTls {
    private final String replies;

    Protecting(String replies) {
      this.replies = replies;
    }

    @Override
    public Secured secure(Socket plain, String serverName, Offer offer) {
      return new Secured(
          plain,
          new Flights(replies),
          new ByteArrayOutputStream(),
          "TLSv1.3",
          "TLS_AES_128_GCM_SHA256",
          List.of());
    }
  }

  @ParameterizedTest(name = "{0}, {1}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          may   |       | 220 hi;250 mx.test | | Greeting Hello Introduced Ready none
          never |       | 220 hi;250-mx.test/250 STARTTLS | | Greeting Hello Introduced Ready none
          may   |       | 220 hi;502 what;250 hi | | Greeting Hello Introduced Ready none
          may   |       | 421 busy | | Greeting OTHER 4.0.0
          may   |       | 554 no | | Greeting OTHER 5.0.0
          may   |       | 220 hi;250 client.test | | Greeting Hello OTHER 5.4.6
          may   |       | 220 hi;450 no | | Greeting Hello OTHER 4.0.0
          may   |       | 220 hi | | Greeting Hello lost
          must  |       | 220 hi;250 mx.test | | Greeting Hello Introduced OTHER 4.7.4
          may   |       | STARTTLS;454 no | | Greeting Hello Introduced StartTls TLS 4.7.4
          may   |       | STARTTLS;220 go/250 x | | Greeting Hello Introduced StartTls OTHER 4.7.5
          may   |       | STARTTLS;220 go | broken | Greeting Hello Introduced StartTls Handshake TLS 4.7.5
          may   |       | STARTTLS;220 go | 250 mx.test | Greeting Hello Introduced StartTls Handshake Proof Hello Introduced Ready TLSv1.3
          may   |       | STARTTLS;220 go | 502 what | Greeting Hello Introduced StartTls Handshake Proof Hello OTHER 5.0.0
          named |       | STARTTLS;220 go | 250 mx.test | Greeting Hello Introduced StartTls Handshake Proof OTHER 4.7.5
          first |       | | 220 hi;250 mx.test | Handshake Proof Greeting Hello Introduced Ready TLSv1.3
          first |       | | broken | Handshake TLS 4.7.5
          may   | login | 220 hi;250-mx.test/250 AUTH PLAIN | | Greeting Hello Introduced Login OTHER 4.7.8
          never | clear | 220 hi;250-mx.test/250 AUTH PLAIN;235 ok | | Greeting Hello Introduced Login Ready none
          never | clear | 220 hi;250-mx.test/250 AUTH PLAIN;535 no | | Greeting Hello Introduced Login OTHER 4.7.8
          never | clear | 220 hi;250 mx.test | | Greeting Hello Introduced Login OTHER 4.7.8
          """)
  void goesFromStageToStage(String tls, String login, String clear, String secured, String stages) {
    Candidate candidate = candidate(tls, login == null ? "" : login);
    ClientTls client =
        "broken".equals(secured) ? BROKEN : new Protecting(secured == null ? "" : secured);
    assertEquals(
        stages, stages(candidate, client, clear == null ? "" : clear, !tls.equals("never")));
  }

  private static String stages(
      Candidate candidate, ClientTls client, String replies, boolean startTls) {
    var outbound =
        new OutboundTls(
            TlsPolicy.OPPORTUNISTIC,
            client,
            new PeerVerifier(CertificateAuthorities.platform(), InstantSource.system()),
            TlsReporter.NONE);
    var dialog =
        new OpeningDialog(
            Bench.settings(25),
            outbound,
            new TlsAccounts(outbound.reporter(), outbound.verifier()),
            new StalledHandshakes(),
            new Random(1));
    var socket = new Socket();
    var wire =
        new CommandChannel(
            socket,
            new Flights(replies.replace("STARTTLS;", "220 hi;250-mx.test/250 STARTTLS;")),
            new ByteArrayOutputStream(),
            new Watchdog(Duration.ofHours(1)));
    var met = new ArrayList<String>();
    OpeningStage.Open stage =
        OpeningDialog.first(new OpeningStage.Contact(candidate, Optional.of(socket), wire));
    while (true) {
      met.add(stage.getClass().getSimpleName());
      try {
        switch (dialog.next(stage, startTls)) {
          case OpeningStage.Open next -> stage = next;
          case OpeningStage.Ready(Session session) -> {
            met.add("Ready " + session.remote.tls().split("[ ,]", 2)[0]);
            return String.join(" ", met);
          }
          case OpeningStage.Refused(Failure failure, OpeningStage.Trouble trouble) -> {
            met.add(trouble + " " + failure.status());
            return String.join(" ", met);
          }
        }
      } catch (IOException _) {
        return String.join(" ", met) + " lost";
      }
    }
  }

  private static Candidate candidate(String tls, String login) {
    TlsRequirement requirement =
        switch (tls) {
          case "never" -> new TlsRequirement.Forbidden();
          case "must" -> new TlsRequirement.Encrypt();
          case "named" -> new TlsRequirement.Verified(List.of("mx.test"));
          default -> new TlsRequirement.Opportunistic();
        };
    return new Candidate(
        new Candidate.Endpoint.Tcp(
            "mx.test", new InetSocketAddress(InetAddress.getLoopbackAddress(), 25)),
        Candidate.Dialect.SMTP,
        TlsDecision.of(requirement, "a test"),
        tls.equals("first"),
        login.isEmpty()
            ? Optional.empty()
            : Optional.of(new DeliverySettings.Login("user", "password")),
        login.equals("clear"),
        List.of());
  }

  /// What a host says, in pieces with `;` between them, each of which comes when it is awaited.
  private static final class Flights extends InputStream {
    private final ArrayDeque<byte[]> left = new ArrayDeque<>();

    /// @param text lines with `/` between them
    Flights(String text) {
      for (String flight : text.isEmpty() ? new String[0] : text.split(";", -1)) {
        left.add((flight.replace("/", "\r\n") + "\r\n").getBytes(ISO_8859_1));
      }
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (left.isEmpty()) {
        return -1;
      }
      byte[] flight = left.remove();
      System.arraycopy(flight, 0, into, from, flight.length);
      return flight.length;
    }

    @Override
    public int read() {
      throw new AssertionError("the wire reads blocks");
    }
  }
}
