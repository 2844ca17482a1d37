package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What systemd does with a service: passes sockets, sends signals.
class ServiceManagerTest {
  private static final String ALIAS = "aliases { \"info@example.org\" = \"alice@example.org\" }\n";

  /// Listens on the address that is its first and second argument, and becomes the rest.
  private static final String PASS_A_SOCKET =
      """
      import os, socket, sys
      s = socket.socket()
      s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
      s.bind((sys.argv[1], int(sys.argv[2])))
      s.listen()
      if s.fileno() != 3:
          os.dup2(s.fileno(), 3)
      os.set_inheritable(3, True)
      os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
      os.execv(sys.argv[3], sys.argv[3:])
      """;

  @TempDir private Path directory;

  private static String recipient(InetSocketAddress reception, String address) throws IOException {
    try (var link = SmtpLink.open(reception)) {
      link.command("MAIL FROM:<carol@example.net>");
      return link.command("RCPT TO:<" + address + ">");
    }
  }

  private static InetSocketAddress free() throws IOException {
    return new InetSocketAddress(World.OURS, World.freePort(World.OURS));
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void aSocketThatWasPassedIsTakenOver() throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress reception = free();
      InetSocketAddress submission = free();
      Site site = Site.build(world, reception.getPort(), submission.getPort());
      try (var server =
          ServerProcess.start(
              site,
              submission,
              Program.PYTHON.path(),
              "-c",
              PASS_A_SOCKET,
              World.OURS.getHostAddress(),
              Integer.toString(submission.getPort()))) {
        try (var link = SmtpLink.open(submission)) {
          assertTrue(link.command("NOOP").startsWith("250"));
        }
        assertTrue(recipient(reception, Site.ALICE).startsWith("250"), server::log);
      }
    }
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void aSocketThatNoSettingKnowsStopsTheStart() throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress stray = free();
      Site site = Site.build(world, free().getPort(), free().getPort());
      var failure =
          assertThrows(
              AssertionError.class,
              () ->
                  ServerProcess.start(
                      site,
                      new InetSocketAddress(World.OURS, 1),
                      Program.PYTHON.path(),
                      "-c",
                      PASS_A_SOCKET,
                      World.OURS.getHostAddress(),
                      Integer.toString(stray.getPort())));
      assertTrue(failure.toString().contains("in no listen setting"), failure::toString);
    }
  }

  @Test
  void aLogThatWasMovedAwayIsBegunAnewByAHangUpAndLosesNothing() throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress submission = free();
      Site site = Site.build(world, free().getPort(), submission.getPort());
      Path log = site.directory().resolve("facteur.log");
      site.configure("log.file = facteur.log\n");
      Path layout = Path.of("").toAbsolutePath().resolveSibling("conf/log4j2.xml");
      try (var server =
          ServerProcess.start(
              site,
              submission,
              "env",
              "--default-signal=HUP",
              "JAVA_TOOL_OPTIONS=-Dlog4j2.configurationFile=" + layout)) {
        Await.until(server::log, () -> Files.readString(log).contains("started hostname"));
        for (int i = 1; i <= 2; i++) {
          Path moved = site.directory().resolve("facteur.log." + i);
          Files.move(log, moved);
          server.signal("HUP");
          Await.until(
              server::log,
              () -> Files.exists(log) && Files.readString(log).contains("reloaded file"));
          String before = Files.readString(moved);
          server.signal("HUP");
          Await.until(
              server::log, () -> Files.readString(log).split("reloaded file", -1).length == 3);
          assertEquals(before, Files.readString(moved), "the old one is closed");
        }
      }
    }
  }

  @Test
  void aHangUpRereadsTheSettingsAndATermEndsTheServer() throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress reception = free();
      InetSocketAddress submission = free();
      Site site = Site.build(world, reception.getPort(), submission.getPort());
      // Who was started by nohup hands on that SIGHUP is ignored.
      try (var server = ServerProcess.start(site, submission, "env", "--default-signal=HUP")) {
        Await.until(server::log, () -> recipient(reception, "info@example.org").startsWith("550"));
        site.configure(ALIAS);
        server.signal("HUP");
        Await.until(
            () -> recipient(reception, "info@example.org") + "\n" + server.log(),
            () -> recipient(reception, "info@example.org").startsWith("250"));
        site.configure("alliases {}\n");
        server.signal("HUP");
        Await.until(server::log, () -> server.log().contains("alliases"));
        assertTrue(recipient(reception, "info@example.org").startsWith("250"), server::log);
        server.signal("TERM");
        assertEquals(0, server.exit(), server::log);
      }
    }
  }
}
