package net.facteur.server.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.srs.SrsSecret;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrsReversePathsTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final MailAddress BOB = new MailAddress("bob", "example.org");

  private Instant now = START;
  private Optional<DomainName> domain = Optional.empty();

  /// Bob's mail goes on to `bob@example.com`; a catch-all takes the rest.
  private Router router(String... secrets) {
    var domains =
        new SrsDomains(
            List.of(secrets).stream()
                .map(s -> new SrsSecret(s.getBytes(StandardCharsets.UTF_8)))
                .toList(),
            domain,
            () -> now);
    var settings =
        new RoutingSettings(
            List.of(DomainName.of("example.org"), DomainName.of("example.net")),
            Set.of(),
            "+",
            Map.of(),
            Map.of(
                "bob@example.org",
                new RoutingSettings.Forwarding(List.of("bob@example.com"), false)),
            Map.of(DomainName.of("example.org"), "alice@example.org"),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty());
    return new Router(
        settings,
        (local, _) -> Set.of("alice", "bob").contains(local),
        new SrsReversePaths(domains));
  }

  private static ReversePath leaving(Router router, MailAddress sender) {
    List<Envelope> envelopes =
        router.envelopes(
            new ReversePath.Of(sender),
            List.of(new ForwardPath(BOB, Optional.empty(), Optional.empty())));
    assertEquals(1, envelopes.size());
    assertEquals("bob@example.com", envelopes.getFirst().recipients().getFirst().address().text());
    return envelopes.getFirst().reversePath();
  }

  private static MailAddress address(ReversePath path) {
    return assertInstanceOf(ReversePath.Of.class, path).address();
  }

  private static String end(Resolution resolution) {
    var routed = assertInstanceOf(Resolution.Routed.class, resolution);
    assertEquals(1, routed.ends().size());
    return routed.ends().getFirst().address().text();
  }

  @Test
  void forwardedMailOfStrangersLeavesInOurDomainAndItsBouncesComeBackToThem() {
    Router router = router("tick");
    MailAddress path = address(leaving(router, new MailAddress("carol", "example.edu")));
    assertTrue(path.text().matches("SRS0=.{4}=..=example\\.edu=carol@example\\.org"), path.text());
    assertTrue(router.accepts(path));
    assertEquals("carol@example.edu", end(router.resolve(path)));
    var bounce =
        router.envelopes(
            ReversePath.Null.NULL,
            List.of(new ForwardPath(path, Optional.empty(), Optional.empty())));
    assertEquals(ReversePath.Null.NULL, bounce.getFirst().reversePath());
    assertEquals("carol@example.edu", bounce.getFirst().recipients().getFirst().address().text());
  }

  @Test
  void mailThatAnotherForwarderRewroteGoesBackToThatForwarder() {
    Router router = router("tick");
    var theirs = new MailAddress("SRS0=AbCd=EF=example.edu=carol", "forwarder.example");
    MailAddress path = address(leaving(router, theirs));
    assertTrue(
        path.text().matches("SRS1=.{4}=forwarder\\.example==AbCd=EF=example\\.edu=carol@.*"),
        path.text());
    assertEquals(theirs.text(), end(router.resolve(path)));
  }

  @Test
  void ourOwnMailAndTheNullPathStayAsTheyAre() {
    Router router = router("tick");
    var own = new MailAddress("alice", "example.net");
    assertEquals(own, address(leaving(router, own)));
  }

  @Test
  void oneDomainForAllCanBeSet() {
    domain = Optional.of(DomainName.of("example.net"));
    Router router = router("tick");
    MailAddress path = address(leaving(router, new MailAddress("carol", "example.edu")));
    assertEquals("example.net", path.domain());
    assertEquals("carol@example.edu", end(router.resolve(path)));
  }

  @Test
  void forgedOldAndBrokenAddressesAreUnknownUsersDespiteACatchAll() {
    Router router = router("tick");
    MailAddress good = address(leaving(router, new MailAddress("carol", "example.edu")));
    for (String bad :
        List.of(
            good.localPart().replace("carol", "dave"),
            good.localPart().replace("example.edu", "example.com"),
            "SRS0=AAAA=AA=example.edu=carol",
            "SRS0=",
            "srs1=x",
            "SRS0==AA=example.edu=carol")) {
      assertInstanceOf(
          Resolution.UnknownUser.class, router.resolve(new MailAddress(bad, "example.org")), bad);
    }
    assertEquals("alice@example.org", end(router.resolve(new MailAddress("x", "example.org"))));
    now = START.plus(Duration.ofDays(21));
    assertEquals("carol@example.edu", end(router.resolve(good)));
    now = START.plus(Duration.ofDays(22));
    assertInstanceOf(Resolution.UnknownUser.class, router.resolve(good));
  }

  @Test
  void anAddressOfOursIsBelievedAfterTheSecretChanged() {
    MailAddress path = address(leaving(router("tick"), new MailAddress("carol", "example.edu")));
    assertEquals("carol@example.edu", end(router("tock", "tick").resolve(path)));
    assertInstanceOf(Resolution.UnknownUser.class, router("tock").resolve(path));
  }

  @Test
  void pathsThatWouldGrowTooLongStayAsTheyAre() {
    var sender = new MailAddress("carol." + "x".repeat(40), "a.long.example.edu");
    assertEquals(sender, address(leaving(router("tick"), sender)));
  }

  @Test
  void quotedLocalPartsComeBackAsTheyWere() {
    Router router = router("tick");
    var sender = new MailAddress("carol \"c\" \\ d", "example.edu");
    MailAddress path = address(leaving(router, sender));
    assertEquals(sender.text(), end(router.resolve(path)));
  }

  @Test
  void nobodyElseMayRestore() {
    var rewriter =
        new SrsReversePaths(
            new SrsDomains(List.of(new SrsSecret(new byte[] {1})), Optional.empty(), () -> now));
    assertEquals(Optional.empty(), rewriter.restore(new MailAddress("alice", "example.org")));
    assertEquals(Optional.empty(), SrsReversePaths.address("carol@not a host"));
    assertEquals(Optional.empty(), SrsReversePaths.address("carol"));
    assertEquals(Optional.empty(), SrsReversePaths.address("@example.org"));
  }

  @Test
  void theSecretIsMadeUpOnceAndKeptToTheServer(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("data/srs-secret");
    var file = new SrsSecretFile(path);
    List<SrsSecret> first = file.open(new SecureRandom());
    assertEquals(1, first.size());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    assertEquals(first, file.open(new SecureRandom()));
    Files.writeString(path, "new\nold\n\n");
    assertEquals(2, file.read().size());
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    IOException open = assertThrows(IOException.class, file::read);
    assertTrue(open.toString().contains("chmod 600"), open.toString());
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(path, "\n");
    assertThrows(IOException.class, file::read);
  }
}
