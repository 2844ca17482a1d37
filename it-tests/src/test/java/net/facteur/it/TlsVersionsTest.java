package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Mail exchangers that speak one version of TLS only: what `facteur tls test` tells of them, and
/// how the server's mail gets there, by both libraries that may do TLS for us.
@RequiresProgram({Program.POSTFIX, Program.NODE})
class TlsVersionsTest {
  private static final List<String> VERSIONS = List.of("TLSv1.2", "TLSv1.3");

  /// Who does the handshake for us; the options of Java that choose it.
  enum Library {
    BORING_SSL,
    JAVA;

    List<String> options() {
      return switch (this) {
        case BORING_SSL -> List.of();
        case JAVA -> List.of("-Dio.netty.handler.ssl.noOpenSsl=true");
      };
    }
  }

  /// A domain whose one exchanger speaks one version.
  ///
  /// @param took true where the exchanger says that it has the mail for a recipient, by TLS
  record Peer(String domain, String version, Predicate<String> took, Closeable stop) {
    String address() {
      return "carol@" + domain;
    }
  }

  @TempDir private Path directory;
  private World world;
  private Site site;
  private InetSocketAddress submission;
  private final List<Peer> peers = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    world = new World(directory);
    submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
    site = Site.build(world, World.freePort(World.OURS), submission.getPort());
    site.configure("delivery.authorities = \"" + world.caFile() + "\"");
    var chain = TlsChain.of(TlsChain.Algorithm.ECDSA, "mx.test");
    for (int i = 0; i < VERSIONS.size(); i++) {
      postfix(VERSIONS.get(i), chain, World.loopback(78, 1 + i));
      java(VERSIONS.get(i), World.loopback(78, 11 + i));
      node(VERSIONS.get(i), chain, World.loopback(78, 21 + i));
    }
  }

  private InetSocketAddress exchanger(String domain, InetAddress address) {
    world.add(domain, RecordType.MX, new MxRecord(10, DomainName.of("mx." + domain)));
    world.add("mx." + domain, RecordType.A, address);
    return new InetSocketAddress(address, world.theirMx().getPort());
  }

  private static String domain(String peer, String version) {
    return peer + version.toLowerCase(Locale.ROOT).replace(".", "") + ".test";
  }

  private void postfix(String version, TlsChain chain, InetAddress address) throws Exception {
    String domain = domain("postfix", version);
    Path files = Files.createDirectory(directory.resolve(domain));
    var postfix =
        Postfix.start(
            exchanger(domain, address),
            submission,
            """
            virtual_mailbox_domains = %1$s
            virtual_mailbox_maps = inline:{carol@%1$s=carol/}
            smtpd_tls_security_level = may
            smtpd_tls_chain_files = %2$s, %3$s
            smtpd_tls_protocols = >=%4$s, <=%4$s
            smtpd_tls_loglevel = 1
            """
                .formatted(domain, chain.keyFile(files), chain.certificateFile(files), version));
    peers.add(
        new Peer(
            domain,
            version,
            to ->
                postfix.log().contains("TLS connection established from")
                    && postfix.log().contains(": " + version + " with cipher")
                    && postfix.log().contains("to=<" + to + ">")
                    && postfix.log().contains("status=sent"),
            postfix::close));
  }

  private void java(String version, InetAddress address) throws IOException {
    String domain = domain("java", version);
    ServerCertificate certificate =
        world.authority().issue(List.of(HostPattern.of("mx." + domain)), List.of());
    var mx =
        new TlsMx(
            exchanger(domain, address),
            certificate,
            certificate,
            TlsMx.Path.CLEAR,
            List.of(version));
    peers.add(
        new Peer(
            domain,
            version,
            to -> mx.taken().stream().anyMatch(t -> t.recipient().equals(to) && t.tls()),
            mx::close));
  }

  private void node(String version, TlsChain chain, InetAddress address) throws Exception {
    String domain = domain("node", version);
    Path files = Files.createDirectory(directory.resolve(domain));
    var mx = NodeMx.start(exchanger(domain, address), version, chain, files);
    peers.add(
        new Peer(
            domain, version, to -> mx.log().contains(to + " by " + version + "\n"), mx::close));
  }

  @AfterEach
  void stop() throws IOException {
    for (Peer peer : peers) {
      peer.stop().close();
    }
    world.close();
  }

  @ParameterizedTest
  @EnumSource
  void theCommandAndTheServerAgreeWithHostsOfOneVersion(Library library) throws Exception {
    for (Peer peer : peers) {
      String text = tested(library, peer.domain());
      assertTrue(text.contains("ready: "), text);
      assertTrue(text.contains(peer.version() + " "), text);
      assertEquals(List.of(), protocolsBeyond(peer.version(), text), text);
      assertTrue(text.contains("certificate CN="), text);
    }
    try (var server = ServerProcess.startWith(site, submission, library.options())) {
      for (Peer peer : peers) {
        try (var alice = SmtpLink.open(submission)) {
          String reply =
              alice
                  .login(world.trust(), Site.ALICE, Site.PASSWORD)
                  .send(
                      Site.ALICE,
                      peer.address(),
                      Mail.of(Site.ALICE, peer.address(), "to " + peer.domain(), "Hello"));
          assertTrue(reply.startsWith("250"), reply);
        }
      }
      for (Peer peer : peers) {
        Await.until(server::log, () -> peer.took().test(peer.address()));
        String remote = remote(peer);
        assertTrue(remote.contains("" + peer.version() + " "), remote);
        assertEquals(List.of(), protocolsBeyond(peer.version(), remote), remote);
      }
    }
  }

  /// By whom and how the mail was taken, as `facteur why` tells it.
  private String remote(Peer peer) throws Exception {
    var client = new ControlClient(site.data().resolve("control.socket"));
    return Await.present(
        () -> "no delivery of mail to " + peer.address() + " is told",
        () -> {
          var told = new ArrayList<String>();
          client.send(
              new ControlRequest.Why(peer.address(), 10),
              node -> node.findValuesAsString("tls").forEach(told::add));
          return told.stream().filter(t -> t.startsWith("TLSv1")).findFirst();
        });
  }

  private static List<String> protocolsBeyond(String version, String text) {
    return Stream.concat(VERSIONS.stream(), Stream.of("clear text", "TLSv1 ", "TLSv1.1"))
        .filter(v -> !v.equals(version) && text.contains(v))
        .toList();
  }

  /// What the command says, in a Java of its own where that alone can choose the library.
  private String tested(Library library, String domain) throws IOException {
    String[] arguments = {"tls", "test", domain, "-c", site.configuration().toString()};
    if (library.options().isEmpty()) {
      CommandLineRun run = CommandLineRun.of(arguments);
      assertEquals(0, run.code(), run.text());
      return run.text();
    }
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.add("-Dfacteur.log.level=error");
    line.addAll(library.options());
    line.addAll(List.of("-cp", ServerProcess.classPath(), "net.facteur.server.cli.Facteur"));
    line.addAll(List.of(arguments));
    return Command.run(line.toArray(String[]::new)).succeeded();
  }
}
