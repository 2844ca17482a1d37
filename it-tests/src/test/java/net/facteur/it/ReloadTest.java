package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.signing.KeyFile;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `facteur reload` says, beside `facteur check` and what is so.
class ReloadTest {
  private static final String OTHER = "smtp.example.com";

  @TempDir private Path directory;
  private String port = "";

  /// The server, and name servers that say what they know of its selector.
  private RunningServer start() throws IOException {
    var world = new World(directory);
    world.add("example.org", RecordType.NS, DomainName.of("ns.example.org"));
    world.add("ns.example.org", RecordType.A, world.names().address().getAddress());
    port = "keys.name-server-port = " + world.names().address().getPort() + "\n";
    return RunningServer.start(world, port, CryptoProviders.detect(), InstantSource.system());
  }

  private static CommandLineRun typed(String command, RunningServer server) {
    return CommandLineRun.of(command, "-c", server.site().configuration().toString());
  }

  private static ServerCertificate issued(RunningServer server, String host) {
    return server
        .world()
        .authority()
        .issue(List.of(new HostPattern(false, DomainName.of(host))), List.of(World.OURS));
  }

  private static void write(ServerCertificate certificate, RunningServer server, String name)
      throws IOException {
    Path folder = server.site().directory();
    CertificateAuthority.write(certificate.key(), folder.resolve(name + ".key"));
    CertificateAuthority.write(certificate.chain(), folder.resolve(name + ".pem"));
  }

  private static X509Certificate shown(RunningServer server) throws IOException {
    try (var link = SmtpLink.open(server.submission())) {
      return link.certificate(server.world().trust());
    }
  }

  @Test
  void warningsAreThoseOfCheckAlsoWhereNothingChanged() throws IOException {
    try (var server = start()) {
      CommandLineRun good = typed("reload", server);
      assertEquals(0, good.code(), good::text);
      assertEquals("ok: the new settings are in force\n", good.text());
      server.site().configure(port + "aliases { info = [nobody, noone] }\n");
      for (int i = 0; i < 2; i++) {
        CommandLineRun check = typed("check", server);
        CommandLineRun reload = typed("reload", server);
        assertEquals(0, check.code(), check::text);
        assertEquals(0, reload.code(), reload::text);
        assertTrue(
            check.text().contains("the alias `info` leads to noone@example.org"), check::text);
        assertEquals(
            check.text().lines().filter(line -> !line.startsWith("ok")).toList(),
            reload.text().lines().filter(line -> !line.startsWith("ok")).toList());
        assertTrue(
            reload.text().endsWith("ok: the new settings are in force, 2 warnings\n"),
            reload::text);
      }
      server.site().configure(port + "aliases { info = nobody }\nqueue.life = 4d\n");
      CommandLineRun later = typed("reload", server);
      assertEquals(3, later.code(), later::text);
      assertTrue(later.text().contains("warning: "), later::text);
      assertTrue(later.text().contains("in force, 1 warning, except these"), later::text);
    }
  }

  @Test
  void aCertificateThatStaysOutIsNotCalledInForce() throws Exception {
    try (var server = start()) {
      X509Certificate before = shown(server);
      write(issued(server, "other.example.com"), server, "server");
      CommandLineRun other = typed("reload", server);
      assertEquals(0, other.code(), other::text);
      assertTrue(other.text().contains("not in force: "), other::text);
      assertTrue(other.text().contains("it is for [other.example.com], not for"), other::text);
      assertTrue(other.text().contains("The new settings are in force, except"), other::text);
      assertEquals(before, shown(server));
      // its key is another's
      CertificateAuthority.write(
          issued(server, Site.HOST).key(), server.site().directory().resolve("server.key"));
      CommandLineRun misfit = typed("reload", server);
      assertEquals(1, misfit.code(), misfit::text);
      assertTrue(misfit.text().contains("not the key of the certificate in"), misfit::text);
      assertTrue(misfit.text().contains("the old ones stay in force"), misfit::text);
      assertEquals(before, shown(server));
      ServerCertificate renewed = issued(server, Site.HOST);
      write(renewed, server, "server");
      CommandLineRun coming = typed("reload", server);
      assertEquals(0, coming.code(), coming::text);
      Await.until(() -> "still the old one", () -> shown(server).equals(renewed.leaf()));
      assertEquals("ok: the new settings are in force\n", typed("reload", server).text());
    }
  }

  @Test
  void anExpiredCertificateOfANameDoesNotTakeThePlaceOfAValidOne() throws Exception {
    try (var server = start()) {
      ServerCertificate old = issued(server, OTHER);
      write(old, server, "other");
      String named = "tls.names.\"" + OTHER + "\" { certificate = other.pem, key = other.key }\n";
      server.site().configure(port + named);
      assertEquals(0, typed("reload", server).code());
      assertEquals(old.leaf(), shownFor(server));
      ServerCertificate expired =
          new CertificateAuthority(
                  "Facteur test CA of before",
                  Duration.ofHours(1),
                  () -> Instant.now().minus(Duration.ofDays(3)),
                  server.world().random())
              .issue(List.of(new HostPattern(false, DomainName.of(OTHER))), List.of());
      write(expired, server, "other");
      CommandLineRun reload = typed("reload", server);
      assertEquals(0, reload.code(), reload::text);
      assertTrue(reload.text().contains("programs that ask for " + OTHER), reload::text);
      assertEquals(old.leaf(), shownFor(server));
    }
  }

  private static X509Certificate shownFor(RunningServer server) throws IOException {
    try (var link = SmtpLink.open(server.submission())) {
      return link.certificate(server.world().trust(), OTHER);
    }
  }

  @Test
  void aSelectorThatIsPinnedLaterNeedsItsRecordToo() throws IOException {
    try (var server = start()) {
      assertEquals(0, typed("reload", server).code());
      DkimPrivateKey key = TestKeys.ed25519();
      KeyFile.of(
              server.site().data().resolve("keys"),
              "next",
              DomainName.of("example.org"),
              KeyType.ED25519)
          .write(key);
      server.site().configure(port + "domains.\"example.org\".dkim.selector = next\n");
      CommandLineRun refused = typed("reload", server);
      assertEquals(1, refused.code(), refused::text);
      assertTrue(refused.text().contains("the settings pin the selector next of"), refused::text);
      assertTrue(refused.text().contains("next-ed._domainkey.example.org. IN TXT"), refused::text);
      CommandLineRun check = typed("check", server);
      assertEquals(1, check.code(), check::text);
      assertTrue(check.text().contains("the settings pin the selector next of"), check::text);
      server.world().key("next-ed", "example.org", key);
      assertEquals(0, typed("check", server).code());
      assertEquals(0, typed("reload", server).code());
    }
  }

  @Test
  void aFileThatRootTookIsToldByReloadAsByCheck() throws IOException {
    try (var server = start()) {
      Path users = server.site().data().resolve("users");
      Files.move(users, users.resolveSibling("users.away"));
      Files.createDirectory(users);
      CommandLineRun check = typed("check", server);
      CommandLineRun reload = typed("reload", server);
      assertEquals(1, check.code(), check::text);
      assertEquals(1, reload.code(), reload::text);
      assertTrue(reload.text().contains(users.toString()), reload::text);
      assertTrue(check.text().contains(users.toString()), check::text);
      Files.delete(users);
      Files.move(users.resolveSibling("users.away"), users);
      assertEquals(0, typed("reload", server).code());
    }
  }
}
