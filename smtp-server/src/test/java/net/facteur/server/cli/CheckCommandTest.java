package net.facteur.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.server.demo.NameServer;
import net.facteur.server.demo.Zone;
import net.facteur.server.signing.KeyFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `facteur check` asks for the records that a start asks for.
class CheckCommandTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName OWNER = DomainName.of("mine._domainkey.example.org");
  private static final Map<String, ?> ZONE =
      Map.of(
          "example.org", Map.of("NS", List.of("ns.example.org")),
          "ns.example.org", Map.of("A", List.of("127.0.0.1")));

  @TempDir Path directory = Path.of("");
  private DkimPrivateKey key = DkimPrivateKey.generate(KeyType.RSA, 1024, new SecureRandom());
  private NameServer server;
  private Path conf = Path.of("");

  @BeforeEach
  void start() throws IOException {
    server =
        NameServer.start(
            List.of(Zone.empty(ORG)), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    KeyFile.of(directory.resolve("data/keys"), "mine", ORG, KeyType.RSA).write(key);
    conf =
        Files.writeString(
            directory.resolve("mail.conf"),
            "hostname = mail.example.org\ndomains.\"example.org\".dkim.selector = mine\n"
                + "listen { submission = [], submissions = [] }\nkeys.name-server-port = "
                + server.address().getPort()
                + "\n");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void aSelectorWhoseRecordIsMissingIsAMistakeWithTheRecord() {
    CommandRun run = CommandRun.of(conf, ZONE, "", "check");
    assertEquals(Facteur.PROBLEM, run.code(), run::out);
    assertTrue(run.out().contains("mail.conf, line 2: the settings pin the selector"), run::out);
    assertTrue(run.out().contains("mine._domainkey.example.org. IN TXT"), run::out);
    assertTrue(run.out().endsWith("1 mistake\n"), run::out);
  }

  @Test
  void aSelectorWithItsRecordIsRight() {
    server.put(OWNER, RecordType.TXT, key.record().toTxt());
    CommandRun run = CommandRun.of(conf, ZONE, "", "check");
    assertEquals("ok: " + conf + " has no mistakes\n", run.out());
  }

  @Test
  void whatCannotBeLearntIsAWarning() {
    server.fail(OWNER, NameServer.Failure.SERVFAIL);
    for (Map<String, ?> zone : List.<Map<String, ?>>of(ZONE, Map.of())) {
      CommandRun run = CommandRun.of(conf, zone, "", "check");
      assertEquals(Facteur.OK, run.code(), run::out);
      assertTrue(run.out().contains("is published cannot be learnt"), run::out);
      assertTrue(run.out().contains("facteur dkim check"), run::out);
    }
  }
}
