package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Thunderbird reads, moves and deletes mail, and loses its session with the password.
@Tag("long")
@RequiresProgram({
  Program.DOVECOT,
  Program.DOVECOT_IMAP,
  Program.DOVECOT_LUA,
  Program.DOVECOT_SIEVE,
  Program.THUNDERBIRD
})
class ThunderbirdTest {
  private static final String GUS = "gus@example.org";

  private static CommandLineRun facteur(RunningServer server, String... words) {
    String[] line = Arrays.copyOf(words, words.length + 2);
    line[words.length] = "-c";
    line[words.length + 1] = server.site().configuration().toString();
    CommandLineRun run = CommandLineRun.of(line);
    assertEquals(0, run.code(), run.text());
    return run;
  }

  private static String password(CommandLineRun run) {
    return run.text()
        .lines()
        .filter(line -> line.startsWith("password: "))
        .findFirst()
        .orElseThrow()
        .substring("password: ".length());
  }

  /// Address and password are all that it is given.
  @Test
  void itSetsItselfUpReadsAndSends() throws Exception {
    try (JoinedDovecot dovecot = JoinedDovecot.prepare()) {
      InetAddress at = dovecot.at(JoinedDovecot.Port.IMAPS).getAddress();
      int sending = World.freePort(at);
      try (RunningServer server =
          RunningServer.start(
              dovecot.room("server"),
              dovecot.doveadm()
                  + """
                  imap.listen = ["127.0.0.1:%d"]
                  listen.submissions = ["%s:%d"]
                  listen.web = ["%s:0"]
                  autoconfig.services = [
                    "submissions://mail.example.org:%d", "imaps://mail.example.org:%d"
                  ]
                  """
                      .formatted(
                          World.freePort(InetAddress.ofLiteral("127.0.0.1")),
                          at.getHostAddress(),
                          sending,
                          at.getHostAddress(),
                          sending,
                          dovecot.at(JoinedDovecot.Port.IMAPS).getPort()))) {
        dovecot.ownMail(server.site().data().resolve("mail"));
        dovecot.join(server);
        dovecot.start();
        String password = password(facteur(server, "user", "add", GUS, "--generate"));
        server.mail(GUS);
        int web = server.server().webListeners().getFirst().getPort();
        try (Thunderbird thunderbird = Thunderbird.open(dovecot.room("thunderbird"), at, web)) {
          assertEquals(
              "xml-from-isp-https, imap mail.example.org %d 3 %s, smtp mail.example.org %d 3 %s"
                  .formatted(dovecot.at(JoinedDovecot.Port.IMAPS).getPort(), GUS, sending, GUS),
              thunderbird.setUp(GUS, password));
          String read =
              thunderbird
                  .run(
                      """
                      for (let i = 0; i < 100; i++) {
                        const [message] = [...(await fresh("INBOX")).messages];
                        if (message) return message.mime2DecodedSubject;
                        await new Promise(resolve => setTimeout(resolve, 200));
                      }
                      throw new Error("the INBOX stays empty");
                      """)
                  .asString("");
          assertEquals("to " + GUS, read);
          Path message =
              Mail.of(GUS, Site.BOB, "from Thunderbird", "Hello")
                  .write(dovecot.room("thunderbird").resolve("message.eml"));
          thunderbird.send(message, GUS, Site.BOB);
          Await.until(() -> server.why(Site.BOB), () -> server.why(Site.BOB).contains("delivered"));
        }
      }
    }
  }

