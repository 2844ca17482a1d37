package net.facteur.server.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.Deferred;
import net.facteur.queue.DeliveryOutcome.Delivered;
import net.facteur.queue.Destination;
import net.facteur.server.delivery.DeliverySettings.Login;
import net.facteur.server.delivery.DeliverySettings.RelayHost;
import net.facteur.server.delivery.DeliverySettings.RelayTls;
import net.facteur.server.report.TlsReporter;
import org.junit.jupiter.api.Test;

/// What is said to whom: TLS demands and smarthost passwords.
class TlsAndLoginTest {
  private static final Login LOGIN = new Login("user", "pencil");

  private final TestCertificate certificate;

  TlsAndLoginTest() throws Exception {
    certificate = new TestCertificate("mx.test");
  }

  private OutboundTls tls(TlsPolicy policy) {
    return new OutboundTls(
        policy,
        ClientTls.best(Optional.empty(), true, new SecureRandom()),
        new PeerVerifier(certificate.trusting(), InstantSource.system()),
        TlsReporter.NONE);
  }

  private DeliveryOutcome viaMx(ScriptedServer server, TlsRequirement requirement) {
    var zone = new Bench.Zone().mx("example.com", 1, "mx.test").a("mx.test", "127.0.0.1");
    try (var agent =
        new OutboundAgent(
            Bench.settings(server.port()),
            zone,
            tls((_, _, _) -> TlsDecision.of(requirement, "a test")),
            _ -> Map.of(),
            new Random(1))) {
      return Bench.only(
          agent.deliver(Bench.attempt(new Destination("mx:example.com"), "x@example.com")));
    }
  }

  private DeliveryOutcome viaRelay(ScriptedServer server, String host, RelayHost relay) {
    var zone = new Bench.Zone().a("mx.test", "127.0.0.1").a("other.test", "127.0.0.1");
    String hop = host + ":" + server.port();
    try (var agent =
        new OutboundAgent(
            Bench.settings(25, Duration.ofSeconds(20), Map.of(hop, relay)),
            zone,
            tls(TlsPolicy.OPPORTUNISTIC),
            _ -> Map.of(),
            new Random(1))) {
      return Bench.only(
          agent.deliver(Bench.attempt(new Destination("relay:" + hop), "x@example.com")));
    }
  }

  private void startTls(ScriptedServer.Peer peer, String... extensions) throws IOException {
    peer.hello("STARTTLS", "PIPELINING");
    peer.expect("STARTTLS");
    peer.say("220 go");
    certificate.start(peer);
    peer.ehlo(extensions);
  }

