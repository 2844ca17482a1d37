package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Dovecot keeps the mailboxes and gets the mail over LMTP.
@RequiresProgram(Program.DOVECOT)
class DovecotTest {
  @TempDir private Path directory;

  @Test
  void mailFromInsideAndOutsideArrivesInDovecotsMailboxes() throws Exception {
    try (var dovecot = Dovecot.start();
        var server =
            RunningServer.start(directory, "mailboxes.lmtp = \"" + dovecot.socket() + "\"")) {
      try (var link = server.alice()) {
        Mail mail = Mail.of(Site.ALICE, Site.BOB, "by LMTP", "One\n.\n..two dots\nend");
        assertTrue(link.send(Site.ALICE, Site.BOB, mail).startsWith("250"));
      }
      Mail arrived = dovecot.mailbox("bob").awaitWith("by LMTP");
      assertEquals("One\r\n.\r\n..two dots\r\nend\r\n", arrived.body());
      assertEquals(2, arrived.fields("DKIM-Signature").size(), arrived::text);
      assertEquals(List.of("<" + Site.ALICE + ">"), arrived.fields("Return-Path"));

      try (var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
        Mail mail = Mail.of("carol@example.net", Site.ALICE, "from outside", "Hello");
        assertTrue(link.send("carol@example.net", Site.ALICE, mail).startsWith("250"));
        assertTrue(link.command("MAIL FROM:<carol@example.net>").startsWith("250"));
        assertTrue(link.command("RCPT TO:<nobody@example.org>").startsWith("550 5.1.1"));
      }
      Mail outside = dovecot.mailbox("alice").awaitWith("from outside");
      assertTrue(outside.verdict(Site.HOST).contains("spf=pass"), outside::text);
    }
  }
}
