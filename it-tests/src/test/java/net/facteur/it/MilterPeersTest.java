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
}
