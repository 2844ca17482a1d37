package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.https.HttpsClient;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsLookup.Cause;
import net.facteur.auth.mtasts.MtaStsPolicyText.Mode;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.tls.CertificateAuthorities;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Policies, good and broken, from a real nginx.
@RequiresProgram(Program.NGINX)
class NginxPolicyTest {
  private static final String POLICY =
      "version: STSv1\nmode: enforce\nmx: mx.example.com\nmax_age: 86400\n";
  private static final Duration LIFE = Duration.ofDays(30);

  private static PeerDirectory directory;
  private static ServerSocket endless;
  private static SSLContext trust;
  private static Process nginx;
  private static int port;
  private static Instant clock = Instant.EPOCH;

  @BeforeAll
  static void start() throws Exception {
    clock = Instant.now();
    directory = PeerDirectory.make();
    endless = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(NginxPolicyTest::pour);
    var random = new SecureRandom();
    var authority = new CertificateAuthority("Test", LIFE, () -> clock, random);
    trust = SSLContext.getInstance("TLS");
    trust.init(
        null,
        new TrustManager[] {CertificateAuthorities.of(List.of(authority.certificate()))},
        random);
    Files.writeString(directory.resolve("policy"), POLICY);
    Files.writeString(directory.resolve("huge"), POLICY + "x-fill: ".repeat(1_300_000));
    var servers = new StringBuilder();
    try (var free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String file = "default_type text/plain; alias " + directory + "/";
    servers.append(server(authority, "good", file + "policy;"));
    servers.append(server(authority, "redirect", "return 301 https://good.test$request_uri;"));
    servers.append(server(authority, "missing", "return 404;"));
    servers.append(
        server(authority, "html", "default_type text/html; alias " + directory + "/policy;"));
    servers.append(server(authority, "huge", file + "huge;"));
    servers.append(
        server(
            authority,
            "endless",
            "proxy_buffering off; proxy_pass http://127.0.0.1:" + endless.getLocalPort() + ";"));
    servers.append(
        server(authority, "garbage", "default_type text/plain; return 200 'mode: what';"));
    clock = Instant.now().minus(LIFE).minus(Duration.ofDays(10));
    servers.append(server(authority, "expired", file + "policy;"));
    clock = Instant.now();
    servers.append(
        server(
            new CertificateAuthority("Other", LIFE, () -> clock, random),
            "strange",
            file + "policy;"));
    Path settings = directory.resolve("nginx.conf");
    Files.writeString(settings, settings(servers.toString()));
    nginx =
        new ProcessBuilder(
                Program.NGINX.path(), "-c", settings.toString(), "-p", directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Await.until(
        () -> directory.text("log"),
        () -> {
          try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  private static String settings(String servers) {
    return """
    daemon off;
    worker_processes 1;
    pid %1$s/pid;
    error_log stderr;
    events { worker_connections 64; }
    http {
      access_log off;
      client_body_temp_path %1$s/body;
      proxy_temp_path %1$s/proxy;
      fastcgi_temp_path %1$s/fastcgi;
      uwsgi_temp_path %1$s/uwsgi;
      scgi_temp_path %1$s/scgi;
      %2$s
    }
    """
        .formatted(directory, servers);
  }

  private static String server(CertificateAuthority authority, String name, String location)
      throws IOException {
    ServerCertificate made = authority.issue(DomainName.of("mta-sts." + name + ".test"));
    CertificateAuthority.write(made.chain(), directory.resolve(name + ".pem"));
    CertificateAuthority.write(made.key(), directory.resolve(name + ".key"));
    return """
    server {
      listen 127.0.0.1:%1$d ssl;
      server_name mta-sts.%2$s.test;
      ssl_certificate %3$s/%2$s.pem;
      ssl_certificate_key %3$s/%2$s.key;
      location = /.well-known/mta-sts.txt { %4$s }
    }
    """
        .formatted(port, name, directory, location);
  }

  /// A body that never ends.
  private static void pour() {
    while (!endless.isClosed()) {
      try (Socket client = endless.accept();
          OutputStream out = client.getOutputStream()) {
        out.write(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
                .getBytes(StandardCharsets.ISO_8859_1));
        while (true) {
          out.write(POLICY.getBytes(StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        // the reader has had enough
      }
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (nginx != null) {
      Command.stop(nginx);
    }
    endless.close();
    directory.delete();
  }

  private static PolicyFetch fetch(String name) {
    Map<String, Object> zone = new HashMap<>();
    zone.put("mta-sts." + name + ".test", Map.of("A", List.of("127.0.0.1")));
    var client = new HttpsClient(ZoneResolver.of(zone), trust, HttpsClient.Limits.DEFAULTS);
    return new HttpsPolicyFetcher(client, port).fetch(DomainName.of(name + ".test"));
  }

  private static void fails(String name, Cause cause, String reason) {
    PolicyFetch outcome = fetch(name);
    var failed = assertInstanceOf(PolicyFetch.Failed.class, outcome, outcome.toString());
    assertEquals(cause, failed.failure().cause(), failed.toString());
    assertEquals(reason, failed.failure().reason());
  }

  @Test
  void goodPolicyIsFetched() {
    PolicyFetch outcome = fetch("good");
    var fetched = assertInstanceOf(PolicyFetch.Fetched.class, outcome, outcome.toString());
    assertEquals(Mode.ENFORCE, fetched.policy().mode());
    assertEquals(POLICY.lines().toList(), fetched.policy().lines());
  }

  @Test
  void redirectIsNotFollowed() {
    fails("redirect", Cause.FETCH, "HTTP status 301");
    fails("missing", Cause.FETCH, "HTTP status 404");
  }

  @Test
  void wrongTypeAndWrongTextAreNoPolicy() {
    fails("html", Cause.INVALID, "the media type is not text/plain");
    assertInstanceOf(PolicyFetch.Failed.class, fetch("garbage"));
  }

  @Test
  void tenMegabytesAndEndlessBodiesAreCutOff() {
    fails("huge", Cause.FETCH, "the answer has more than 65536 octets");
    fails("endless", Cause.FETCH, "the answer has more than 65536 octets");
  }

  @Test
  void certificateMustBeAliveAndTrusted() {
    fails("expired", Cause.WEBPKI, "the certificate has expired");
    PolicyFetch outcome = fetch("strange");
    assertEquals(
        Cause.WEBPKI, assertInstanceOf(PolicyFetch.Failed.class, outcome).failure().cause());
  }
}
