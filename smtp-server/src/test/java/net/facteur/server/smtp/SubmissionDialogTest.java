package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.TlsContexts;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class SubmissionDialogTest {
  private static ServerCertificate certificate;
  private static SSLContext trust;
  private TestServer server = new TestServer();
  private volatile boolean damped;

  private final Authenticator accounts =
      new Authenticator() {
        @Override
        public CompletionStage<AuthOutcome> checkPassword(
            SmtpClient client, String user, byte[] password) {
          String text = new String(password, StandardCharsets.UTF_8);
          AuthOutcome outcome =
              text.equals("later")
                  ? new AuthOutcome.Unavailable()
                  : user.equals("ann") && text.equals("pencil")
                      ? new AuthOutcome.Accepted("ann@example.org")
                      : AuthOutcome.Refused.CREDENTIALS;
          return CompletableFuture.supplyAsync(() -> outcome);
        }

        @Override
        public boolean scramOffered() {
          return true;
        }

        @Override
        public ScramKeys scramKeys(String user) {
          byte[] salt = "sixteen octets!!".getBytes(StandardCharsets.UTF_8);
          String password = user.equals("ann") ? "pencil" : "nobody can know " + user.hashCode();
          return ScramClient.keys("ann@example.org", password, salt, 4_096);
        }

        @Override
        public AuthOutcome decideScram(
            SmtpClient client, String user, Optional<ScramKeys> keys, boolean proven) {
          return damped
              ? AuthOutcome.Refused.DAMPED
              : Authenticator.super.decideScram(client, user, keys, proven);
        }
      };

  @BeforeAll
  static void certify() throws Exception {
    var authority =
        new CertificateAuthority(
            "Trial CA", Duration.ofDays(1), InstantSource.system(), new SecureRandom());
    certificate = authority.issue(DomainName.parse("mail.example.org").toOptional().orElseThrow());
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(store);
    trust = SSLContext.getInstance("TLS");
    trust.init(null, trusted.getTrustManagers(), null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void start(SmtpClient.Listener kind, SslProvider provider, SubmissionPolicy policy)
      throws IOException {
    start(kind, provider, policy, TransportSettings.DEFAULTS);
  }

  private void start(
      SmtpClient.Listener kind,
      SslProvider provider,
      SubmissionPolicy policy,
      TransportSettings transport)
      throws IOException {
    SslContext context =
        SslContextBuilder.forServer(
                certificate.key(), certificate.chain().toArray(new X509Certificate[0]))
            .sslProvider(provider)
            .build();
    TlsContexts contexts = () -> context;
    var settings =
        new SmtpSettings("mail.example.org", 1_000_000, 100, 100, Duration.ofMillis(1), policy);
    server =
        new TestServer()
            .start(kind, settings, transport, Optional.of(contexts), Optional.of(accounts));
  }

  private void submission() throws IOException {
    start(SmtpClient.Listener.SUBMISSION, SslProvider.JDK, SubmissionPolicy.AUTHENTICATED_ONLY);
  }

  private static SSLSocket secure(SmtpDialog c) throws IOException {
    c.ehlo().say("STARTTLS", "220 2.0.0");
    SSLSocket socket = c.secure(trust, "mail.example.org");
    c.say("EHLO client.example", "250");
    return socket;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void nothingIsSubmittedWithoutTlsAndAuthentication() throws IOException {
    submission();
    try (var c = server.dial()) {
      c.expect("220").send("EHLO client.example\r\n");
      String plain = c.reply();
      assertTrue(plain.contains("STARTTLS"));
      assertFalse(plain.contains("AUTH"));
      assertFalse(plain.contains("REQUIRETLS"));
      c.say("AUTH PLAIN", "538 5.7.11")
          .say("MAIL FROM:<a@example.org>", "530 5.7.0 Must issue")
          .say("STARTTLS now", "501")
          .say("STARTTLS", "220");
      c.secure(trust, "mail.example.org");
      c.say("MAIL FROM:<a@example.org>", "503").send("EHLO client.example\r\n");
      String secured = c.reply();
      assertFalse(secured.contains("STARTTLS"));
      assertTrue(secured.contains("AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN"));
      assertTrue(secured.contains("REQUIRETLS"));
      c.say("STARTTLS", "503").say("MAIL FROM:<a@example.org>", "530 5.7.0 Authentication");
    }
  }

  @Test
  void plainAndLoginCheckThePassword() throws IOException {
    submission();
    try (var c = server.dial()) {
      secure(c);
      c.say("AUTH PLAIN " + base64("\0ann\0wrong"), "535 5.7.8")
          .say("AUTH PLAIN " + base64("bob\0ann\0pencil"), "535 5.7.8")
          .say("AUTH PLAIN " + base64("\0ann\0later"), "454")
          .say("AUTH PLAIN !!", "501 5.5.2")
          .say("AUTH PLAIN " + base64("no nul"), "501 5.5.2")
          .say("AUTH CRAM-MD5", "504 5.5.4")
          .say("AUTH PLAIN", "334 ")
          .say("*", "501")
          .say("AUTH PLAIN", "334 ")
          .say("x".repeat(13_000), "500 5.5.2")
          .say("NOOP", "250")
          .say("AUTH PLAIN", "334 ")
          .say(base64("ann\0ann\0pencil"), "235 2.7.0")
          .say("AUTH PLAIN " + base64("\0ann\0pencil"), "503 5.5.1")
          .say("MAIL FROM:<a@example.org> REQUIRETLS AUTH=a+2Bb@example.org", "250")
          .say("RCPT TO:<b@example.org>", "250")
          .say("DATA", "354")
          .send("A: b\r\n\r\n.\r\n")
          .expect("250");
    }
    Transaction t = server.messages.getFirst().transaction();
    assertEquals(Optional.of("ann@example.org"), t.client().user());
    assertEquals("ESMTPSA", t.client().withProtocol(false));
    assertTrue(t.parameters().requireTls());
    assertEquals(Optional.of("a+b@example.org"), t.parameters().authIdentity());
    try (var c = server.dial()) {
      secure(c);
      c.say("AUTH LOGIN", "334 VXNlcm5hbWU6")
          .say(base64("ann"), "334 UGFzc3dvcmQ6")
          .say(base64("pencil"), "235")
          .say("QUIT", "221");
    }
  }

  @Test
  void guessingEndsTheSession() throws IOException {
    submission();
    try (var c = server.dial()) {
      secure(c);
      c.say("AUTH PLAIN " + base64("\0ann\0a"), "535")
          .say("AUTH PLAIN " + base64("\0ann\0b"), "535")
          .say("AUTH PLAIN " + base64("\0ann\0c"), "421 4.7.0")
          .expectEnd();
    }
  }

  @Test
  void scramProvesBothSides() throws Exception {
    submission();
    try (var c = server.dial()) {
      secure(c);
      scram(c, "SCRAM-SHA-256", new ScramClient("n,,", new byte[0], "ann", "pencil"), "235");
    }
    for (String user : List.of("ann", "nobody")) {
      try (var c = server.dial()) {
        secure(c);
        scram(c, "SCRAM-SHA-256", new ScramClient("n,,", new byte[0], user, "wrong"), "535");
      }
    }
    try (var c = server.dial()) {
      secure(c);
      // Somebody took -PLUS out of what we announced.
      var downgraded = new ScramClient("y,,", new byte[0], "ann", "pencil");
      c.say("AUTH SCRAM-SHA-256 " + downgraded.first(), "535 5.7.8");
      var confused = new ScramClient("p=tls-unique,,", new byte[0], "ann", "pencil");
      c.say("AUTH SCRAM-SHA-256-PLUS " + confused.first(), "535");
      c.say("AUTH SCRAM-SHA-256 " + base64("n,,m=x,n=ann,r=abc"), "501");
    }
  }

  @Test
  void whoeverIsDampedDoesNotLearnThatThePasswordWasRight() throws Exception {
    submission();
    damped = true;
    try (var c = server.dial()) {
      secure(c);
      scram(c, "SCRAM-SHA-256", new ScramClient("n,,", new byte[0], "ann", "pencil"), "535 5.7.8");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void scramPlusBindsTheTlsSession(SslProvider provider) throws Exception {
    start(SmtpClient.Listener.SUBMISSIONS, provider, SubmissionPolicy.AUTHENTICATED_ONLY);
    var certificateHash = MessageDigest.getInstance("SHA-256");
    for (boolean genuine : new boolean[] {true, false}) {
      try (var c = server.dial()) {
        var tls = c.secure(trust, "mail.example.org");
        c.ehlo();
        byte[] bound =
            certificateHash.digest(tls.getSession().getPeerCertificates()[0].getEncoded());
        bound[0] ^= (byte) (genuine ? 0 : 1);
        var client = new ScramClient("p=tls-server-end-point,,", bound, "ann", "pencil");
        scram(c, "SCRAM-SHA-256-PLUS", client, genuine ? "235" : "535");
      }
    }
    try (var c = server.dial()) {
      var tls = c.secure(trust, "mail.example.org");
      c.ehlo();
      var session = (ExtendedSSLSession) tls.getSession();
      byte[] bound = session.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
      var client = new ScramClient("p=tls-exporter,,", bound, "ann", "pencil");
      if (provider == SslProvider.JDK) {
        scram(c, "SCRAM-SHA-256-PLUS", client, "235");
        assertEquals(32, Arrays.copyOf(bound, bound.length).length);
      } else {
        c.say("AUTH SCRAM-SHA-256-PLUS " + client.first(), "535");
      }
    }
  }

  private static void scram(SmtpDialog c, String mechanism, ScramClient client, String outcome)
      throws Exception {
    c.send("AUTH " + mechanism + " " + client.first() + "\r\n");
    String first = c.reply();
    assertTrue(first.startsWith("334 "), first);
    c.send(client.last(first.substring(4)) + "\r\n");
    if (outcome.startsWith("2")) {
      assertEquals("334 " + client.expectedServerFinal(), c.reply());
      c.send("\r\n");
    }
    c.expect(outcome);
  }

  @Test
  void plainTextBehindStartTlsNeverCounts() throws IOException {
    submission();
    try (var c = server.dial()) {
      c.ehlo().send("STARTTLS\r\nMAIL FROM:<evil@example.org>\r\n").expect("554 5.5.1").expectEnd();
    }
    assertEquals(0, server.mails.size());
  }

  @Test
  void trustedNetworksSubmitWithoutAuthentication() throws IOException {
    var loopback = AddressBlock.around(InetAddress.getByAddress(new byte[] {127, 0, 0, 0}), 8);
    start(SmtpClient.Listener.SUBMISSION, SslProvider.JDK, new SubmissionPolicy(List.of(loopback)));
    try (var c = server.dial()) {
      c.open().say("DATA", "354").send("A: b\r\n\r\n.\r\n").expect("250");
    }
    assertEquals(Optional.empty(), server.messages.getFirst().transaction().client().user());
  }

  /// Proxies send the header and the client's first octets in one packet.
  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void aHandshakeMayComeWithTheHeaderOfTheProxy(SslProvider provider) throws Exception {
    var loopback = AddressBlock.around(InetAddress.getByAddress(new byte[] {127, 0, 0, 0}), 8);
    start(
        SmtpClient.Listener.SUBMISSIONS,
        provider,
        SubmissionPolicy.AUTHENTICATED_ONLY,
        TransportSettings.DEFAULTS.withTrustedProxies(List.of(loopback)));
    try (var c = server.dial()) {
      c.withNext("PROXY TCP4 192.0.2.7 198.51.100.1 4711 465\r\n");
      c.secure(trust, "mail.example.org");
      c.ehlo().say("QUIT", "221").expectEnd();
    }
    while (server.ended.isEmpty()) {
      Thread.onSpinWait();
    }
    assertEquals("192.0.2.7", server.ended.getFirst().remote().getAddress().getHostAddress());
  }

  @Test
  void aProxyIsNotItsClients() throws IOException {
    var loopback = AddressBlock.around(InetAddress.getByAddress(new byte[] {127, 0, 0, 0}), 8);
    start(
        SmtpClient.Listener.SUBMISSION,
        SslProvider.JDK,
        new SubmissionPolicy(List.of(loopback)),
        TransportSettings.DEFAULTS.withTrustedProxies(List.of(loopback)));
    try (var c = server.dial()) {
      c.send("PROXY TCP4 192.0.2.7 198.51.100.1 4711 587\r\n")
          .ehlo()
          .say("MAIL FROM:<ann@example.org>", "530");
    }
    try (var c = server.dial()) {
      c.send("PROXY TCP4 127.0.0.9 198.51.100.1 4711 587\r\n")
          .ehlo()
          .say("MAIL FROM:<ann@example.org>", "250");
    }
  }

  @Test
  void theServerNameReachesTheService() throws Exception {
    start(
        SmtpClient.Listener.SUBMISSIONS, SslProvider.OPENSSL, SubmissionPolicy.AUTHENTICATED_ONLY);
    try (var c = server.dial()) {
      c.secure(trust, "mail.example.org");
      c.ehlo().say("QUIT", "221").expectEnd();
    }
    while (server.ended.isEmpty()) {
      Thread.onSpinWait();
    }
    var tls = server.ended.getFirst().tls().orElseThrow();
    assertEquals("TLSv1.3", tls.protocol());
    assertEquals(Optional.of("mail.example.org"), tls.serverName());
  }
}
