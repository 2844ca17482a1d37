package net.facteur.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A real BIND that serves `example.org`, which our server may update, and `example.net`.
final class KeyZones implements AutoCloseable {
  private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
  private static final String SECRET = "c2VjcmV0LW9mLXRoZS10ZXN0LWZvci1mYWN0ZXVyISE=";

  private final PeerDirectory directory;
  private final int port;
  private final Process process;

  private KeyZones(PeerDirectory directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  /// @param records of `example.org`, beside its own servers
  static KeyZones start(String records) throws Exception {
    PeerDirectory directory = PeerDirectory.make();
    int port = World.freePort(ADDRESS);
    Files.writeString(directory.resolve("example.org"), head("example.org") + records);
    Files.writeString(
        directory.resolve("example.net"),
        head("example.net") + "@ MX 10 mail\nmail A " + World.THEIRS.getHostAddress() + "\n");
    Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file none; session-keyfile none; recursion no; notify no;
          listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no;
        };
        controls { };
        key "facteur" { algorithm hmac-sha256; secret "%3$s"; };
        zone "example.org" { type primary; file "example.org";
          update-policy {
            grant facteur subdomain _domainkey.example.org. TXT;
            grant facteur name _25._tcp.mail.example.org. TLSA;
            grant facteur name _acme-challenge.mail.example.org. TXT;
            grant facteur name _acme-challenge.mta-sts.example.org. TXT;
          };
        };
        zone "example.net" { type primary; file "example.net"; };
        """
            .formatted(directory, port, SECRET));
    Process process =
        new ProcessBuilder(
                Program.BIND.path(), "-g", "-c", directory.resolve("named.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    var zones = new KeyZones(directory, port, process);
    try {
      Await.until(() -> directory.text("log"), () -> !zones.ask("example.org", "SOA").isEmpty());
      return zones;
    } catch (Exception | AssertionError e) {
      zones.close();
      throw e;
    }
  }

  private static String head(String zone) {
    return """
    $TTL 1
    @ SOA ns.%1$s. hostmaster.%1$s. 1 3600 600 86400 1
    @ NS ns
    ns A 127.0.0.1
    """
        .formatted(zone);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(ADDRESS, port);
  }

  /// Settings that let a server look after its keys here.
  String settings(Path home) throws IOException {
    Path key = home.resolve("tsig.key");
    Files.writeString(
        key, "key \"facteur\" { algorithm hmac-sha256; secret \"" + SECRET + "\"; };");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return """
    dns.servers = ["127.0.0.1:%1$d"]
    keys {
      publish = update
      update-key-file = "%2$s"
      update-server = "127.0.0.1:%1$d"
      name-server-port = %1$d
      ttl = 1s
      keep = 1s
      rsa-bits = 1024
      spare = false
    }
    """
        .formatted(port, key);
  }

  /// What stands there, as `dig` writes it.
  List<String> ask(String name, String type) throws IOException {
    return Command.run(
            "/usr/bin/dig",
            "+time=2",
            "+tries=1",
            "+short",
            "+tcp",
            "@127.0.0.1",
            "-p",
            String.valueOf(port),
            name,
            type)
        .output()
        .lines()
        .filter(line -> !line.startsWith(";"))
        .toList();
  }

  @Override
  public void close() throws IOException {
    Command.stop(process);
    directory.delete();
  }
}
