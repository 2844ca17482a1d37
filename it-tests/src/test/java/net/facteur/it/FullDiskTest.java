package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/// A spool on a file system that has no room left: mail is refused, nothing that was accepted is
/// lost, and the server comes back by itself.
class FullDiskTest {
  private static final String CAROL = "carol@example.net";

  /// More than the disk holds, and no more than a session may bring.
  private static final int MOST = 99;

  /// Lines of 65 octets: for a file of its own, for the database, next to nothing.
  private static final int[] LINES = {16_000, 3500, 30};

  /// Mounts a small file system that only the server sees on its first argument, and becomes the
  /// rest.
  private static final String ON_A_SMALL_DISK =
      "mount -t tmpfs -o size=48m,mode=0700 tmpfs \"$0\" && exec \"$@\"";

  @TempDir private Path directory;

  @BeforeAll
  static void mountsAreAllowed() throws Exception {
    var tried = Command.run("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
    if (tried.exitCode() != 0) {
      String line = "not run: this machine allows no mounts in a namespace: " + tried.output();
      System.out.println(line);
      throw new TestAbortedException(line);
    }
  }

  @Test
  void mailIsRefusedWhileTheDiskIsFullAndAllThatWasAcceptedArrives() throws Exception {
    try (var world = new World(directory);
        var mx = new RecordingMx(world.theirMx(), true)) {
      var submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      Site site = Site.build(world, 0, submission.getPort());
      // Less than a message, so that it is the writes that fail.
      site.configure("queue.minimum-free = 1KiB\n");
      Path spool = Files.createDirectories(site.data().resolve("queue"));
      try (var server =
          ServerProcess.start(
              site, submission, "unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, spool.toString())) {
        var accepted = new HashMap<String, String>();
        var refusals = new ArrayList<String>();
        try (var link = login(world, submission)) {
          for (int i = 0; i < MOST && refusals.size() < 5; i++) {
            Mail mail = mail("full-" + i, LINES[i % LINES.length]);
            String reply = link.send(Site.ALICE, CAROL, mail);
            if (reply.startsWith("250")) {
              accepted.put("full-" + i, mail.body());
            } else {
              refusals.add(reply);
              link.command("RSET");
            }
          }
        }
        assertEquals(5, refusals.size(), "the disk never was full");
        for (String refusal : refusals) {
          assertTrue(refusal.startsWith("452 4.3.1"), refusal);
        }
        mx.recover();
        Await.until(
            () -> accepted.size() + " accepted, arrived " + mx.bySubject().keySet() + server.log(),
            () -> mx.bySubject().keySet().containsAll(accepted.keySet()));
        for (Map.Entry<String, List<Mail>> arrived : mx.bySubject().entrySet()) {
          String body = accepted.get(arrived.getKey());
          assertEquals(
              List.of(body),
              arrived.getValue().stream().map(Mail::body).toList(),
              arrived.getKey());
        }
        Await.until(
            server::log,
            () -> {
              try (var link = login(world, submission)) {
                return link.send(Site.ALICE, CAROL, mail("after", 16_000)).startsWith("250");
              }
            });
        Await.until(server::log, () -> mx.bySubject().containsKey("after"));
        System.out.println(accepted.size() + " accepted before the disk was full: " + refusals);
        assertFalse(server.log().contains("\tat "), server::log);
      }
    }
  }

  private static Mail mail(String id, int lines) {
    return Mail.of(Site.ALICE, CAROL, id, (id + " ".repeat(64 - id.length()) + "\n").repeat(lines));
  }

  private static SmtpLink login(World world, InetSocketAddress submission) throws Exception {
    return SmtpLink.open(submission).login(world.trust(), Site.ALICE, Site.PASSWORD);
  }
}
