package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.InstantSource;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Milters of others, asked by us.
class MilterPeersTest {
  private static final String ZOE = "zoe@example.net";

  @TempDir private Path directory;

  @Test
  @RequiresProgram({Program.OPENDKIM, Program.PYTHON, Program.PYTHON_DKIM})
  void openDkimSignsEveryOctetThatWeThenSignAndSend() throws Exception {
    var world = new World(directory);
    try (var openDkim = OpenDkim.start(world, "example.org");
        var server =
            RunningServer.start(
                world,
                "filter.milters = [\"" + openDkim.socket() + " outbound defer 20s\"]",
                CryptoProviders.detect(),
                InstantSource.system());
        var mx = new RecordingMx(world.theirMx(), false)) {
      try (var link = server.alice()) {
        Mail mail =
            Mail.of(Site.ALICE, "carol@example.net", "signed twice", "Text  with blanks \n\n");
        assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
      }
      Mail sent = Await.present(() -> "nothing arrived", () -> mx.taken().stream().findFirst());
      assertEquals(4, sent.text().split("\nDKIM-Signature:", -1).length, sent.text());
      Path message = sent.write(directory.resolve("signed.eml"));
      assertEquals(
          "rsa-sha256 True\ned25519-sha256 True\nrsa-sha256 True\n",
          Command.run(
                  Program.PYTHON.path(),
                  ClientsTest.resource("verify.py").toString(),
                  message.toString(),
                  world.textRecords().toString())
              .succeeded());
      assertTrue(server.why("carol@example.net").contains("takes it fields=+1"));
    }
  }

  private static String send(RunningServer server, String subject, String body) throws Exception {
    try (SmtpLink link = SmtpLink.open(server.reception(), World.THEIRS, "mx.example.net")) {
      return link.send(ZOE, Site.BOB, Mail.of(ZOE, Site.BOB, subject, body));
    }
  }

  @Test
  @RequiresProgram({Program.CLAMD, Program.CLAMAV_MILTER})
  void theMilterOfClamAvRefusesAndMarks() throws Exception {
    try (Clamd clamd = Clamd.start()) {
      Process milter = clamd.milter();
      try (var server =
          RunningServer.start(
              directory, "filter.milters = [\"" + clamd.milterSocket() + " inbound defer\"]\n")) {
        String refused = send(server, "infected", Clamd.EICAR);
        assertTrue(refused.startsWith("550 5.7.1 Infected: "), refused);
        assertTrue(refused.contains("Test.Eicar"), refused);
        assertTrue(send(server, "clean", "Hello").startsWith("250"));
        Mail clean = server.site().mailbox(Site.BOB).awaitWith("Subject: clean");
        assertTrue(clean.text().contains("\nX-Virus-Status: Clean"), clean.text());
        Command.stop(milter);
        assertTrue(send(server, "later", "Hello").startsWith("451 4.7.1"), "nobody looked at it");
      } finally {
        Command.stop(milter);
      }
    }
  }

  @Test
  @RequiresProgram(Program.RSPAMD)
  void theProxyOfRspamdRefusesAndMarks() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server = RunningServer.start(directory, rspamd.milter())) {
      String refused = send(server, "gtube", RspamdDaemon.GTUBE);
      assertTrue(refused.startsWith("554 5.7.1 "), refused);
      assertTrue(send(server, "fine", "Hello").startsWith("250"));
      Mail fine = server.site().mailbox(Site.BOB).awaitWith("Subject: fine");
      assertTrue(server.why(Site.BOB).contains("takes it"), fine.text());
    }
  }
}
