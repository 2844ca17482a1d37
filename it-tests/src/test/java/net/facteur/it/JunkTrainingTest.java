package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The whole server with a real Dovecot and a real rspamd: what people do with their mail changes
/// what becomes of the next one.
@RequiresProgram({
  Program.RSPAMD,
  Program.DOVECOT,
  Program.DOVECOT_IMAP,
  Program.DOVECOT_LUA,
  Program.DOVECOT_SIEVE,
  Program.DOVECOT_MANAGESIEVE,
  Program.DOVECOT_POP3
})
class JunkTrainingTest {
  private static final String ZOE = "zoe@example.net";
  private static final List<String> DAYS = List.of("Monday", "Tuesday", "Wednesday");
  private static final String PILLS =
      "Buy our wonderful cheap pills today, become rich with lottery money transfer offers and"
          + " casino bonus codes for replica watches.";
  private static final String MINUTES =
      "The minutes of the assembly of the choir are attached; the treasurer presented the accounts"
          + " and everybody agreed to rehearse on Thursdays.";

  private static Path program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// The shipped program, with the `facteur` of this class path beside it. It runs as the owner of
  /// the mailboxes, who may not be able to read where the classes come from.
  ///
  /// @return what `imap.junk-command` names
  private static Path learner(Path room, RspamdDaemon rspamd) throws IOException {
    Path classes = Files.createDirectories(room.resolve("classes"));
    var entries = new ArrayList<String>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path from = Path.of(entry);
      if (Files.exists(from)) {
        Path to = classes.resolve(entries.size() + "-" + from.getFileName());
        Command.run("cp", "-rL", from.toString(), to.toString()).succeeded();
        entries.add(to.toString());
      }
    }
    Command.run("chmod", "-R", "a+rX", classes.toString()).succeeded();
    program(
        room.resolve("facteur"),
        "#!/bin/sh\nexec %s/bin/java -XX:TieredStopAtLevel=1 -cp '%s' net.facteur.server.cli.Facteur \"$@\"\n"
            .formatted(System.getProperty("java.home"), String.join(":", entries)));
    Path shipped = Path.of("..", "conf", "rspamd", "learn");
    Files.setPosixFilePermissions(
        Files.copy(shipped, room.resolve("learn"), StandardCopyOption.REPLACE_EXISTING),
        PosixFilePermissions.fromString("rwxr-xr-x"));
    Path settings =
        Files.writeString(
            room.resolve("mail.conf"),
            "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + rspamd.settings());
    return program(
        room.resolve("learn-and-say"),
        "#!/bin/sh\nFACTEUR_CONF=%1$s %2$s/learn \"$@\" >>%2$s/said 2>&1\n"
            .formatted(settings, room));
  }

  private static void send(RunningServer server, String subject, String body) throws IOException {
    try (SmtpLink link = SmtpLink.open(server.reception(), World.THEIRS, "mx.example.net")) {
      String reply = link.send(ZOE, Site.BOB, Mail.of(ZOE, Site.BOB, subject, body));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  private static void await(ImapLink link, String folder, int messages, Await.Words what)
      throws Exception {
    Await.until(
        what,
        () ->
            link.done("STATUS " + folder + " (MESSAGES)").contains("(MESSAGES " + messages + ")"));
  }

  private static void teachMinutes(RunningServer server, Path room) throws IOException {
    for (String day : DAYS) {
      Path file = room.resolve("minutes.eml");
      Files.writeString(
          file, Mail.of(ZOE, Site.BOB, "of " + day, MINUTES + " " + day + ".").text());
      CommandLineRun run =
          CommandLineRun.of(
              "spam",
              "learn",
              "--ham",
              file.toString(),
              "-c",
              server.site().configuration().toString());
      assertEquals(0, run.code(), run.text());
    }
  }

  @Test
  @Tag("long")
  void mailThatIsMovedIntoJunkAndOutOfItChangesTheNextVerdict() throws Exception {
    try (RspamdDaemon rspamd = RspamdDaemon.start();
        JoinedDovecot dovecot = JoinedDovecot.prepare()) {
      Path room = dovecot.room("learner");
      dovecot.own(room);
      Path said = room.resolve("said");
      Await.Words what =
          () -> (Files.exists(said) ? Files.readString(said) : "nothing said\n") + dovecot.log();
      try (RunningServer server =
          RunningServer.start(
              new World(dovecot.room("server")),
              dovecot.doveadm()
                  + rspamd.settings()
                  + "imap.junk-command = "
                  + learner(room, rspamd)
                  + "\n",
              CryptoProviders.detect(),
              InstantSource.system())) {
        dovecot.ownMail(server.site().data().resolve("mail"));
        dovecot.join(server);
        dovecot.start();
        try (var link =
            ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust())
                .as(Site.BOB, Site.PASSWORD)) {
          for (String day : DAYS) {
            send(server, "before " + day, PILLS + " " + day + ".");
          }
          await(link, "INBOX", 3, what);
          link.done("SELECT INBOX");
          link.done("MOVE 1:3 Junk");
          Await.until(what, () -> said(said, "learnt as spam") == 3);
          teachMinutes(server, room);

          send(server, "after", PILLS);
          await(link, "Junk", 4, what);
          await(link, "INBOX", 0, what);
          link.done("SELECT Junk");
          String after = link.done("FETCH 4 (BODY[HEADER])");
          assertTrue(after.contains("BAYES_SPAM="), after);

          link.done("MOVE 1:4 INBOX");
          Await.until(what, () -> said(said, "learnt as ham") == 4);
          send(server, "again", PILLS);
          await(link, "INBOX", 5, what);
          link.done("SELECT INBOX");
          String again = link.done("FETCH 5 (BODY[HEADER])");
          assertTrue(again.contains("Subject: again"), again);
          assertTrue(again.contains("X-Spam-Status: No"), again);
        }
      }
    }
  }

  private static long said(Path file, String words) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().filter(line -> line.startsWith(words)).count()
        : 0;
  }
}
