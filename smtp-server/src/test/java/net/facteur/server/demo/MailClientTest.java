package net.facteur.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against a server that follows a script.
class MailClientTest {
  private static final CertificateAuthority AUTHORITY =
      new CertificateAuthority(
          "CA", Duration.ofDays(1), InstantSource.system(), new SecureRandom());

  @TempDir Path directory;

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
  }

  @Test
  void sendsAMessageByStarttlsAndAuth() throws Exception {
    Thread server = serve(Optional.of(serverContext("mx.asso.test")), "250 2.0.0 Ok: queued as 1A");
    try (MailClient client = connect()) {
      assertTrue(client.offers("STARTTLS"));
      assertEquals("TLSv1.3", client.startTls(trust(), "mx.asso.test"));
      client.authenticate("alice@asso.test", "secret");
      MailClient.Reply reply =
          client.send(
              "alice@asso.test", "b@friends.test", bytes("Subject: x\r\n\r\n.dot\r\n..\r\n"));
      assertEquals(250, reply.code());
      assertTrue(reply.positive());
    }
    server.join();
    assertTrue(heard.contains("AUTH PLAIN AGFsaWNlQGFzc28udGVzdABzZWNyZXQ="), heard::toString);
    assertTrue(heard.containsAll(List.of("..dot", "...", "RCPT TO:<b@friends.test>")));
    assertEquals(2, heard.stream().filter(l -> l.equals("EHLO client.test")).count());
  }

  @Test
  void givesTheRefusalOfTheServer() throws Exception {
    Thread server = serve(Optional.empty(), "550-5.7.1 no\r\n550 5.7.1 never");
    try (MailClient client = connect()) {
      MailClient.Reply reply = client.send("a@asso.test", "b@friends.test", bytes("x\r\n"));
      assertFalse(reply.positive());
      assertEquals("550 5.7.1 no / 5.7.1 never", reply.toString());
    }
    server.join();
  }

  @Test
  void trustsNoOtherAuthorityAndNoOtherName() throws Exception {
    var stranger =
        new CertificateAuthority(
            "Other", Duration.ofDays(1), InstantSource.system(), new SecureRandom());
    serve(Optional.of(serverContext("mx.asso.test")), "250 Ok");
    try (MailClient client = connect()) {
      assertThrows(SSLException.class, () -> client.startTls(trust(stranger), "mx.asso.test"));
    }
    serve(Optional.of(serverContext("mx.asso.test")), "250 Ok");
    try (MailClient client = connect()) {
      assertThrows(SSLException.class, () -> client.startTls(trust(), "mx.friends.test"));
    }
  }

  @Test
  void aServerThatTalksNonsenseIsAnError() throws Exception {
    Thread server =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket socket = listener.accept()) {
                    socket.getOutputStream().write(bytes("hello there\r\n"));
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    assertThrows(IOException.class, this::connect);
    server.join();
  }

  @Test
  void composedMailHasWhatMailNeeds() {
    TrialMail mail =
        TrialMail.compose(
            "a@asso.test",
            "b@friends.test",
            "Hi",
            "one\ntwo\n",
            InstantSource.fixed(java.time.Instant.parse("2026-11-22T12:00:00Z")),
            new java.util.SplittableRandom(1));
    String text = new String(mail.octets(), StandardCharsets.UTF_8);
    assertTrue(text.startsWith("Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nFrom: a@asso.test\r\n"));
    assertTrue(text.endsWith("\r\n\r\none\r\ntwo\r\n"));
    assertTrue(mail.messageId().endsWith("@asso.test>"));
    assertTrue(text.contains("\r\nMessage-ID: " + mail.messageId() + "\r\n"));
  }

  @Test
  void demoStateKeepsTheLastMessage() throws Exception {
    DemoState state = DemoState.in(directory.resolve("a/b"));
    assertTrue(state.lastMessage().isEmpty());
    assertTrue(state.running().isEmpty());
    Path file = Files.writeString(directory.resolve("m"), "Subject: x\n\nbody\n");
    state.arrived(ArrivedMessage.read("x", file));
    assertEquals(
        "Subject: x\r\n\r\nbody\r\n",
        new String(state.lastMessage().orElseThrow(), StandardCharsets.US_ASCII));
    state.started(ProcessHandle.current().pid(), List.of());
    assertEquals(Optional.of(ProcessHandle.current().pid()), state.running());
    state.ended();
    assertTrue(state.running().isEmpty());
  }

  private MailClient connect() throws IOException {
    return MailClient.connect(
        (InetSocketAddress) listener.getLocalSocketAddress(), Optional.empty(), "client.test");
  }

  private Thread serve(Optional<SSLContext> tls, String last) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                converse(listener.accept(), tls, last);
              } catch (IOException e) {
                heard.add(e.toString());
              }
            });
  }

  private void converse(Socket plain, Optional<SSLContext> tls, String last) throws IOException {
    Socket socket = plain;
    var in = reader(socket);
    say(socket, "220 mx ready");
    boolean data = false;
    while (true) {
      String line = in.readLine();
      if (line == null) {
        return;
      }
      heard.add(line);
      if (data) {
        if (line.equals(".")) {
          data = false;
          say(socket, last);
        }
      } else if (line.startsWith("EHLO")) {
        say(socket, "250-mx\r\n250-STARTTLS\r\n250 AUTH PLAIN");
      } else if (line.equals("STARTTLS")) {
        say(socket, "220 go");
        var secured =
            (javax.net.ssl.SSLSocket)
                tls.orElseThrow().getSocketFactory().createSocket(socket, null, true);
        secured.setUseClientMode(false);
        socket = secured;
        in = reader(socket);
      } else if (line.equals("DATA")) {
        data = true;
        say(socket, "354 go");
      } else {
        say(socket, "250 Ok");
      }
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(bytes(text + "\r\n"));
    socket.getOutputStream().flush();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static SSLContext serverContext(String name) throws Exception {
    ServerCertificate issued = AUTHORITY.issue(DomainName.of(name));
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("key", issued.key(), new char[0], issued.chain().toArray(new Certificate[0]));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static SSLContext trust() throws Exception {
    return trust(AUTHORITY);
  }

  private static SSLContext trust(CertificateAuthority authority) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
