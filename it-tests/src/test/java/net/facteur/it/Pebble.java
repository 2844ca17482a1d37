package net.facteur.it;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// A certification authority of its own, which speaks ACME.
final class Pebble implements AutoCloseable {
  private final World world;
  private final PeerDirectory directory;
  private final int port;
  private final int management;
  private final Process process;

  private Pebble(World world, PeerDirectory directory, int port, int management, Process process) {
    this.world = world;
    this.directory = directory;
    this.port = port;
    this.management = management;
    this.process = process;
  }

  /// @param world who vouches for it
  /// @param names the name server that it asks
  /// @param httpPort where it looks for files
  static Pebble start(World world, InetSocketAddress names, int httpPort) throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ServerCertificate own =
        world
            .authority()
            .issue(List.of(new HostPattern(false, DomainName.of("localhost"))), List.of(loopback));
    CertificateAuthority.write(own.chain(), directory.resolve("cert.pem"));
    CertificateAuthority.write(own.key(), directory.resolve("key.pem"));
    int port = World.freePort(loopback);
    int management = World.freePort(loopback);
    Files.writeString(
        directory.resolve("config.json"),
        """
        { "pebble": {
          "listenAddress": "127.0.0.1:%1$d",
          "managementListenAddress": "127.0.0.1:%2$d",
          "certificate": "%3$s/cert.pem",
          "privateKey": "%3$s/key.pem",
          "httpPort": %4$d,
          "tlsPort": 1,
          "ocspResponderURL": "",
          "externalAccountBindingRequired": false
        } }
        """
            .formatted(port, management, directory, httpPort));
    var builder =
        new ProcessBuilder(
                Program.PEBBLE.path(),
                "-config",
                directory.resolve("config.json").toString(),
                "-dnsserver",
                names.getAddress().getHostAddress() + ":" + names.getPort())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
    var pebble = new Pebble(world, directory, port, management, builder.start());
    try {
      Await.until(pebble::log, () -> !pebble.root().isEmpty());
      return pebble;
    } catch (Exception | AssertionError e) {
      pebble.close();
      throw e;
    }
  }

  /// Settings that let a server renew its certificate here.
  String settings(String challenge) {
    return """
    acme {
      directory = "https://localhost:%d/dir"
      authorities = "%s"
      challenge = %s
      accept-terms = true
      contact = "%s"
      names = [mail.example.org, mta-sts.example.org]
    }
    """
        .formatted(port, world.caFile(), challenge, Site.ALICE);
  }

  private String root() throws Exception {
    try (var client = HttpClient.newBuilder().sslContext(world.trust()).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("https://localhost:" + management + "/roots/0"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 ? answer.body() : "";
    } catch (java.net.ConnectException e) {
      return "";
    }
  }

  /// Trusts what it issues, and nothing else.
  SSLContext trust() throws Exception {
    var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    anchors.setCertificateEntry(
        "root",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    root().getBytes(java.nio.charset.StandardCharsets.US_ASCII))));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(anchors);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  String log() {
    return directory.text("log");
  }

  @Override
  public void close() throws java.io.IOException {
    Command.stop(process);
    directory.delete();
  }
}
