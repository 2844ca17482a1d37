package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueSelection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server moves to another machine as `docs/move.md` says: a last backup, a restore elsewhere,
/// and the old one passes on what still comes to it. Nothing is lost, and nothing is there twice.
class MovedMachineTest {
  private static final int MESSAGES = 12;
  private static final String ELSEWHERE = "friend@example.net";

  @TempDir private Path directory;

  private static void stranger(InetSocketAddress to, String subject) throws IOException {
    try (SmtpLink link = SmtpLink.open(to, World.THEIRS, "mx.example.net")) {
      String from = "sam@example.net";
      String reply = link.send(from, Site.ALICE, Mail.of(from, Site.ALICE, subject, "It is here."));
      assertTrue(reply.startsWith("250"), reply);
    }
  }

  private static List<String> queued(Site site) throws IOException {
    var ids = new ArrayList<String>();
    new ControlClient(site.data().resolve("control.socket"))
        .send(
            new ControlRequest.QueueList(QueueSelection.ALL, 1000),
            node -> ids.add(node.path("id").asString("")));
    return ids.stream().sorted().toList();
  }

  private static List<String> subjects(Site site) throws IOException {
    var found = new ArrayList<String>();
    for (Mail mail : site.mailbox(Site.ALICE).mails()) {
      found.add(mail.text().replaceAll("(?s).*\\nSubject: ([^\\r\\n]*).*", "$1"));
    }
    return found.stream().sorted().toList();
  }

  @Test
  void nothingIsLostOrDoubledOnTheWay() throws Exception {
    var expected = new TreeSet<String>();
    try (var world = new World(directory)) {
      Site site = Site.build(world, 0, 0);
      RunningServer old = RunningServer.start(world, site, "");
      for (int i = 0; i < MESSAGES; i++) {
        stranger(old.reception(), "before " + i);
        expected.add("before " + i);
        old.mail(ELSEWHERE); // where nobody answers, so that it waits
      }
      Await.until(
          () -> "only " + subjects(site) + " arrived", () -> subjects(site).size() == MESSAGES);
      List<String> waiting = queued(site);
      assertEquals(MESSAGES, waiting.size());
      old.server().close();

      Path archive = directory.resolve("last.tar.gz");
      CommandLineRun backup =
          CommandLineRun.of(
              "backup", "--mail", archive.toString(), "-c", site.configuration().toString());
      assertEquals(0, backup.code(), backup::text);
      var moved = new Site(directory.resolve("new machine"), site.base());
      CommandLineRun restore =
          CommandLineRun.of(
              "restore",
              "--go",
              "--yes",
              archive.toString(),
              "-c",
              moved.configuration().toString());
      assertEquals(0, restore.code(), restore::text);
      RunningServer fresh = RunningServer.start(world, moved, "");
      assertEquals(waiting, queued(moved));
      assertEquals(List.copyOf(expected), subjects(moved));

      Files.move(site.data().resolve("queue"), site.data().resolve("queue-moved"));
      var passing =
          new Site(
              site.directory(),
              site.base()
                  .replace("hostname = " + Site.HOST, "hostname = old.example.org")
                  .replaceFirst(
                      "domains \\{.*\\}",
                      "relay-domains { \"example.org\" { host = \"%s:%d\", tls = opportunistic,"
                              .formatted(
                                  fresh.reception().getAddress().getHostAddress(),
                                  fresh.reception().getPort())
                          + " recipients = [\"*\"] } }"));
      RunningServer passer = RunningServer.start(world, passing, "");
      for (int i = 0; i < MESSAGES; i++) {
        stranger(passer.reception(), "after " + i);
        expected.add("after " + i);
      }
      Await.until(
          () -> "only " + subjects(moved) + " arrived\n" + passer.why(Site.ALICE),
          () -> subjects(moved).size() >= 2 * MESSAGES);
      assertEquals(List.copyOf(expected), subjects(moved));
      // What arrived last is written down a moment later.
      Await.until(() -> "still queued: " + queued(passing), () -> queued(passing).isEmpty());
      passer.server().close();
      fresh.server().close();
    }
  }
}
