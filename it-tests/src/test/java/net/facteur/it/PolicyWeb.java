package net.facteur.it;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.facteur.server.tls.ServerCertificate;

/// The HTTPS hosts of MTA-STS policies.
final class PolicyWeb implements AutoCloseable {
  private final HttpsServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> policies = new ConcurrentHashMap<>();

  PolicyWeb(InetSocketAddress address, ServerCertificate certificate) throws IOException {
    server = HttpsServer.create(address, 50);
    server.setExecutor(workers);
    server.setHttpsConfigurator(new HttpsConfigurator(TlsMx.context(certificate)));
    server.createContext(
        "/.well-known/mta-sts.txt",
        exchange -> {
          String host = exchange.getRequestHeaders().getFirst("Host");
          String domain = host.replaceFirst("^mta-sts\\.", "").replaceFirst(":.*", "");
          byte[] policy = policies.getOrDefault(domain, "").getBytes(StandardCharsets.ISO_8859_1);
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(policy.length == 0 ? 404 : 200, policy.length);
          exchange.getResponseBody().write(policy);
          exchange.close();
        });
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /// From now on the domain wants mail to go to this host, with TLS.
  void enforce(String domain, String mx) {
    policies.put(domain, "version: STSv1\r\nmode: enforce\r\nmx: " + mx + "\r\nmax_age: 86400\r\n");
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