  @Test
  void itReadsMovesDeletesAndLosesItsSession() throws Exception {
    try (JoinedDovecot dovecot = JoinedDovecot.prepare();
        var log = new ServerLog();
        RunningServer server =
            RunningServer.start(
                dovecot.room("server"),
                dovecot.doveadm()
                    + "imap.listen = [\"127.0.0.1:%d\"]\n"
                        .formatted(World.freePort(InetAddress.ofLiteral("127.0.0.1"))))) {
      dovecot.ownMail(server.site().data().resolve("mail"));
      dovecot.join(server);
      dovecot.start();
      String password = password(facteur(server, "user", "add", GUS, "--generate"));
      server.mail(GUS);
      try (Thunderbird thunderbird =
          Thunderbird.open(
              dovecot.room("thunderbird"), dovecot.at(JoinedDovecot.Port.IMAPS).getAddress())) {
        thunderbird.account(GUS, password, dovecot.at(JoinedDovecot.Port.IMAPS).getPort());
        var _ = thunderbird.run("await fresh(\"INBOX\");");
        for (String name : List.of("INBOX", "Junk", "Sent", "Drafts", "Trash", "Archive")) {
          assertTrue(
              thunderbird
                  .run(
                      """
                      const server = account().incomingServer;
                      server.performExpand(null);
                      return (await folder(given[0])).URI;
                      """,
                      name)
                  .asString("")
                  .endsWith("/" + name));
        }
        String read =
            thunderbird
                .run(
                    """
                    for (let i = 0; i < 100; i++) {
                      const inbox = await fresh("INBOX");
                      const [message] = [...inbox.messages];
                      if (message) {
                        inbox.markMessagesRead([message], true);
                        return new Promise((resolve, reject) => {
                          let text = "";
                          const uri = inbox.getUriForMsg(message);
                          MailServices.messageServiceFromURI(uri).streamMessage(uri, {
                            QueryInterface: ChromeUtils.generateQI(["nsIStreamListener"]),
                            onStartRequest() {},
                            onDataAvailable(request, stream, at, count) {
                              const reader = Cc["@mozilla.org/scriptableinputstream;1"]
                                .createInstance(Ci.nsIScriptableInputStream);
                              reader.init(stream);
                              text += reader.read(count);
                            },
                            onStopRequest(request, status) {
                              status == 0 ? resolve(text) : reject(new Error("read " + status));
                            },
                          }, null, null, false, "");
                        });
                      }
                      await new Promise(resolve => setTimeout(resolve, 200));
                    }
                    throw new Error("the INBOX stays empty");
                    """)
                .asString("");
        assertTrue(read.contains("Subject: to " + GUS), read);
        try (ImapLink link =
            ImapLink.open(dovecot.at(JoinedDovecot.Port.IMAP), server.world().trust())
                .as(GUS, password)) {
          var _ =
              thunderbird.run(
                  """
                  const inbox = await folder("INBOX");
                  MailServices.copy.copyMessages(inbox, [...inbox.messages],
                    await folder("Archive"), true, null, null, false);
                  """);
          Await.until(
              dovecot::log,
              () ->
                  link.done("STATUS Archive (MESSAGES UNSEEN)").contains("MESSAGES 1 UNSEEN 0")
                      && link.done("STATUS INBOX (MESSAGES)").contains("MESSAGES 0"));
          var _ =
              thunderbird.run(
                  """
                  const archive = await folder("Archive");
                  archive.updateFolder(null);
                  for (let i = 0; i < 100; i++) {
                    if ([...archive.messages].length) {
                      archive.deleteMessages([...archive.messages], null, false, false, null,
                        false);
                      return;
                    }
                    await new Promise(resolve => setTimeout(resolve, 100));
                  }
                  throw new Error("Archive stays empty");
                  """);
          Await.until(
              dovecot::log,
              () ->
                  link.done("STATUS Archive (MESSAGES)").contains("MESSAGES 0")
                      && link.done("STATUS Trash (MESSAGES)").contains("MESSAGES 1"));
        }
        facteur(server, "user", "passwd", GUS, "--generate");
        Await.until(
            dovecot::log,
            () -> {
              try {
                var _ = thunderbird.run("await fresh(\"Sent\");");
              } catch (IOException e) {
                // It is told that its password is wrong.
              }
              return log.lines().stream()
                  .anyMatch(line -> line.contains("service=imap") && line.contains(GUS));
            });
      }
    }
  }
}
