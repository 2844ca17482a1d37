package net.facteur.server.demo;

import static net.facteur.server.demo.DemoTexts.SAY;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.files.ToldException;
import net.facteur.server.tls.CertificateAuthority;
import org.jspecify.annotations.Nullable;

/// Everything that runs during a trial: the name server, the two servers, and what they have on
/// disk, all of which is gone once this is closed.
final class Stage implements AutoCloseable {
  private static final Duration CERTIFICATE_LIFE = Duration.ofDays(30);

  private final Path directory;
  private final NameServer names;
  private final CertificateAuthority authority;
  private final SSLContext trust;
  private final Actor association;
  private final Actor correspondent;
  private final BlockingQueue<Seen> events;

  private Stage(
      Path directory,
      NameServer names,
      CertificateAuthority authority,
      SSLContext trust,
      Actor association,
      Actor correspondent,
      BlockingQueue<Seen> events) {
    this.directory = directory;
    this.names = names;
    this.authority = authority;
    this.trust = trust;
    this.association = association;
    this.correspondent = correspondent;
    this.events = events;
  }

  /// One side while it runs.
  record Actor(Site site, ServerProcess server, Mailboxes mailboxes) {
    Party party() {
      return site.party();
    }
  }

  /// A step in some message's way.
  ///
  /// @param host the server whose log has it
  record Seen(DomainName host, LogEvent event) {}

  /// Starts everything, and returns once both servers take connections.
  ///
  /// @param launcher starts the servers
  static Stage raise(Launcher launcher, InstantSource clock, SecureRandom random)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("facteur-demo-");
    var opened = new ArrayList<AutoCloseable>();
    boolean raised = false;
    try {
      Party.Ports ports = freePorts();
      var association =
          Party.of(
              SAY.association(),
              DomainName.of("asso.test"),
              loopback(2),
              ports,
              List.of("alice", "anton"),
              random);
      var correspondent =
          Party.of(
              SAY.correspondent(),
              DomainName.of("friends.test"),
              loopback(3),
              ports,
              List.of("bruno", "berta"),
              random);
      // What takes its time goes on side by side.
      var made =
          CompletableFuture.supplyAsync(
              () -> new CertificateAuthority("Facteur demo CA", CERTIFICATE_LIFE, clock, random));
      NameServer names =
          NameServer.start(
              List.of(TrialZones.root(), TrialZones.reverse(List.of(association, correspondent))),
              new InetSocketAddress(loopback(1), 0));
      opened.add(names);
      CertificateAuthority authority = made.join();
      var events = new LinkedBlockingQueue<Seen>();
      // RSA keys take their time: both sides at once.
      var second =
          CompletableFuture.supplyAsync(
              () ->
                  actor(
                      correspondent,
                      directory,
                      authority,
                      names,
                      launcher.command(),
                      random,
                      events));
      Actor first =
          actor(association, directory, authority, names, launcher.rehearsed(), random, events);
      opened.add(first.server());
      Actor other = second.join();
      opened.add(other.server());
      for (Actor actor : List.of(first, other)) {
        actor
            .server()
            .awaitListening(List.of(actor.party().reception(), actor.party().submission()));
      }
      var stage = new Stage(directory, names, authority, trust(authority), first, other, events);
      raised = true;
      return stage;
    } finally {
      if (!raised) {
        opened.forEach(Stage::closeQuietly);
        delete(directory);
      }
    }
  }

  private static Actor actor(
      Party party,
      Path directory,
      CertificateAuthority authority,
      NameServer names,
      List<String> launcher,
      SecureRandom random,
      BlockingQueue<Seen> events) {
    try {
      Path home = directory.resolve(party.domain().text());
      Site site = Site.build(party, home, authority, names.address(), random);
      names.add(TrialZones.of(party, site.keys(), site.certificate().leaf()));
      var server =
          ServerProcess.start(
              party.host().text(),
              launcher,
              site.configuration(),
              site.log(),
              event -> events.add(new Seen(party.host(), event)));
      return new Actor(site, server, new Mailboxes(site.mail()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// Ports that are free on both addresses now; people remember the usual ones better.
  private static Party.Ports freePorts() throws IOException {
    return new Party.Ports(freePort(20_025), freePort(20_587), freePort(20_465));
  }

  private static int freePort(int preferred) throws IOException {
    int port = preferred;
    for (int attempt = 0; attempt < 50; attempt++) {
      try (var one = new ServerSocket(port, 1, loopback(2));
          var other = new ServerSocket(one.getLocalPort(), 1, loopback(3))) {
        return other.getLocalPort();
      } catch (IOException _) {
        port = 0;
      }
    }
    throw new ToldException(SAY.noPort());
  }

  static InetAddress loopback(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("four octets are an address", e);
    }
  }

  private static SSLContext trust(CertificateAuthority authority) throws IOException {
    try {
      var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry("authority", authority.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(anchors);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  Actor association() {
    return association;
  }

  Actor correspondent() {
    return correspondent;
  }

  List<Actor> actors() {
    return List.of(association, correspondent);
  }

  NameServer names() {
    return names;
  }

  CertificateAuthority authority() {
    return authority;
  }

  /// Trusts the throw-away authority and nothing else.
  SSLContext trust() {
    return trust;
  }

  /// The next step that a log has, if there is one by now.
  Optional<Seen> event() {
    @Nullable Seen next = events.poll();
    return Optional.ofNullable(next);
  }

  @Override
  public void close() {
    actors().parallelStream().forEach(a -> a.server().close());
    names.close();
    delete(directory);
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void delete(Path directory) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException _) {
      // The system cleans its temporary directory by itself.
    }
  }
}
