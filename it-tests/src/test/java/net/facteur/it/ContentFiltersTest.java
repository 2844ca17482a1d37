package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole server with a real rspamd and a real ClamAV.
class ContentFiltersTest {
  private static final String ZOE = "zoe@example.net";
  private static final String PILLS =
      "Buy our wonderful cheap pills today, become rich with lottery money transfer offers and"
          + " casino bonus codes for replica watches.";
  private static final String MINUTES =
      "The minutes of the assembly of the choir are attached; the treasurer presented the accounts"
          + " and everybody agreed to rehearse on Thursdays.";

  @TempDir private Path directory = Path.of("");

  private static String send(RunningServer server, String subject, String body) throws IOException {
    return send(server, Mail.of(ZOE, Site.BOB, subject, body));
  }

  private static String send(RunningServer server, Mail mail) throws IOException {
    try (SmtpLink link = SmtpLink.open(server.reception(), World.THEIRS, "mx.example.net")) {
      return link.send(ZOE, Site.BOB, mail);
    }
  }

  private static Maildir bob(RunningServer server) {
    return server.site().mailbox(Site.BOB);
  }

  private static Mail inbox(RunningServer server, String subject) throws Exception {
    return bob(server).awaitWith("Subject: " + subject);
  }

  private static Mail junk(RunningServer server, String subject) throws Exception {
    return bob(server).folder("Junk").awaitWith("Subject: " + subject);
  }

  /// Three letters of a kind, which differ in a word. The statistics of this rspamd lie in a file
  /// that its processes lock for moments.
  private void learn(RunningServer server, String kind, String text) throws Exception {
    for (String word : List.of("Monday", "Tuesday", "Wednesday")) {
      Mail letter = Mail.of(ZOE, Site.BOB, word + text.length(), text + " " + word + ".");
      Path file = Files.writeString(directory.resolve("letter.eml"), letter.text());
      CommandLineRun run =
          Await.present(
              () -> "rspamd's statistics stay locked",
              () -> Optional.of(learn(server, kind, file)).filter(r -> !locked(r)));
      assertEquals(0, run.code(), run.text());
      assertTrue(run.text().startsWith("learnt as " + kind), run.text());
    }
  }

  private static CommandLineRun learn(RunningServer server, String kind, Path file) {
    return CommandLineRun.of(
        "spam",
        "learn",
        "--" + kind,
        file.toString(),
        "-c",
        server.site().configuration().toString());
  }

  private static boolean locked(CommandLineRun run) {
    return run.text().contains("database is locked");
  }

