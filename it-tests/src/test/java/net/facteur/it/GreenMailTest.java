package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// GreenMail as the mail exchanger of another domain.
class GreenMailTest {
  @TempDir private Path directory;

  @Test
  void mailForAnotherDomainArrivesAtItsExchangerSigned() throws Exception {
    try (var server = RunningServer.start(directory)) {
      var address = server.world().theirMx();
      var setup = new ServerSetup(address.getPort(), address.getHostString(), "smtp");
      var theirs = new GreenMail(setup);
      theirs.start();
      try {
        theirs.setUser("carol@example.net", "carol@example.net", "secret");
        try (var link = server.alice()) {
          Mail mail = Mail.of(Site.ALICE, "carol@example.net", "to GreenMail", "Hello Carol");
          assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
        }
        assertTrue(theirs.waitForIncomingEmail(30_000, 1));
        var arrived = theirs.getReceivedMessages()[0];
        assertEquals("to GreenMail", arrived.getSubject());
        assertEquals(2, arrived.getHeader("DKIM-Signature").length);
        assertTrue(GreenMailUtil.getBody(arrived).contains("Hello Carol"));
      } finally {
        theirs.stop();
      }
    }
  }
}
