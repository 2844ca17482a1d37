package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bob keeps a copy and forwards to Dan, whose server forwards everything back to Bob.
class ForwardLoopTest {
  private static final String SENDER = "carol@example.net";
  private static final String SETTINGS =
      """
      forwards { "bob@example.org" = ["bob@example.org", "dan@example.net"] }
      aliases { "team@example.org" = ["alice@example.org", "gone@example.org"] }
      """;

  @TempDir private Path directory;

  private static SmtpLink link(RunningServer server) throws IOException {
    return SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net");
  }

  private static List<Mail> with(RecordingMx mx, String subject) {
    return mx.taken().stream().filter(m -> m.text().contains("Subject: " + subject)).toList();
  }

  @Test
  void aMessageThatComesBackStopsAtTheAddressThatForwardedIt() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS);
        var mx = new RecordingMx(server.world().theirMx(), false);
        var link = link(server)) {
      Mail mail = Mail.of(SENDER, Site.BOB, "round trip", "Hello");
      assertTrue(link.send(SENDER, Site.BOB, mail).startsWith("250"));
      Await.until(() -> mx.taken().toString(), () -> with(mx, "round trip").size() == 1);
      Mail forwarded = with(mx, "round trip").getFirst();
      assertEquals(1, forwarded.fields("X-Forwarded-Trace").size(), forwarded::text);
      Mail kept = server.site().mailbox(Site.BOB).awaitWith("round trip");
      assertEquals(List.of(), kept.fields("X-Forwarded-Trace"));

      // Dan's server sends it back, to Bob alone: refused at the door, so that it tells the sender.
      String path = mx.transactions().getFirst().paths().getFirst();
      String from = path.substring(path.indexOf('<') + 1, path.indexOf('>'));
      String refusal = link.send(from, Site.BOB, forwarded);
      assertTrue(refusal.startsWith("554 5.4.6"), refusal);
      // With Alice among the recipients it is taken for her, and a report tells of Bob.
      link.command("RSET");
      assertTrue(link.command("MAIL FROM:<" + SENDER + ">").startsWith("250"));
      assertTrue(link.command("RCPT TO:<" + Site.BOB + ">").startsWith("250"));
      assertTrue(link.command("RCPT TO:<" + Site.ALICE + ">").startsWith("250"));
      assertTrue(link.command("DATA").startsWith("354"));
      link.content(forwarded);
      assertTrue(link.reply().startsWith("250"));
      server.site().mailbox(Site.ALICE).awaitWith("round trip");
      Await.until(
          () -> mx.taken().toString(),
          () -> mx.taken().stream().anyMatch(m -> m.text().contains("Status: 5.4.6")));
      assertEquals(
          1, mx.transactions().stream().filter(t -> t.paths().toString().contains("dan@")).count());
    }
  }

  @Test
  void whatOnlyLooksAsIfItHadBeenHereArrives() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS);
        var mx = new RecordingMx(server.world().theirMx(), false);
        var link = link(server)) {
      Mail plain = Mail.of(SENDER, Site.BOB, "sent again", "Hello");
      var resent =
          new Mail(
              "Resent-From: carol@example.net\r\nDelivered-To: bob@example.org\r\n"
                  + "X-Forwarded-Trace: 20261122; AAAAAAAAAAAAAAAAAAAA; rfc822;bob@example.org\r\n"
                  + plain.text());
      // The same Message-ID in both.
      assertTrue(link.send(SENDER, Site.BOB, plain).startsWith("250"));
      assertTrue(link.send(SENDER, Site.BOB, resent).startsWith("250"));
      Await.until(() -> mx.taken().toString(), () -> with(mx, "sent again").size() == 2);
    }
  }

  @Test
  void thePartOfAnAliasThatDoesNotExistIsReported() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS);
        var mx = new RecordingMx(server.world().theirMx(), false);
        var link = link(server)) {
      Mail mail = Mail.of(SENDER, "team@example.org", "to the team", "Hello");
      assertTrue(link.send(SENDER, "team@example.org", mail).startsWith("250"));
      server.site().mailbox(Site.ALICE).awaitWith("to the team");
      Await.until(
          () -> mx.taken().toString(),
          () -> mx.taken().stream().anyMatch(m -> m.text().contains("Status: 5.1.1")));
      Mail report = mx.taken().getFirst();
      assertTrue(report.text().contains("team@example.org"), report::text);
      Await.until(
          () -> "what is known of gone@example.org",
          () -> {
            String told = server.why("gone@example.org");
            return told.contains("failed") && told.contains("5.1.1");
          });
    }
  }
}