  @Test
  @RequiresProgram(Program.RSPAMD)
  void rspamdRefusesMarksAndLearns() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server = RunningServer.start(directory, rspamd.settings())) {
      String refused = send(server, "gtube", RspamdDaemon.GTUBE);
      assertTrue(refused.startsWith("554 5.7.1 "), refused);

      String forged = "X-Spam-Flag: YES\nX-Spam-Status: No, score=-100\n";
      assertTrue(
          send(server, Mail.ofLocal(forged + Mail.of(ZOE, Site.BOB, "before", PILLS).text()))
              .startsWith("250"));
      Mail before = inbox(server, "before");
      assertFalse(before.text().contains("score=-100"), before.text());
      assertFalse(before.text().contains("X-Spam-Flag"), before.text());
      assertTrue(before.text().contains("X-Spam-Status: No, score="), before.text());
      // It had our results, and put its own symbol for them without asking again.
      assertTrue(before.text().contains("SEES_RESULTS=0.25"), before.text());
      assertTrue(before.text().contains("R_SPF_ALLOW="), before.text());
      String why = server.why(Site.BOB);
      assertTrue(why.contains("says \\\"no action\\\""), why);

      learn(server, "spam", PILLS);
      learn(server, "ham", MINUTES);
      assertTrue(send(server, "after", PILLS).startsWith("250"));
      Mail after = junk(server, "after");
      assertTrue(after.text().contains("BAYES_SPAM="), after.text());
      assertTrue(after.text().contains("X-Spam-Flag: YES"), after.text());
      assertTrue(send(server, "minutes", MINUTES).startsWith("250"));
      assertTrue(inbox(server, "minutes").text().contains("BAYES_HAM="));

      // Moved back: the same words are wanted from now on.
      learn(server, "ham", PILLS);
      assertTrue(send(server, "again", PILLS).startsWith("250"));
      inbox(server, "again");

      CommandLineRun status =
          CommandLineRun.of("spam", "status", "-c", server.site().configuration().toString());
      assertEquals(0, status.code(), status.text());
      assertTrue(status.text().contains("BAYES_SPAM: "), status.text());
    }
  }

  @Test
  @RequiresProgram(Program.RSPAMD)
  void aUserIsKnownToRspamdAndItsMailLeavesWithoutAWordOfIt() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server =
            RunningServer.start(
                directory, rspamd.settings() + "filter.rspamd.outbound = refuse\n")) {
      server.mail(Site.BOB);
      Mail mail = bob(server).awaitWith("to " + Site.BOB);
      assertFalse(mail.text().contains("X-Spam"), mail.text());
      assertTrue(server.why(Site.BOB).contains("KNOWS_USER=0.13"), server.why(Site.BOB));
      try (SmtpLink alice = server.alice()) {
        String reply =
            alice.send(
                Site.ALICE, Site.BOB, Mail.of(Site.ALICE, Site.BOB, "spam", RspamdDaemon.GTUBE));
        assertTrue(reply.startsWith("554 5.7.1 "), reply);
      }
    }
  }

  private CommandLineRun type(RunningServer server, String... words) {
    var line = new ArrayList<>(List.of(words));
    line.addAll(List.of("-c", server.site().configuration().toString()));
    CommandLineRun run = CommandLineRun.of(line.toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run;
  }

  private static void submit(RunningServer server, String to, String subject, String body)
      throws IOException {
    try (SmtpLink alice = server.alice()) {
      String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, subject, body));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  private static long told(RunningServer server, String address) throws IOException {
    return server.site().mailbox(address).mails().stream()
        .filter(mail -> mail.text().contains("Subject: Mail of " + Site.ALICE + " is held"))
        .count();
  }

  @Test
  @RequiresProgram(Program.RSPAMD)
  void spamOfAUserIsHeldUntilThePostmasterReleasesOrDropsIt() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server =
            RunningServer.start(directory, rspamd.settings() + "filter.rspamd.outbound = hold\n")) {
      submit(server, Site.BOB, "held-one", RspamdDaemon.GTUBE);
      submit(server, ZOE, "held-two", RspamdDaemon.GTUBE);
      submit(server, Site.BOB, "harmless", "Hello");
      assertFalse(inbox(server, "harmless").text().contains("X-Spam"));
      String why = server.why(ZOE);
      assertTrue(why.contains("a filter takes the message for spam: rspamd reject"), why);
      // She is the postmaster as well, and is told as both.
      Maildir alice = server.site().mailbox(Site.ALICE);
      alice.awaitWith("Subject: Mail of " + Site.ALICE + " is held");
      alice.awaitWith("Subject: Some of your mail waits for the postmaster");
      String shown = type(server, "user", "show", Site.ALICE).text();
      assertTrue(shown.contains("held messages: 2, to 2 recipients"), shown);
      assertFalse(bob(server).mails().stream().anyMatch(m -> m.text().contains("held-one")));

      assertEquals(1, told(server, Site.ALICE), "one notice for one event");

      String released = type(server, "user", "release", Site.ALICE).text();
      assertTrue(released.contains("2 held messages to 2 recipients"), released);
      Mail one = inbox(server, "held-one");
      assertTrue(one.text().contains("DKIM-Signature"), one.text());

      submit(server, Site.BOB, "held-three", RspamdDaemon.GTUBE);
      String dropped = type(server, "user", "drop", Site.ALICE).text();
      assertTrue(dropped.contains("1 held messages"), dropped);
      submit(server, Site.BOB, "last", "Hello");
      inbox(server, "last");
      assertFalse(bob(server).mails().stream().anyMatch(m -> m.text().contains("held-three")));
    }
  }

  @Test
  @RequiresProgram(Program.CLAMD)
  void aVirusInTheQuarantineIsShownAndReleasedByThePostmasterAlone() throws Exception {
    try (Clamd clamd = Clamd.start();
        RunningServer server =
            RunningServer.start(
                directory, clamd.settings() + "filter.clamav.found = quarantine\n")) {
      assertTrue(send(server, "eicar", Clamd.EICAR).startsWith("250"));
      assertTrue(send(server, "clean", "Hello").startsWith("250"));
      inbox(server, "clean");
      JsonNode kept =
          JsonMapper.shared().readTree(type(server, "quarantine", "list", "--json").text());
      assertEquals("virus", kept.path("cause").asString(""), kept::toString);
      String id = kept.path("id").asString("");
      String shown = type(server, "quarantine", "show", id).text();
      assertTrue(shown.contains("Test.Eicar"), shown);

      CommandLineRun refused =
          CommandLineRun.of(
              "quarantine", "release", id, "-c", server.site().configuration().toString());
      assertEquals(1, refused.code(), refused.text());
      assertTrue(refused.text().contains("--virus-too " + id), refused.text());
      assertFalse(bob(server).mails().stream().anyMatch(m -> m.text().contains("eicar")));
      type(server, "quarantine", "release", id, "--virus-too");
      assertTrue(inbox(server, "eicar").text().contains("EICAR-STANDARD"));
    }
  }

  @Test
  @RequiresProgram(Program.RSPAMD)
  void mailIsTakenAndMarkedWhileRspamdIsDown() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server = RunningServer.start(directory, rspamd.settings())) {
      rspamd.down();
      assertTrue(send(server, "unseen", RspamdDaemon.GTUBE).startsWith("250"));
      assertTrue(
          inbox(server, "unseen").text().contains("X-Spam-Status: Unknown, reason=no-answer"));
      server.site().mailbox(Site.ALICE).awaitWith("rspamd does not answer");
      rspamd.up();
      server.site().mailbox(Site.ALICE).awaitWith("rspamd answers again");
      String refused = send(server, "seen", RspamdDaemon.GTUBE);
      assertTrue(refused.startsWith("554"), refused);
    }
  }

  @Test
  @RequiresProgram(Program.CLAMD)
  void clamavRefusesVirusesAndSaysWhatItCannotLookInto() throws Exception {
    try (Clamd clamd = Clamd.start();
        RunningServer server =
            RunningServer.start(
                directory, clamd.settings() + "filter.clamav.when-down = defer\n")) {
      String refused = send(server, "eicar", Clamd.EICAR);
      assertTrue(refused.startsWith("554 5.7.1 "), refused);
      assertFalse(refused.contains("Eicar"), refused);
      assertTrue(send(server, "clean", "Hello").startsWith("250"));
      assertTrue(inbox(server, "clean").text().contains("X-Virus-Status: Clean"));
      assertTrue(send(server, Mail.ofLocal(ENCRYPTED)).startsWith("250"));
      assertTrue(
          inbox(server, "archive")
              .text()
              .contains("X-Virus-Status: Not scanned, reason=encrypted"));

      // Larger than it takes, and smaller than we ask about.
      // It hangs up with much unread, which breaks the connection sooner or later.
      for (int i = 0; i < 8; i++) {
        String large = send(server, "large", "0123456789abcde\n".repeat(1 << 20));
        assertTrue(large.startsWith("250"), large);
      }
      assertTrue(
          inbox(server, "large").text().contains("X-Virus-Status: Not scanned, reason=too-large"));

      clamd.down();
      String later = send(server, "later", Clamd.EICAR);
      assertTrue(later.startsWith("451 4.3.0 "), later);
      clamd.up();
      // It is asked again after a rest, or at once by whoever looks whether it is back.
      Await.until(
          () -> "ClamAV stays alone",
          () -> send(server, "later", Clamd.EICAR).startsWith("554 5.7.1 "));
      assertFalse(
          bob(server).mails().stream().anyMatch(mail -> mail.text().contains("Subject: later")));
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram({Program.RSPAMD, Program.CLAMD})
  void aThousandMessagesWhileBothRestartAreDeferredOrLookedAtAndNoneIsLost() throws Exception {
    String deferring = "filter.rspamd.when-down = defer\nfilter.clamav.when-down = defer\n";
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        Clamd clamd = Clamd.start();
        RunningServer server =
            RunningServer.start(directory, rspamd.settings() + clamd.settings() + deferring)) {
      var restarts =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 3; i++) {
                        Thread.sleep(1000);
                        rspamd.down();
                        rspamd.up();
                        clamd.down();
                        clamd.up();
                      }
                    } catch (Exception e) {
                      throw new AssertionError(e);
                    }
                  });
      var taken = new HashSet<String>();
      int deferred = 0;
      for (int i = 0; i < 1000; i++) {
        String subject = "number-" + i + ".";
        String reply = send(server, subject, "Hello " + i);
        while (reply.startsWith("451")) {
          deferred++;
          Thread.sleep(100);
          reply = send(server, subject, "Hello " + i);
        }
        assertTrue(reply.startsWith("250"), reply);
        taken.add(subject);
      }
      restarts.join();
      Await.until(() -> "too few", () -> bob(server).mails().size() >= taken.size());
      List<Mail> mails = bob(server).mails();
      assertEquals(taken.size(), mails.size());
      for (Mail mail : mails) {
        assertTrue(mail.text().contains("X-Virus-Status: Clean"), mail.text());
        assertTrue(mail.text().contains("X-Spam-Status: No"), mail.text());
      }
      int waited = deferred;
      assertTrue(waited > 0, "none met a daemon that was down");
    }
  }

  @Test
  @Tag("long")
  @RequiresProgram(Program.RSPAMD)
  void aMessageOfFiftyMebibytesIsJudgedLikeAnyOther() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        RunningServer server = RunningServer.start(directory, rspamd.settings())) {
      String line = "0123456789".repeat(7) + "\n";
      String body = line.repeat((49 << 20) / 72);
      assertTrue(send(server, "huge", body).startsWith("250"));
      assertTrue(inbox(server, "huge").text().contains("X-Spam-Status: No, score="));
    }
  }

  /// An archive with a password.
  private static final String ENCRYPTED =
      """
      From: <zoe@example.net>
      To: <bob@example.org>
      Subject: archive
      Date: Sun, 22 Nov 2026 12:00:00 +0000
      Message-ID: <archive@client.test>
      MIME-Version: 1.0
      Content-Type: application/zip; name="minutes.zip"
      Content-Disposition: attachment; filename="minutes.zip"
      Content-Transfer-Encoding: base64

      UEsDBAoACQAAAEIUgV1tT+ALLQAAACEAAAAFABwAbi50eHRVVAkAAxsyDmsbMg5rdXgLAAEEAAAA
      AAQAAAAAGHjMoerwlz8tGVh99+hnvX2XrTUPALJwbS1rwPqtLJIrf/kxhBcWDXa8NRsTUEsHCG1P
      4AstAAAAIQAAAFBLAQIeAwoACQAAAEIUgV1tT+ALLQAAACEAAAAFABgAAAAAAAEAAACkgQAAAABu
      LnR4dFVUBQADGzIOa3V4CwABBAAAAAAEAAAAAFBLBQYAAAAAAQABAEsAAAB8AAAAAAA=
      """;
}
