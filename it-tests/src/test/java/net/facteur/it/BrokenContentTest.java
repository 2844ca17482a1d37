package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Content that cannot be written leaves nothing behind.
class BrokenContentTest {
  /// Enough to be in a file of its own long before its end.
  private static final String LONG = "0123456789abcdef".repeat(4).concat("\n").repeat(40_000);

  @TempDir private Path directory;

  private static List<String> bodies(Site site) throws IOException {
    Path queue = site.data().resolve("queue");
    try (Stream<Path> files = Files.walk(queue)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> queue.relativize(file).toString())
          .filter(name -> name.startsWith("staging") || name.startsWith("bodies"))
          .sorted()
          .toList();
    }
  }

  /// A limit on the size of files (20 MiB) makes writes fail in mid-content as a full disk does.
  @Test
  void aWriteThatFailsInMidContentLeavesNothingAndTheServerGoesOn() throws Exception {
    try (var world = new World(directory)) {
      var submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
      Site site = Site.build(world, 0, submission.getPort());
      try (var server =
          ServerProcess.start(
              site, submission, "/bin/sh", "-c", "ulimit -f 40960; exec \"$@\"", "sh")) {
        try (var link = SmtpLink.open(submission).login(world.trust(), Site.ALICE, Site.PASSWORD)) {
          Mail mail = Mail.of(Site.ALICE, Site.BOB, "does not fit", LONG.repeat(10));
          String reply = link.send(Site.ALICE, Site.BOB, mail);
          assertTrue(reply.startsWith("45"), reply + server.log());
          Mail next = Mail.of(Site.ALICE, Site.BOB, "fits", "Small");
          assertTrue(link.send(Site.ALICE, Site.BOB, next).startsWith("250"), server.log());
        }
        site.mailbox(Site.BOB).awaitWith("Subject: fits");
        Await.until(() -> bodies(site) + " remain", () -> bodies(site).isEmpty());
        assertEquals(1, site.mailbox(Site.BOB).mails().size());
      }
    }
  }
}
