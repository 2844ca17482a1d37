package net.facteur.server.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.https.HttpsClient;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicyText.Mode;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.ServedPages;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.keys.WebDisclosureCheck;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.settings.Reference;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.tls.SwapGuard;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebServerTest {
  private static final DomainName ORG = DomainName.of("example.org");

  @TempDir private Path directory;
  private volatile Settings settings;
  private SSLContext trust;
  private ServerCertificates certificates;
  private WebServer server;

  /// What the settings file says, with the policy in this mode.
  private Settings settings(Mode mode) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {}, \"example.net\" {} }\n"
            + "directories.data = data\nmta-sts.mode = "
            + mode.name().toLowerCase(Locale.ROOT)
            + "\n");
    return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
      case LoadedSettings.Good(Settings read) -> read;
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  private PublishedPolicy policy() {
    return WebSettings.from(settings).policy();
  }

  @BeforeEach
  void start() throws Exception {
    settings = settings(Mode.TESTING);
    var random = new SecureRandom();
    var authority = new CertificateAuthority("Test", Duration.ofDays(1), Instant::now, random);
    certificates =
        new ServerCertificates(
            TlsSettings.of(
                files(authority, "mail.example.org"), files(authority, "mta-sts.example.org")),
            SwapGuard.ALLOW,
            Instant::now);
    trust = SSLContext.getInstance("TLS");
    trust.init(
        null,
        new TrustManager[] {CertificateAuthorities.of(List.of(authority.certificate()))},
        random);
    server =
        WebServer.open(
            new ListeningSockets(InheritedSockets.NONE),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            certificates::matching,
            () -> ServedPages.of(settings),
            Instant::now);
  }

  @Test
  void bothFamiliesListenOnOnePort() throws Exception {
    int secure = freePort();
    int plain = freePort();
    try (var both =
        WebServer.open(
            new ListeningSockets(InheritedSockets.NONE),
            everywhere(secure),
            everywhere(plain),
            certificates::matching,
            () -> Routes.of(),
            Instant::now)) {
      assertEquals(4, both.addresses().size());
      for (int port : List.of(secure, plain)) {
        for (String host : List.of("127.0.0.1", "::1")) {
          try (var socket = new Socket(host, port)) {
            assertTrue(socket.isConnected());
          }
        }
      }
    }
  }

  private static List<InetSocketAddress> everywhere(int port) {
    return List.of(new InetSocketAddress("0.0.0.0", port), new InetSocketAddress("::", port));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void idleConnectionsOfOneNetworkKeepNoOtherOut() throws Exception {
    int plain = server.addresses().get(1).getPort();
    var idle = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 250; i++) {
        idle.add(from(i % 12, plain));
      }
      try (var honest = from(200, plain)) {
        honest
            .getOutputStream()
            .write(
                "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        var answer = new String(honest.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 404"), answer);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private static Socket from(int network, int port) throws IOException {
    var socket = new Socket();
    socket.setSoTimeout(60_000);
    socket.bind(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, (byte) network, 1}), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }

  private TlsSettings.CertificateFiles files(CertificateAuthority authority, String name)
      throws IOException {
    ServerCertificate made = authority.issue(DomainName.of(name));
    Path chain = directory.resolve(name + ".pem");
    Path key = directory.resolve(name + ".key");
    CertificateAuthority.write(made.chain(), chain);
    CertificateAuthority.write(made.key(), key);
    return new TlsSettings.CertificateFiles(List.of(HostPattern.of(name)), chain, key);
  }

  @AfterEach
  void stop() {
    server.close();
    certificates.close();
  }

  private int port() {
    return server.addresses().getFirst().getPort();
  }

  private PolicyFetch fetch(DomainName domain) {
    var zone = ZoneResolver.of(Map.of("mta-sts." + domain, Map.of("A", List.of("127.0.0.1"))));
    return new HttpsPolicyFetcher(new HttpsClient(zone, trust, HttpsClient.Limits.DEFAULTS), port())
        .fetch(domain);
  }

  @Test
  void revealedKeysAreReadByHttpsAndNothingAroundThem() throws Exception {
    Files.createDirectories(directory.resolve("data/revealed/below"));
    Files.writeString(directory.resolve("data/revealed/s.example.org.rsa.pem"), "a key\n");
    Files.writeString(directory.resolve("data/revealed/.s.new"), "unfinished");
    var zone = ZoneResolver.of(Map.of("mail.example.org", Map.of("A", List.of("127.0.0.1"))));
    var exhibit = new WebDisclosureCheck(new HttpsClient(zone, trust, HttpsClient.Limits.DEFAULTS));
    String base = "https://mail.example.org:" + port() + PublicFiles.REVEALED;
    assertEquals(Optional.empty(), exhibit.problem(base + "s.example.org.rsa.pem", "a key\n"));
    assertTrue(exhibit.problem(base + "s.example.org.rsa.pem", "other\n").isPresent());
    for (String path : List.of("", ".s.new", "below", "../mail.example.org.key", "%2e%2e/x")) {
      Optional<String> problem = exhibit.problem(base + path, "unfinished");
      assertTrue(problem.orElse("").contains("answers 404"), path + " " + problem);
    }
    assertTrue(exhibit.problem("http://mail.example.org/", "x").orElse("").contains("no URL"));
  }

  @Test
  void challengesAreAnsweredByPlainHttpOnly() throws Exception {
    Files.createDirectories(directory.resolve("data/acme/challenges"));
    Files.createDirectories(directory.resolve("data/revealed"));
    Files.writeString(directory.resolve("data/acme/challenges/tok-en_1"), "tok-en_1.print");
    Files.writeString(directory.resolve("data/revealed/key"), "secret no more");
    assertEquals("200 tok-en_1.print", plain("/.well-known/acme-challenge/tok-en_1"));
    assertEquals("404 ", plain("/.well-known/acme-challenge/other"));
    assertEquals("404 ", plain(PublicFiles.REVEALED + "key"));
    assertEquals("404 ", plain("/.well-known/mta-sts.txt"));
  }

  private String plain(String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:" + server.addresses().getLast().getPort() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }
  }

  @Test
  void sendersReadOurPolicyAndItsChange() throws IOException {
    assertEquals(new PolicyFetch.Fetched(policy().policy()), fetch(ORG));
    var before = policy().txt();
    settings = settings(Mode.ENFORCE);
    assertEquals(new PolicyFetch.Fetched(policy().policy()), fetch(ORG));
    assertNotEquals(before, policy().txt());
    settings = settings(Mode.TESTING);
    assertEquals(before, policy().txt());
  }

  @Test
  void nameWithoutCertificateGetsNoHandshake() {
    var failed = assertInstanceOf(PolicyFetch.Failed.class, fetch(DomainName.of("example.net")));
    assertEquals(MtaStsLookup.Cause.FETCH, failed.failure().cause());
  }

  private String ask(String sni, String request) throws IOException, GeneralSecurityException {
    try (var socket =
        (SSLSocket)
            trust.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port())) {
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(sni)));
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private String status(String request) throws Exception {
    String answer = ask("mta-sts.example.org", request);
    return answer.substring(0, Math.min(12, answer.length()));
  }

  @Test
  void onlyThePolicyIsThere() throws Exception {
    String host = "Host: mta-sts.example.org\r\nConnection: close\r\n\r\n";
    String path = "/.well-known/mta-sts.txt";
    assertEquals("HTTP/1.1 200", status("GET " + path + " HTTP/1.1\r\n" + host));
    assertEquals("HTTP/1.1 200", status("HEAD " + path + " HTTP/1.1\r\n" + host));
    assertEquals("HTTP/1.1 404", status("GET / HTTP/1.1\r\n" + host));
    assertEquals("HTTP/1.1 404", status("GET /../../etc/passwd HTTP/1.1\r\n" + host));
    assertEquals(
        "HTTP/1.1 404",
        status(
            "GET " + path + " HTTP/1.1\r\nHost: mta-sts.example.com\r\nConnection: close\r\n\r\n"));
    assertEquals("HTTP/1.1 400", status("GET " + path + " HTTP/1.1\r\n\r\n"));
    assertEquals(
        "HTTP/1.1 405", status("POST " + path + " HTTP/1.1\r\nContent-Length: 1\r\n" + host + "x"));
  }

  @Test
  void answerIsPlainTextAndEndsTheConnectionIfAsked() throws Exception {
    String answer =
        ask(
            "mta-sts.example.org",
            "GET /.well-known/mta-sts.txt HTTP/1.1\r\nhost: MTA-STS.example.org:443\r\n"
                + "connection: close\r\n\r\n");
    assertEquals(policy().policy().print(), answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertEquals(true, answer.contains("content-type: text/plain; charset=utf-8\r\n"));
    assertEquals(true, answer.contains("connection: close\r\n"));
    assertEquals(true, answer.contains("strict-transport-security: max-age=31536000\r\n"));
  }

  /// The answer reaches a client that is still sending.
  @Test
  void hugeRequestsAreToldWhatIsTooLong() throws Exception {
    String host = "Host: mta-sts.example.org\r\n";
    assertEquals("HTTP/1.1 414", status("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r\n"));
    assertEquals("HTTP/1.1 431", status("GET / HTTP/1.1\r\nX: " + "y".repeat(20_000) + "\r\n\r\n"));
    assertEquals(
        "HTTP/1.1 413",
        status(
            "GET / HTTP/1.1\r\n"
                + host
                + "Content-Length: 3000000\r\n\r\n"
                + "z".repeat(3_000_000)));
    assertEquals(new PolicyFetch.Fetched(policy().policy()), fetch(ORG));
  }
}
