package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stranger hears that his mail did not arrive, and answers.
class AnswerToReportTest {
  private static final String SENDER = "carol@example.net";
  private static final String SETTINGS =
      """
      aliases { "team@example.org" = ["alice@example.org", "gone@example.org"] }
      """;

  @TempDir private Path directory;

  @Test
  void aReportIsSignedAndItsAnswerReachesThePostmaster() throws Exception {
    try (var server = RunningServer.start(directory, SETTINGS);
        var mx = new RecordingMx(server.world().theirMx(), false);
        var link = SmtpLink.open(server.reception(), World.THEIRS, "mail.example.net")) {
      Mail mail = Mail.of(SENDER, "team@example.org", "to the team", "Hello");
      assertTrue(link.send(SENDER, "team@example.org", mail).startsWith("250"));
      Await.until(
          () -> mx.taken().toString(),
          () -> mx.taken().stream().anyMatch(m -> m.text().contains("Status: 5.1.1")));
      Mail report = mx.taken().getFirst();
      assertEquals(
          List.of("Mail Delivery System <mailer-daemon@example.org>"), report.fields("From"));
      assertEquals(List.of("<" + SENDER + ">"), report.fields("To"));
      List<String> signatures = report.fields("DKIM-Signature");
      assertTrue(signatures.toString().contains("d=example.org;"), report::text);
      assertTrue(report.text().contains("  <team@example.org>\r\n"), report::text);

      for (String to :
          List.of(
              "mailer-daemon@example.org",
              "postmaster@" + Site.HOST,
              "postmaster@[" + server.reception().getAddress().getHostAddress() + "]")) {
        String subject = "to " + to.replaceAll("[^a-z]", " ");
        Mail answer = Mail.of(SENDER, to, subject, "Why?");
        String reply = link.send(SENDER, to, answer);
        assertTrue(reply.startsWith("250"), to + ": " + reply);
        server.site().mailbox(Site.ALICE).awaitWith(subject);
      }
    }
  }
}
