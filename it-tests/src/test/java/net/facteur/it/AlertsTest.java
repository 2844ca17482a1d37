package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Alerts of a whole server, by each way. Alice is the postmaster.
class AlertsTest {
  @TempDir private Path directory;

  private static CommandLineRun command(RunningServer server, String... words) {
    String[] line = new String[words.length + 2];
    System.arraycopy(words, 0, line, 0, words.length);
    line[words.length] = "-c";
    line[words.length + 1] = server.site().configuration().toString();
    return CommandLineRun.of(line);
  }

  private static boolean told(RunningServer server, String subject) {
    try {
      return server.site().mailbox(Site.ALICE).mails().stream()
          .anyMatch(mail -> mail.fields("Subject").getFirst().contains(subject));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path program(Path out) throws IOException {
    Path program =
        Files.writeString(
            directory.resolve("tell-me"), "#!/bin/sh\n{ echo \"$1\"; cat; } >> " + out + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aDiskThatFillsUpIsToldByEachWayAndShown() throws Exception {
    Path out = directory.resolve("told");
    var elsewhere = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
    String settings =
        """
        alerts {
          disk = 1048576GiB, command = "%s"
          smarthost {
            host = "127.0.0.2", port = %d, tls = none, to = "me@example.net"
            from = "alerts@example.com"
          }
        }
        """
            .formatted(program(out), elsewhere.getPort());
    try (var server = RunningServer.start(directory, settings);
        var mx = new RecordingMx(elsewhere, false)) {
      Await.until(
          () -> command(server, "alerts").text(),
          () -> command(server, "alerts").text().contains("disk"));
      CommandLineRun stands = command(server, "alerts");
      assertEquals(1, stands.code(), stands.text());
      assertTrue(stands.text().contains("are left on the disk"), stands.text());

      CommandLineRun trial = command(server, "alerts", "--test");
      assertEquals(0, trial.code(), trial.text());
      assertEquals(3, trial.text().lines().filter(l -> l.contains("sent")).count(), trial.text());
      Await.until(() -> "Alice", () -> told(server, "nothing is wrong"));
      assertTrue(Files.readString(out).contains("nothing is wrong"));
      assertEquals(1, mx.transactions().size());
      RecordingMx.Transaction its = mx.transactions().getFirst();
      assertTrue(its.paths().contains("RCPT TO:<me@example.net>"), its::toString);
      assertTrue(
          its.paths().getFirst().startsWith("MAIL FROM:<alerts@example.com>"), its::toString);
    }
  }

  @Test
  void aWayThatDoesNotWorkIsSaidSo() throws Exception {
    Path missing = directory.resolve("fails");
    Files.writeString(missing, "#!/bin/sh\nexit 7\n");
    Files.setPosixFilePermissions(missing, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var server =
        RunningServer.start(
            directory, "alerts { mail = false, command = \"" + missing + "\" }\n")) {
      CommandLineRun trial = command(server, "alerts", "--test");
      assertEquals(1, trial.code(), trial.text());
      assertTrue(trial.text().replace("\n", " ").contains("ended with 7"), trial.text());
    }
  }
}
