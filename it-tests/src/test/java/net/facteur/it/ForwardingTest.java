package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mail of strangers that is forwarded to a foreign host, and what comes back.
class ForwardingTest {
  private static final String SENDER = "carol@example.net";
  private static final String FORWARD =
      """
      forwards { "bob@example.org" = ["dan@example.net"] }
      arc.seal-forwards = on
      srs.guesses-per-hour = 5
      """;

  @TempDir private Path directory;

  private static SmtpLink link(RunningServer server) throws IOException {
    return SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net");
  }

  private static List<String> paths(RecordingMx mx, String subject) throws Exception {
    return Await.present(
        () -> "no mail with `" + subject + "` in " + mx.taken(),
        () ->
            mx.transactions().stream()
                .filter(t -> t.mail().text().contains("Subject: " + subject))
                .map(RecordingMx.Transaction::paths)
                .findFirst());
  }

  @Test
  void aBounceOfForwardedMailGoesBackToItsSender() throws Exception {
    try (var server = RunningServer.start(directory, FORWARD);
        var mx = new RecordingMx(server.world().theirMx(), false);
        var link = link(server)) {
      Mail mail = Mail.of(SENDER, Site.BOB, "forward me", "Hello");
      assertTrue(link.send(SENDER, Site.BOB, mail).startsWith("250"));
      List<String> paths = paths(mx, "forward me");
      Matcher rewritten =
          Pattern.compile("MAIL FROM:<(SRS0=[^=]{4}=..=example\\.net=carol@example\\.org)>.*")
              .matcher(paths.getFirst());
      assertTrue(rewritten.matches(), paths::toString);
      assertTrue(paths.get(1).startsWith("RCPT TO:<dan@example.net>"), paths::toString);
      Mail forwarded = mx.taken().getFirst();
      assertEquals(1, forwarded.fields("ARC-Seal").size(), forwarded::text);
      assertTrue(
          forwarded.fields("ARC-Seal").getFirst().contains("s=" + Site.SELECTOR + ";"),
          forwarded::text);
      assertTrue(
          forwarded.fields("ARC-Authentication-Results").getFirst().contains("spf=pass"),
          forwarded::text);

      String path = rewritten.group(1);
      Mail bounce = Mail.of("mailer-daemon@example.net", path, "undelivered", "No such user");
      assertTrue(link.send("", path, bounce).startsWith("250"));
      List<String> back = paths(mx, "undelivered");
      assertTrue(back.getFirst().startsWith("MAIL FROM:<>"), back::toString);
      assertTrue(back.get(1).startsWith("RCPT TO:<" + SENDER + ">"), back::toString);
    }
  }

  @Test
  void madeUpPathsAreRefusedAndAfterSomeEvenTheRightOneMustWait() throws Exception {
    try (var server = RunningServer.start(directory, FORWARD);
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      String path;
      try (var link = link(server)) {
        Mail mail = Mail.of(SENDER, Site.BOB, "to be guessed", "Hello");
        assertTrue(link.send(SENDER, Site.BOB, mail).startsWith("250"));
        String from = paths(mx, "to be guessed").getFirst();
        path = from.substring(from.indexOf('<') + 1, from.indexOf('>'));
      }
      for (int i = 0; i < 5; i++) {
        // each in a session of its own
        try (var link = link(server)) {
          link.command("MAIL FROM:<>");
          String guess = path.replace("=carol", "=guess" + i);
          String reply = link.command("RCPT TO:<" + guess + ">");
          assertTrue(reply.startsWith("550 5.1.1"), reply);
        }
      }
      try (var link = link(server)) {
        link.command("MAIL FROM:<>");
        String reply = link.command("RCPT TO:<" + path + ">");
        assertTrue(reply.startsWith("451 4.7.1"), reply);
        assertTrue(link.command("RCPT TO:<" + Site.ALICE + ">").startsWith("250"));
      }
    }
  }
}
