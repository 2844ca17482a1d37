package net.facteur.server.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.delivery.RecipientProbe.Said;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.routing.NextHop;
import net.facteur.server.tls.CertificateAuthorities;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipientProbeTest {
  private static final NextHop EXAMPLE = new NextHop.Mx(DomainName.of("example.com"));

  private static RecipientProbe probe(DeliverySettings settings, Bench.Zone zone) {
    return new RecipientProbe(
        settings,
        zone,
        new OutboundTls(
            TlsPolicy.OPPORTUNISTIC,
            ClientTls.best(Optional.empty(), true, new SecureRandom()),
            new PeerVerifier(CertificateAuthorities.platform(), InstantSource.system()),
            TlsReporter.NONE),
        new Random(1));
  }

  private static Said ask(int port, Bench.Zone zone, String address) {
    return probe(Bench.settings(port), zone).ask(EXAMPLE, Bench.address(address));
  }

  private static Bench.Zone zone() {
    return new Bench.Zone().mx("example.com", 10, "a.test").a("a.test", "127.0.0.1");
  }

  private static ScriptedServer answering(String mail, String recipient) throws Exception {
    return new ScriptedServer(
        peer -> {
          peer.hello("PIPELINING", "SMTPUTF8");
          peer.expect("MAIL FROM:<>");
          peer.say(mail);
          if (mail.startsWith("2")) {
            peer.expect("RCPT TO:<");
            peer.say(recipient);
          }
          peer.expect("QUIT");
          peer.say("221 bye");
        });
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "250 ok, 250 2.1.5 ok, Yes[]",
    "250 ok, 251 will forward, Yes[]",
    "250 ok, 550 5.1.1 unknown, 'No[status=5.1.1, reply=550 5.1.1 unknown]'",
    "250 ok, 550 unknown, 'No[status=5.0.0, reply=550 unknown]'",
    "250 ok, 552 5.2.2 full, 'No[status=5.2.2, reply=552 5.2.2 full]'",
    "250 ok, 450 4.2.0 grey, 'Nothing[why=450 4.2.0 grey, down=false]'",
    "550 5.7.1 no reports, , 'Nothing[why=550 5.7.1 no reports, down=false]'",
    "451 later, , 'Nothing[why=451 later, down=false]'",
  })
  void whatTheServerSaysOfTheRecipientCounts(String mail, String recipient, String expected)
      throws Exception {
    try (var server = answering(mail, recipient)) {
      assertEquals(expected, ask(server.port(), zone(), "x@example.com").toString());
    }
  }

  @Test
  void addressesGoAsTheServerReadsThem() throws Exception {
    try (var server = answering("250 ok", "250 ok")) {
      ask(server.port(), zone(), "x y@EXAMPLE.com");
      ask(server.port(), zone(), "é@example.com");
      assertEquals(
          List.of(
              "MAIL FROM:<>",
              "RCPT TO:<\"x y\"@example.com>",
              "MAIL FROM:<> SMTPUTF8",
              "RCPT TO:<Ã©@example.com>"),
          server.heard.stream().filter(line -> line.matches("(MAIL|RCPT).*")).toList());
    }
  }

  @Test
  void aServerWithoutUtf8IsNotAskedAboutSuchAddresses() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              peer.hello();
              peer.expect("QUIT");
              peer.say("221 bye");
            })) {
      Said said = ask(server.port(), zone(), "é@example.com");
      assertEquals("Nothing[why=the host does not support SMTPUTF8, down=false]", said.toString());
    }
  }

  @Test
  void theNextHostIsAskedWhereTheBestDecidesNothing() throws Exception {
    try (var busy = new ScriptedServer("127.0.0.2", 0, peer -> peer.say("421 busy"));
        var knows =
            new ScriptedServer(
                "127.0.0.3",
                busy.port(),
                peer -> {
                  peer.hello();
                  peer.expect("MAIL");
                  peer.say("250 ok");
                  peer.expect("RCPT");
                  peer.say("550 5.1.1 no");
                })) {
      var zone =
          new Bench.Zone()
              .mx(
                  "example.com",
                  new MxRecord(10, DomainName.of("a.test")),
                  new MxRecord(20, DomainName.of("b.test")))
              .a("a.test", "127.0.0.2")
              .a("b.test", "127.0.0.3");
      assertInstanceOf(Said.No.class, ask(busy.port(), zone, "x@example.com"));
      assertEquals(1, busy.connections.get());
      assertEquals(1, knows.connections.get());
    }
  }

  @Test
  void whoeverCannotBeReachedIsDown() {
    assertEquals(
        true, assertInstanceOf(Said.Nothing.class, ask(1, zone(), "x@example.com")).down());
    var silentDns = new Bench.Zone().fails("example.com", RecordType.MX);
    assertEquals(
        true, assertInstanceOf(Said.Nothing.class, ask(1, silentDns, "x@example.com")).down());
  }

  @Test
  void thisServerIsNeverAsked() throws Exception {
    try (var own = new ScriptedServer("127.0.0.3", 0, peer -> peer.hello());
        var worse = new ScriptedServer("127.0.0.4", own.port(), peer -> peer.hello())) {
      DeliverySettings settings =
          Bench.settings(own.port()).withOwnAddresses(Set.of(InetAddress.ofLiteral("127.0.0.3")));
      var byAddress =
          new Bench.Zone()
              .mx(
                  "example.com",
                  new MxRecord(10, DomainName.of("alias.test")),
                  new MxRecord(20, DomainName.of("worse.test")))
              .a("alias.test", "127.0.0.3")
              .a("worse.test", "127.0.0.4");
      var byName = new Bench.Zone().mx("example.com", 10, "client.test");
      for (Bench.Zone zone : List.of(byAddress, byName)) {
        assertInstanceOf(
            Said.NoHost.class, probe(settings, zone).ask(EXAMPLE, Bench.address("x@example.com")));
      }
      assertEquals(0, own.connections.get() + worse.connections.get());
    }
  }

  @Test
  void aDomainThatTakesNoMailHasNoHost() {
    var none = new Bench.Zone().mx("example.com", new MxRecord(0, DomainName.ROOT));
    assertInstanceOf(Said.NoHost.class, ask(1, none, "x@example.com"));
    assertInstanceOf(Said.NoHost.class, ask(1, new Bench.Zone(), "x@example.com"));
  }

  @Test
  void aHostOfTheSettingsIsAsked() throws Exception {
    try (var server = answering("250 ok", "250 ok")) {
      var relays =
          Map.of(
              "127.0.0.1:" + server.port(),
              new DeliverySettings.RelayHost(
                  DeliverySettings.RelayTls.OPPORTUNISTIC, Optional.empty(), false));
      var settings = Bench.settings(25, Duration.ofSeconds(20), relays);
      assertInstanceOf(
          Said.Yes.class,
          probe(settings, new Bench.Zone())
              .ask(new NextHop.Relay("127.0.0.1", server.port()), Bench.address("x@example.com")));
    }
  }
}
