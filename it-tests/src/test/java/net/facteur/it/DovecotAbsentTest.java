package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.facteur.server.tls.CertificateAuthority;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.TlsSettings.HostPattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens while the Dovecot that is joined does not run.
class DovecotAbsentTest {
  @TempDir private Path directory;

  @Test
  void oneLineSaysWhatToDoAndMailWaits() throws Exception {
    String settings =
        "imap.dovecot = true\nimap.listen = [\"127.0.0.1:%d\"]\nimap.doveadm = %s\n"
            .formatted(
                World.freePort(InetAddress.ofLiteral("127.0.0.1")), directory.resolve("doveadm"));
    try (var log = new ServerLog();
        var server =
            RunningServer.start(
                directory, settings + "mailboxes.lmtp = " + directory.resolve("lmtp") + "\n")) {
      Await.until(log.lines()::toString, () -> silent(log).size() == 1);
      String said = silent(log).getFirst();
      assertTrue(said.contains(directory.resolve("doveadm").toString()), said);
      assertTrue(said.contains("systemctl start dovecot"), said);
      server.mail(Site.BOB);
      server.awaitDeferred(Site.BOB, "lmtp");
      // A renewed certificate is another reason to speak to Dovecot.
      ServerCertificate renewed =
          server.world().authority().issue(List.of(HostPattern.of(Site.HOST)), List.of(World.OURS));
      CertificateAuthority.write(renewed.key(), server.site().directory().resolve("server.key"));
      CertificateAuthority.write(renewed.chain(), server.site().directory().resolve("server.pem"));
      Path copy = server.site().data().resolve("imap/certificate.pem");
      Path chain = server.site().directory().resolve("server.pem");
      Await.until(
          log.lines()::toString, () -> Files.readString(copy).equals(Files.readString(chain)));
      assertEquals(1, silent(log).size(), log.lines()::toString);
      assertEquals(Optional.empty(), log.thrown().stream().findFirst());
    }
  }

  private static List<String> silent(ServerLog log) {
    return log.lines().stream().filter(l -> l.startsWith("Dovecot does not answer")).toList();
  }
}
