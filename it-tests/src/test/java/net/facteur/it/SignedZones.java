package net.facteur.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A small DNS of its own: BIND serves a signed root and signed and unsigned zones below, Unbound
/// resolves and validates. Both listen on loopback.
///
/// The zones are `signed.test`, `plain.test` (not signed), `bogus.test` (the parent's digest is of
/// another key), `expired.test` (old signatures) and `_tcp.broken.signed.test` (bogus again). The
/// zone `test` is signed with NSEC3 and opt-out, the others with NSEC.
final class SignedZones implements AutoCloseable {
  private static final String HEAD =
      "$TTL 300\n@ SOA ns.test. hostmaster.test. 1 3600 600 86400 60\n@ NS ns.test.\n";

  private final PeerDirectory directory;

  /// BIND listens on addresses of interfaces only, which the others of 127/8 are not.
  private static final InetAddress AUTHORITY = InetAddress.getLoopbackAddress();

  private final InetSocketAddress resolver;
  private InetSocketAddress authority = new InetSocketAddress(AUTHORITY, 0);
  private final List<Process> processes = new ArrayList<>();

  private SignedZones(InetSocketAddress resolver) throws IOException {
    this.directory = PeerDirectory.make();
    this.resolver = resolver;
  }

  /// Signs, serves and resolves.
  ///
  /// @param resolver where Unbound is to listen
  /// @param signed the records of `signed.test`
  /// @param plain the records of `plain.test`
  static SignedZones start(InetSocketAddress resolver, String signed, String plain)
      throws Exception {
    var zones = new SignedZones(resolver);
    try {
      zones.sign(signed, plain);
      zones.serve();
      return zones;
    } catch (Exception | AssertionError e) {
      zones.close();
      throw e;
    }
  }

  InetSocketAddress resolver() {
    return resolver;
  }

  /// BIND itself, which knows all the zones, signs and validates nothing.
  InetSocketAddress authority() {
    return authority;
  }

  /// The key of the root, as a file of trust anchors.
  Path trustAnchor() {
    return directory.resolve("dsset-.");
  }

  private void sign(String signed, String plain) throws IOException {
    zone("_tcp.broken.signed.test", "_25 TXT nothing\n");
    sign("_tcp.broken.signed.test");
    zone("signed.test", signed + "_tcp.broken NS ns.test.\n" + wrongDigest("_tcp.broken"));
    zone("plain.test", plain);
    zone("bogus.test", "@ MX 10 mx\nmx A 127.0.0.1\n");
    zone("expired.test", "@ MX 10 mx\nmx A 127.0.0.1\n");
    sign("signed.test");
    sign("bogus.test");
    sign("expired.test", "-P", "-s", "20250101000000", "-e", "20250201000000");
    var test = new StringBuilder("ns A " + AUTHORITY.getHostAddress() + "\n");
    for (String child : List.of("signed", "plain", "bogus", "expired")) {
      test.append(child).append(" NS ns\n");
    }
    test.append(digests("signed.test"))
        .append(digests("expired.test"))
        .append(wrongDigest("bogus"));
    zone("test", test.toString());
    sign("test", "-3", "ab12", "-H", "0", "-A");
    zone(
        ".", "test NS ns.test.\nns.test. A " + AUTHORITY.getHostAddress() + "\n" + digests("test"));
    sign(".");
  }

  private static String wrongDigest(String owner) {
    return owner + " DS 12345 13 2 " + "ab".repeat(32) + "\n";
  }

  private String digests(String zone) throws IOException {
    return Files.readString(directory.resolve("dsset-" + zone + "."));
  }

  private Path file(String zone) {
    return directory.resolve(zone.equals(".") ? "root" : zone);
  }

  private void zone(String name, String records) throws IOException {
    Files.writeString(file(name), HEAD + records);
  }

  private void sign(String zone, String... options) throws IOException {
    String origin = zone.equals(".") ? "." : zone + ".";
    for (String flags : List.of("", "KSK")) {
      var keygen = new ArrayList<>(List.of("/usr/bin/dnssec-keygen", "-q", "-a", "13"));
      if (!flags.isEmpty()) {
        keygen.addAll(List.of("-f", flags));
      }
      keygen.addAll(List.of("-K", directory.toString(), origin));
      Command.run(keygen.toArray(String[]::new)).succeeded();
    }
    var line =
        new ArrayList<>(
            List.of("/usr/bin/dnssec-signzone", "-q", "-S", "-K", directory.toString(), "-d"));
    line.addAll(List.of(directory.toString(), "-o", origin, "-f", file(zone) + ".signed"));
    line.addAll(List.of(options));
    line.add(file(zone).toString());
    Command.run(line.toArray(String[]::new)).succeeded();
  }

  private void serve() throws Exception {
    int port = World.freePort(AUTHORITY);
    authority = new InetSocketAddress(AUTHORITY, port);
    var zones = new StringBuilder();
    for (String zone :
        List.of(
            ".",
            "test",
            "signed.test",
            "plain.test",
            "bogus.test",
            "expired.test",
            "_tcp.broken.signed.test")) {
      String suffix = zone.equals("plain.test") ? "" : ".signed";
      zones.append(
          "zone \"%s\" { type primary; file \"%s%s\"; };\n".formatted(zone, file(zone), suffix));
    }
    Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%s"; pid-file none; session-keyfile none; recursion no; notify no;
          listen-on port %d { %s; }; listen-on-v6 { none; }; dnssec-validation no;
        };
        controls { };
        %s\
        """
            .formatted(directory, port, AUTHORITY.getHostAddress(), zones));
    Files.writeString(
        directory.resolve("unbound.conf"),
        """
        server:
          interface: %1$s@%2$d
          access-control: 127.0.0.0/8 allow
          do-ip6: no
          do-daemonize: no
          use-syslog: no
          logfile: ""
          chroot: ""
          username: ""
          pidfile: ""
          directory: "%3$s"
          trust-anchor-file: "%3$s/dsset-."
          module-config: "validator iterator"
          do-not-query-localhost: no
          qname-minimisation: no
          local-zone: "test." nodefault
        forward-zone:
          name: "."
          forward-addr: %4$s@%5$d
        """
            .formatted(
                resolver.getAddress().getHostAddress(),
                resolver.getPort(),
                directory,
                AUTHORITY.getHostAddress(),
                port));
    start("named", "/usr/sbin/named", "-g", "-c", directory.resolve("named.conf").toString());
    Await.until(this::log, () -> asks(AUTHORITY, port));
    start("unbound", "/usr/sbin/unbound", "-d", "-c", directory.resolve("unbound.conf").toString());
    Await.until(this::log, this::answers);
  }

  private void start(String name, String... command) throws IOException {
    processes.add(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start());
  }

  private boolean answers() throws IOException {
    return asks(resolver.getAddress(), resolver.getPort());
  }

  private static boolean asks(InetAddress server, int port) throws IOException {
    return Command.run(
            "/usr/bin/dig",
            "+time=1",
            "+tries=1",
            "+short",
            "@" + server.getHostAddress(),
            "-p",
            String.valueOf(port),
            "signed.test",
            "MX")
        .output()
        .contains("mx.signed.test");
  }

  private String log() {
    return Stream.of("named.log", "unbound.log")
        .map(directory::text)
        .reduce("", (a, b) -> a + "\n" + b);
  }

  @Override
  public void close() throws IOException {
    processes.forEach(Command::stop);
    directory.delete();
  }
}
