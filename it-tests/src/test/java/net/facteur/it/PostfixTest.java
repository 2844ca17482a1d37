package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Postfix as the mail exchanger of another domain, in both directions.
@RequiresProgram(Program.POSTFIX)
class PostfixTest {
  @TempDir private Path directory;

  @Test
  void mailGoesToPostfixAndComesFromIt() throws Exception {
    try (var server = RunningServer.start(directory);
        var postfix = Postfix.start(server.world().theirMx(), server.reception(), "")) {
      try (var link = server.alice()) {
        Mail mail =
            Mail.of(Site.ALICE, "carol@example.net", "to Postfix", "Dots:\n.\n..\nand the end");
        assertTrue(link.send(Site.ALICE, "carol@example.net", mail).startsWith("250"));
      }
      Mail there = postfix.carol().awaitWith("to Postfix");
      assertEquals(2, there.fields("DKIM-Signature").size(), there::text);
      assertEquals("Dots:\r\n.\r\n..\r\nand the end\r\n", there.body());
      assertTrue(there.text().contains("from mail.example.org"), there::text);

      try (var link = SmtpLink.open(server.world().theirMx())) {
        Mail mail = Mail.of("carol@example.net", Site.ALICE, "from Postfix", "Hello Alice");
        assertTrue(link.send("carol@example.net", Site.ALICE, mail).startsWith("250"));
      }
      Mail here = server.site().mailbox(Site.ALICE).awaitWith("from Postfix");
      assertTrue(here.verdict(Site.HOST).contains("spf=pass"), here::text);
      assertTrue(here.body().startsWith("Hello Alice"), here::text);
      assertEquals("<carol@example.net>", here.fields("Return-Path").getFirst());
    }
  }

  @Test
  @RequiresProgram({Program.POSTFIX, Program.OPENDKIM})
  void whatOpenDkimSignedThereIsVerifiedHere() throws Exception {
    try (var server = RunningServer.start(directory);
        var openDkim = OpenDkim.start(server.world());
        var postfix =
            Postfix.start(
                server.world().theirMx(),
                server.reception(),
                "smtpd_milters = unix:" + openDkim.socket() + "\n")) {
      server.world().text("_dmarc.example.net", "v=DMARC1; p=reject; adkim=s; aspf=s");
      try (var link = SmtpLink.open(server.world().theirMx())) {
        Mail mail = Mail.of("carol@example.net", Site.ALICE, "by OpenDKIM", "Two  blanks \n\n\n");
        String reply = link.send("carol@example.net", Site.ALICE, mail);
        assertTrue(reply.startsWith("250"), () -> reply + postfix.log());
      }
      Mail arrived = server.site().mailbox(Site.ALICE).awaitWith("by OpenDKIM");
      String verdict = arrived.verdict(Site.HOST);
      assertTrue(verdict.contains("dkim=pass"), arrived::text);
      assertTrue(verdict.contains("header.s=theirs"), arrived::text);
      assertTrue(verdict.contains("dmarc=pass"), arrived::text);
    }
  }

  @Test
  void aRecipientThatPostfixRefusesIsReportedToTheSender() throws Exception {
    try (var server = RunningServer.start(directory);
        var _ = Postfix.start(server.world().theirMx(), server.reception(), "")) {
      try (var link = server.alice()) {
        Mail mail = Mail.of(Site.ALICE, "nobody@example.net", "in vain", "Is anybody there?");
        assertTrue(link.send(Site.ALICE, "nobody@example.net", mail).startsWith("250"));
      }
      Mail report = server.site().mailbox(Site.ALICE).awaitWith("multipart/report");
      assertTrue(report.text().contains("Final-Recipient: rfc822;"), report::text);
      assertTrue(report.text().contains("nobody@example.net"), report::text);
      assertTrue(report.text().contains("Status: 5.1.1"), report::text);
    }
  }
}
