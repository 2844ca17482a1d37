package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A renewed certificate that another client drops into the staging directory.
class StagedCertificateTest {
  private static final Path DOCUMENTED = Path.of("..", "docs", "certificates.md");
  private static final String REFUSED = "A certificate of mail.example.org was refused";

  @TempDir private Path directory;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private RunningServer start() throws IOException {
    InstantSource clock = () -> Instant.now().plus(ahead.get());
    return RunningServer.start(new World(directory), "", CryptoProviders.detect(), clock);
  }

  private static Path staging(RunningServer server) {
    return server.site().data().resolve("tls/staging");
  }

  /// The deploy hook of the documentation: the lines of its one indented block that is a script.
  private static String hook() throws IOException {
    List<String> lines =
        Files.readAllLines(DOCUMENTED).stream()
            .dropWhile(line -> !line.equals("    #!/bin/sh"))
            .takeWhile(line -> line.startsWith("    "))
            .map(line -> line.substring(4))
            .toList();
    assertTrue(lines.size() > 3, lines::toString);
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  private static void write(ServerCertificate certificate, Path folder) throws IOException {
    Files.createDirectories(folder);
    CertificateAuthority.write(certificate.key(), folder.resolve("privkey.pem"));
    CertificateAuthority.write(certificate.chain(), folder.resolve("fullchain.pem"));
  }

  private static ServerCertificate issued(RunningServer server, String host) {
    return server
        .world()
        .authority()
        .issue(List.of(new HostPattern(false, DomainName.of(host))), List.of(World.OURS));
  }

  private static X509Certificate shown(RunningServer server) throws IOException {
    try (var link = SmtpLink.open(server.submission())) {
      return link.certificate(server.world().trust());
    }
  }

  @Test
  @RequiresProgram(Program.DASH)
  void theDocumentedHookWorksUnderDashInTheDirectoryThatTheServerMade() throws Exception {
    try (var server = start()) {
      Path staging = staging(server);
      Await.until(() -> "no " + staging, () -> Files.isDirectory(staging));
      assertEquals(
          "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(staging)));
      try (var inside = Files.list(staging)) {
        assertEquals(List.of(), inside.toList());
      }
      X509Certificate before = shown(server);
      Path lineage = directory.resolve("live with blanks/mail.example.org");
      ServerCertificate renewed = issued(server, Site.HOST);
      write(renewed, lineage);
      PosixFileAttributes owner = Files.readAttributes(staging, PosixFileAttributes.class);
      String script =
          hook()
              .replace(
                  "-o facteur -g facteur",
                  "-o " + owner.owner().getName() + " -g " + owner.group().getName())
              .replace("/var/lib/facteur", server.site().data().toString());
      assertTrue(script.contains(staging.toString()), script);
      Path file = Files.writeString(directory.resolve("hook"), script);
      Command.run(
              "/usr/bin/env",
              "RENEWED_LINEAGE=" + lineage,
              "RENEWED_DOMAINS=mail.example.org",
              Program.DASH.path(),
              file.toString())
          .succeeded();
      for (String name : List.of("privkey.pem", "fullchain.pem")) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(staging.resolve(name))));
      }
      Await.until(() -> "still " + before.getSerialNumber(), () -> !shown(server).equals(before));
      assertEquals(renewed.leaf(), shown(server));
    }
  }

  @Test
  @RequiresProgram(Program.DASH)
  void aHookThatCannotCopyFails() throws Exception {
    Path file = Files.writeString(directory.resolve("hook"), hook());
    Command run =
        Command.run(
            "/usr/bin/env",
            "RENEWED_LINEAGE=" + directory.resolve("nowhere"),
            Program.DASH.path(),
            file.toString());
    assertTrue(run.exitCode() != 0, run::toString);
  }

  private static long notices(RunningServer server) throws IOException {
    return server.site().mailbox(Site.ALICE).mails().stream()
        .filter(mail -> mail.fields("Subject").contains(REFUSED))
        .count();
  }

  /// Waits until everything that is looked after has been looked at: twice in turn, a file that is
  /// missing is made anew.
  private void looks(RunningServer server) throws Exception {
    Path made = server.site().data().resolve("withheld-reports");
    for (int i = 0; i < 2; i++) {
      Files.deleteIfExists(made);
      ahead.updateAndGet(was -> was.plus(Duration.ofMinutes(2)));
      Await.until(() -> "it never looks", () -> Files.exists(made));
    }
  }

  @Test
  void aRefusedCertificateIsToldOnceWhateverIsReloaded() throws Exception {
    try (var server = start()) {
      Path staging = staging(server);
      Await.until(() -> "no " + staging, () -> Files.isDirectory(staging));
      X509Certificate before = shown(server);
      write(issued(server, "other.example.com"), staging);
      Await.until(() -> "not told", () -> notices(server) > 0);
      for (int i = 0; i < 2; i++) {
        assertInstanceOf(ServerControl.Reloaded.InForce.class, server.server().reload());
        looks(server);
      }
      assertEquals(1, notices(server));
      assertEquals(before, shown(server));
      // Another one is another matter.
      write(issued(server, "third.example.com"), staging);
      Await.until(() -> "the other one is not told", () -> notices(server) == 2);
    }
  }
}