  @Test
  void usesTlsWhereItIsOfferedWhateverTheCertificate() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              startTls(peer, "PIPELINING");
              peer.accept();
            })) {
      var done =
          assertInstanceOf(Delivered.class, viaMx(server, new TlsRequirement.Opportunistic()));
      String tls = done.remote().orElseThrow().tls();
      assertTrue(tls.startsWith("TLSv1.3 TLS_"), tls);
      assertTrue(tls.endsWith(", got encrypt, wanted may: a test"), tls);
    }
  }

  @Test
  void goesOnInTheClearWhereTlsIsBrokenAndNobodyAskedForIt() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              peer.hello("STARTTLS");
              if (peer.number == 1) {
                peer.expect("STARTTLS");
                peer.say("220 go");
                peer.raw("this is not a handshake\r\n");
                peer.line();
              } else {
                peer.accept();
              }
            })) {
      var done =
          assertInstanceOf(Delivered.class, viaMx(server, new TlsRequirement.Opportunistic()));
      assertEquals("none, wanted may: a test", done.remote().orElseThrow().tls());
      assertEquals(2, server.connections.get());
    }
  }

  /// Settings with hardly any time for a handshake.
  private static DeliverySettings impatient(int port) {
    Duration limit = Duration.ofSeconds(20);
    var timeouts =
        new DeliverySettings.Timeouts(
            limit, limit, limit, Duration.ofMillis(500), limit, limit, limit, limit, limit, limit);
    DeliverySettings usual = Bench.settings(port);
    return new DeliverySettings(
        usual.hostName(),
        port,
        usual.families(),
        usual.sources(),
        usual.ownAddresses(),
        usual.chunking(),
        usual.reuse(),
        timeouts,
        usual.relays());
  }

  private OutboundAgent impatientAgent(ScriptedServer server, TlsRequirement requirement) {
    return new OutboundAgent(
        impatient(server.port()),
        new Bench.Zone().mx("example.com", 1, "mx.test").a("mx.test", "127.0.0.1"),
        tls((_, _, _) -> TlsDecision.of(requirement, "a test")),
        _ -> Map.of(),
        new Random(1));
  }

  private static DeliveryOutcome deliver(OutboundAgent agent) {
    return Bench.only(
        agent.deliver(Bench.attempt(new Destination("mx:example.com"), "x@example.com")));
  }

  /// Takes STARTTLS and then says nothing more.
  private static void stall(ScriptedServer.Peer peer) throws IOException {
    peer.hello("STARTTLS");
    peer.expect("STARTTLS");
    peer.say("220 go");
    peer.socket().getInputStream().readAllBytes();
  }

  private static void stalled(DeliveryOutcome outcome) {
    var deferred = assertInstanceOf(Deferred.class, outcome);
    assertEquals("4.7.5", deferred.status().toString());
    assertTrue(deferred.reply().contains("handshake was not over within"), deferred.reply());
  }

  @Test
  void aHandshakeThatStallsEndsTheAttemptAndOnlyTheNextMayGoInTheClear() throws Exception {
    try (var server =
            new ScriptedServer(
                peer -> {
                  if (peer.number <= 2) {
                    stall(peer);
                  } else {
                    peer.hello("STARTTLS");
                    peer.accept();
                  }
                });
        var agent = impatientAgent(server, new TlsRequirement.Opportunistic())) {
      stalled(deliver(agent));
      assertEquals(1, server.connections.get());
      assertFalse(server.heard.stream().anyMatch(l -> l.startsWith("MAIL")));
      // The next attempt tries TLS first.
      var done = assertInstanceOf(Delivered.class, deliver(agent));
      assertEquals("none, wanted may: a test", done.remote().orElseThrow().tls());
      assertEquals(3, server.connections.get());
    }
  }

  @Test
  void aHandshakeThatWorksMakesUpForOneThatStalled() throws Exception {
    try (var server =
            new ScriptedServer(
                peer -> {
                  if (peer.number == 2) {
                    startTls(peer, "PIPELINING");
                    peer.accept();
                    peer.close();
                  } else {
                    stall(peer);
                  }
                });
        var agent = impatientAgent(server, new TlsRequirement.Opportunistic())) {
      stalled(deliver(agent));
      var done = assertInstanceOf(Delivered.class, deliver(agent));
      assertTrue(done.remote().orElseThrow().tls().startsWith("TLSv1.3"));
      stalled(deliver(agent));
      assertEquals(3, server.connections.get());
    }
  }

  @Test
  void aHandshakeThatStallsNeverLeadsToClearTextWhereTlsIsDemanded() throws Exception {
    for (TlsRequirement demand :
        List.of(new TlsRequirement.Encrypt(), new TlsRequirement.Verified(List.of("mx.test")))) {
      try (var server = new ScriptedServer(TlsAndLoginTest::stall);
          var agent = impatientAgent(server, demand)) {
        for (int i = 1; i <= 3; i++) {
          stalled(deliver(agent));
          assertEquals(i, server.connections.get());
        }
        assertFalse(server.heard.stream().anyMatch(l -> l.startsWith("MAIL")));
      }
    }
  }

  @Test
  void sendsNothingInTheClearWhereTlsIsDemanded() throws Exception {
    for (TlsRequirement demand :
        List.of(new TlsRequirement.Encrypt(), new TlsRequirement.Verified(List.of("mx.test")))) {
      try (var broken =
              new ScriptedServer(
                  peer -> {
                    peer.hello("STARTTLS");
                    peer.expect("STARTTLS");
                    peer.say("454 4.7.0 not now");
                    peer.line();
                  });
          var without =
              new ScriptedServer(
                  peer -> {
                    peer.hello("PIPELINING");
                    peer.line();
                  })) {
        for (var server : List.of(broken, without)) {
          var deferred = assertInstanceOf(Deferred.class, viaMx(server, demand));
          assertEquals(7, deferred.status().subject());
          assertEquals(1, server.connections.get());
          assertFalse(server.heard.stream().anyMatch(l -> l.startsWith("MAIL")));
        }
      }
    }
  }

  @Test
  void sendsNothingToABarredHost() throws Exception {
    try (var server = new ScriptedServer(peer -> peer.hello())) {
      var deferred =
          assertInstanceOf(
              Deferred.class, viaMx(server, new TlsRequirement.Barred("not in the policy")));
      assertEquals("not in the policy", deferred.reply());
      assertEquals(0, server.connections.get());
    }
  }

  @Test
  void refusesAnswersSmuggledInBeforeTheHandshake() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              peer.hello("STARTTLS");
              peer.expect("STARTTLS");
              peer.raw("220 go\r\n250-forged\r\n250 AUTH PLAIN\r\n");
              peer.line();
            })) {
      var deferred = assertInstanceOf(Deferred.class, viaMx(server, new TlsRequirement.Encrypt()));
      assertTrue(deferred.reply().contains("clear text after STARTTLS"), deferred.reply());
    }
  }

  @Test
  void verifiesTheNameOfASmarthostBeforeThePassword() throws Exception {
    ScriptedServer.Script script =
        peer -> {
          startTls(peer, "AUTH LOGIN PLAIN");
          peer.expect("AUTH PLAIN AHVzZXIAcGVuY2ls");
          peer.say("235 2.7.0 welcome");
          peer.accept();
        };
    var relay = new RelayHost(RelayTls.VERIFIED, Optional.of(LOGIN), false);
    try (var server = new ScriptedServer(script)) {
      var done = assertInstanceOf(Delivered.class, viaRelay(server, "mx.test", relay));
      assertTrue(done.remote().orElseThrow().tls().contains(", got secure, wanted secure: "));
    }
    try (var server = new ScriptedServer(script)) {
      assertInstanceOf(Deferred.class, viaRelay(server, "other.test", relay));
      assertFalse(server.heard.stream().anyMatch(l -> l.startsWith("AUTH")));
    }
  }

  @Test
  void speaksTlsFromTheFirstOctetWhereTold() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              certificate.start(peer);
              peer.hello("AUTH LOGIN");
              peer.expect("AUTH LOGIN");
              peer.say("334 VXNlcm5hbWU6");
              peer.expect("dXNlcg==");
              peer.say("334 UGFzc3dvcmQ6");
              peer.expect("cGVuY2ls");
              peer.say("235 ok");
              peer.accept();
            })) {
      assertInstanceOf(
          Delivered.class,
          viaRelay(server, "mx.test", new RelayHost(RelayTls.IMPLICIT, Optional.of(LOGIN), false)));
    }
  }

  @Test
  void sendsNoPasswordToAHostThatDidNotProveItsName() throws Exception {
    for (RelayTls tls : List.of(RelayTls.NONE, RelayTls.OPPORTUNISTIC)) {
      try (var server =
          new ScriptedServer(
              peer -> {
                peer.hello("AUTH PLAIN");
                peer.line();
              })) {
        var deferred =
            assertInstanceOf(
                Deferred.class,
                viaRelay(server, "mx.test", new RelayHost(tls, Optional.of(LOGIN), false)));
        assertEquals("4.7.8", deferred.status().toString());
        assertFalse(server.heard.stream().anyMatch(l -> l.startsWith("AUTH")));
      }
    }
  }

  @Test
  void defersWhereThePasswordIsWrong() throws Exception {
    try (var server =
        new ScriptedServer(
            peer -> {
              peer.hello("AUTH PLAIN");
              peer.expect("AUTH PLAIN");
              peer.say("535 5.7.8 no");
            })) {
      var relay = new RelayHost(RelayTls.NONE, Optional.of(LOGIN), true);
      var deferred = assertInstanceOf(Deferred.class, viaRelay(server, "127.0.0.1", relay));
      assertTrue(deferred.destinationDown());
      assertFalse(deferred.reply().contains("pencil"));
    }
  }

  @Test
  void authenticatesByScramAndDemandsTheSameOfTheHost() throws Exception {
    for (boolean honest : new boolean[] {true, false}) {
      try (var server =
          new ScriptedServer(
              peer -> {
                peer.hello("AUTH PLAIN SCRAM-SHA-256");
                scram(peer, honest);
                peer.accept();
              })) {
        var relay = new RelayHost(RelayTls.NONE, Optional.of(LOGIN), true);
        assertEquals(honest, viaRelay(server, "127.0.0.1", relay) instanceof Delivered);
      }
    }
  }

  /// The server's side of SCRAM-SHA-256 (RFC 5802, section 3).
  private static void scram(ScriptedServer.Peer peer, boolean honest) throws IOException {
    var words = peer.line().split(" ", -1);
    String first = new String(Base64.getDecoder().decode(words[2]), UTF_8);
    String bare = first.substring(3);
    String nonce = bare.substring(bare.indexOf("r=") + 2) + "server";
    byte[] salt = "saltsalt".getBytes(UTF_8);
    String challenge = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(salt) + ",i=4096";
    peer.say("334 " + Base64.getEncoder().encodeToString(challenge.getBytes(UTF_8)));
    String last = new String(Base64.getDecoder().decode(peer.line()), UTF_8);
    String unproven = last.substring(0, last.indexOf(",p="));
    String message = bare + "," + challenge + "," + unproven;
    try {
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec("pencil".toCharArray(), salt, 4096, 256))
              .getEncoded();
      byte[] clientKey = hmac(salted, "Client Key");
      byte[] stored = java.security.MessageDigest.getInstance("SHA-256").digest(clientKey);
      byte[] signature = hmac(stored, message);
      byte[] proof = Base64.getDecoder().decode(last.substring(last.indexOf(",p=") + 3));
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= signature[i];
      }
      if (!java.util.Arrays.equals(proof, clientKey)) {
        peer.say("535 5.7.8 wrong proof");
        return;
      }
      byte[] verifier = hmac(hmac(salted, honest ? "Server Key" : "Forged Key"), message);
      String v = "v=" + Base64.getEncoder().encodeToString(verifier);
      peer.say("334 " + Base64.getEncoder().encodeToString(v.getBytes(UTF_8)));
      if (!peer.line().isEmpty()) {
        return;
      }
      peer.say("235 2.7.0 welcome");
    } catch (java.security.GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text)
      throws java.security.GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }
}
