package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server learns of mail after it left: forwards that arrive nowhere, complaints, addresses
/// that are dead. Alice is the postmaster; Bob's mail goes on to Dan.
class FeedbackTest {
  private static final String DAN = "dan@example.net";
  private static final String SALES = "sales@example.org";
  private static final String SETTINGS =
      """
      forwards { "bob@example.org" = ["dan@example.net"] }
      aliases { "sales@example.org" = ["dan@example.net"] }
      """;

  @TempDir private Path directory;

  /// Days pass as the test says; within a day, time goes on by itself.
  private static final class Calendar implements InstantSource {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead.get());
    }

    void pass(Duration time) {
      ahead.updateAndGet(time::plus);
    }
  }

  private static String command(RunningServer server, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(server.site().configuration().toString());
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  private static String stranger(RunningServer server, String to, String subject)
      throws IOException {
    try (var link = SmtpLink.open(server.reception(), World.STRANGER, "mx.stranger.test")) {
      String from = "carol@stranger.test";
      return link.send(from, to, Mail.of(from, to, subject, "Hello"));
    }
  }

  private static boolean has(RunningServer server, String user, String subject) throws IOException {
    return server.site().mailbox(user).mails().stream()
        .anyMatch(mail -> mail.fields("Subject").getFirst().contains(subject));
  }

  @Test
  void aForwardThatIsRefusedForDaysRestsAndComesBackByItself() throws Exception {
    var calendar = new Calendar();
    try (var server =
            RunningServer.start(
                new World(directory), SETTINGS, CryptoProviders.detect(), calendar);
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      mx.refuse("550 5.1.1 User unknown");
      for (int day = 0; day <= 7; day++) {
        String reply = stranger(server, day == 2 ? Site.BOB : SALES, "day " + day);
        if (day == 7 && (reply.startsWith("550 5.1.6") || reply.startsWith("451"))) {
          // The week was over before this message came, or while it came.
          break;
        }
        assertTrue(reply.startsWith("250"), reply);
        int sent = day + 1;
        Await.until(() -> server.why(DAN), () -> failed(server) >= sent);
        if (day == 3) {
          Await.until(
              () -> "the postmaster is not told",
              () -> has(server, Site.ALICE, "Mail that goes on to " + DAN));
        }
        if (day < 7) {
          calendar.pass(Duration.ofDays(1));
        }
      }
      Await.until(
          () -> command(server, "forward", "list"),
          () -> command(server, "forward", "list").contains("rests since"));

      // Who has no mailbox here refuses mail; who has one keeps it.
      String reply = stranger(server, SALES, "for nobody");
      assertTrue(reply.startsWith("550 5.1.6"), reply);
      assertTrue(stranger(server, Site.BOB, "stays here").startsWith("250"));
      Await.until(() -> "no mail for Bob", () -> has(server, Site.BOB, "stays here"));
      Await.until(
          () -> "the postmaster is not told",
          () -> has(server, Site.ALICE, "Mail does not go on to " + DAN));
      Await.until(
          () -> "Bob is not told", () -> has(server, Site.BOB, "Mail does not go on to " + DAN));
      assertTrue(command(server, "user", "show", Site.BOB).contains("rests since"));

      // Two weeks later somebody is there again.
      calendar.pass(Duration.ofDays(15));
      mx.recover();
      assertTrue(stranger(server, SALES, "tried again").startsWith("250"));
      Await.until(() -> "nothing arrives", () -> mx.bySubject().containsKey("tried again"));
      Await.until(
          () -> command(server, "forward", "list"),
          () -> command(server, "forward", "list").contains("arrives"));
      assertTrue(stranger(server, Site.BOB, "for Dan alone").startsWith("250"));
      Await.until(() -> "nothing goes on", () -> mx.bySubject().containsKey("for Dan alone"));
      assertFalse(has(server, Site.BOB, "for Dan alone"), "a copy stayed");
    }
  }

  /// Mail that Dan's server refused.
  private static int failed(RunningServer server) throws IOException {
    return server.why(DAN).split("\"failed\"", -1).length - 1;
  }

  @Test
  void complaintsCountForWhoWroteIfTheyAreAboutMailOfOurs() throws Exception {
    try (var server = RunningServer.start(directory, "");
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      server.mail("dan@example.net");
      Await.until(() -> "nothing has left", () -> mx.transactions().size() == 1);
      String sent = mx.taken().getFirst().text();
      assertTrue(
          report(server, sent.replaceFirst("(?i)Message-ID: <", "Message-ID: <x"))
              .startsWith("250"));
      assertTrue(report(server, sent).startsWith("250"));
      assertTrue(report(server, sent).startsWith("250"));
      Await.until(
          () -> command(server, "user", "show", Site.ALICE),
          () ->
              command(server, "user", "show", Site.ALICE)
                  .contains("complaints of recipients within 30 days: 1"));
      Await.until(
          () -> "the postmaster is not told",
          () -> has(server, Site.ALICE, "Recipients complain of mail of alice@example.org"));
      // The reports are delivered as any mail is, and one recipient complains once.
      Await.until(
          () -> "the reports are not delivered",
          () ->
              server.site().mailbox(Site.ALICE).mails().stream()
                      .filter(mail -> mail.fields("Subject").contains("FW: complaint"))
                      .count()
                  == 3);
      assertTrue(
          command(server, "user", "show", Site.ALICE)
              .contains("complaints of recipients within 30 days: 1"));
    }
  }

  private static String report(RunningServer server, String about) throws IOException {
    String from = "fbl@provider.test";
    try (var link = SmtpLink.open(server.reception(), World.STRANGER, "mx.provider.test")) {
      return link.send(
          from,
          "abuse@example.org",
          new Mail(
              ("""
              From: <fbl@provider.test>
              To: <abuse@example.org>
              Subject: FW: complaint
              MIME-Version: 1.0
              Content-Type: multipart/report; report-type=feedback-report; boundary="b"

              --b
              Content-Type: text/plain

              This is an email abuse report.

              --b
              Content-Type: message/feedback-report

              Feedback-Type: abuse
              User-Agent: Provider/1.0
              Version: 1

              --b
              Content-Type: message/rfc822

              """
                      .replace("\n", "\r\n")
                  + about
                  + "\r\n--b--\r\n")));
    }
  }
}
