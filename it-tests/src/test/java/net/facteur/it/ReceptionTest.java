package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What strangers get from the reception listener of the whole server.
class ReceptionTest {
  @TempDir private Path directory;

  private static SmtpLink from(InetAddress source, RunningServer server) throws IOException {
    return SmtpLink.open(server.reception(), source, "mail.example.net");
  }

  @Test
  void strangersCannotRelay() throws Exception {
    try (var server = RunningServer.start(directory);
        var link = from(World.STRANGER, server)) {
      for (String recipient :
          List.of(
              "carol@example.net",
              "carol%example.net@example.com",
              "\"carol@example.net\"@example.com",
              "carol@[127.0.0.3]",
              "@example.org:carol@example.net")) {
        assertTrue(link.command("MAIL FROM:<alice@example.org>").startsWith("250"));
        String reply = link.command("RCPT TO:<" + recipient + ">");
        assertTrue(reply.startsWith("550 5.7.1"), recipient + ": " + reply);
        assertTrue(link.command("RSET").startsWith("250"));
      }
    }
  }

  @Test
  void unknownRecipientsAreRefusedAtOnce() throws Exception {
    try (var server = RunningServer.start(directory);
        var link = from(World.THEIRS, server)) {
      assertTrue(link.command("MAIL FROM:<carol@example.net>").startsWith("250"));
      assertTrue(link.command("RCPT TO:<nobody@example.org>").startsWith("550 5.1.1"));
      assertTrue(link.command("RCPT TO:<alice+list@example.org>").startsWith("250"));
      assertTrue(link.command("RCPT TO:<postmaster@example.org>").startsWith("250"));
    }
  }

  @Test
  void verdictsInOurNameThatWeDidNotGiveAreRemoved() throws Exception {
    try (var server = RunningServer.start(directory);
        var link = from(World.THEIRS, server)) {
      var forged =
          new Mail(
              "Authentication-Results: mail.example.org; dkim=pass header.d=bank.example\r\n"
                  + "Authentication-Results: MAIL.example.ORG (forged) 1;\r\n"
                  + " dmarc=pass header.from=bank.example\r\n"
                  + "Authentication-Results: mail.example.net; spf=none\r\n"
                  + Mail.of("carol@example.net", Site.ALICE, "forged verdict", "Hello").text());
      assertTrue(link.send("carol@example.net", Site.ALICE, forged).startsWith("250"));
      Mail arrived = server.site().mailbox(Site.ALICE).awaitWith("forged verdict");
      List<String> verdicts = arrived.fields("Authentication-Results");
      assertEquals(2, verdicts.size(), verdicts::toString);
      assertTrue(verdicts.get(0).startsWith("mail.example.org;"), verdicts::toString);
      assertTrue(verdicts.get(0).contains("spf=pass"), verdicts::toString);
      assertTrue(verdicts.get(1).startsWith("mail.example.net;"), verdicts::toString);
      assertFalse(arrived.text().contains("bank.example"), arrived::text);
    }
  }

  @Test
  void mailThatFailsDmarcGoesToJunk() throws Exception {
    try (var server = RunningServer.start(directory);
        var link = from(World.STRANGER, server)) {
      server.world().text("_dmarc.example.net", "v=DMARC1; p=quarantine");
      Mail mail = Mail.of("carol@example.net", Site.BOB, "not from carol", "Send money");
      assertTrue(link.send("carol@example.net", Site.BOB, mail).startsWith("250"));
      Mail arrived = server.site().mailbox(Site.BOB).folder("Junk").awaitWith("not from carol");
      assertTrue(arrived.verdict(Site.HOST).contains("dmarc=fail"), arrived::text);
      assertEquals(List.of(), server.site().mailbox(Site.BOB).mails());
    }
  }

  @Test
  void followingThePolicyMeansToRefuse() throws Exception {
    try (var server = RunningServer.start(directory, "reception.dmarc = follow");
        var link = from(World.STRANGER, server)) {
      server.world().text("_dmarc.example.net", "v=DMARC1; p=reject");
      Mail mail = Mail.of("carol@example.net", Site.BOB, "refused", "Send money");
      String reply = link.send("carol@example.net", Site.BOB, mail);
      assertTrue(reply.startsWith("550 5.7.1"), reply);
      assertFalse(reply.contains("dmarc"), reply);
      assertEquals(List.of(), server.site().mailbox(Site.BOB).mails());
    }
  }
}
