package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What systemd does with a service: passes sockets, sends signals, hears how it is.
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

  /// Binds a datagram socket to the name that is its first argument, writes what arrives there to
  /// the file that is its second, and lets the rest run beside it.
  private static final String HEAR =
      """
      import os, socket, sys
      name, file, *command = sys.argv[1:]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind(name.replace("@", "\\0"))
      if os.fork():
          s.close()
          os.environ["NOTIFY_SOCKET"] = name
          os.execv(command[0], command)
      server = os.getppid()
      s.settimeout(1)
      with open(file, "ab", 0) as out:
          while True:
              try:
                  words = s.recv(4096)
              except TimeoutError:
                  if os.getppid() != server:
                      break
                  continue
              out.write(words.replace(b"\\n", b" ") + b"\\n")
              if words.startswith(b"STOPPING=1"):
                  break
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

  private static ServerProcess heard(
      Site site, InetSocketAddress submission, String socket, Path said) throws Exception {
    return ServerProcess.start(
        site,
        submission,
        Program.PYTHON.path(),
        "-c",
        HEAR,
        socket,
        said.toString(),
        "/usr/bin/env",
        "--default-signal=HUP");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @RequiresProgram(Program.PYTHON)
  void theServiceManagerHearsOfStartReloadAndStop(boolean ofTheFileSystem) throws Exception {
    try (var world = new World(directory)) {
      InetSocketAddress reception = free();
      InetSocketAddress submission = free();
      Site site = Site.build(world, reception.getPort(), submission.getPort());
      Path said = site.directory().resolve("said");
      String socket =
          ofTheFileSystem ? site.directory().resolve("notify").toString() : "@" + directory;
      try (var server = heard(site, submission, socket, said)) {
        Await.until(server::log, () -> Files.readString(said).contains("READY=1"));
        assertTrue(recipient(reception, Site.ALICE).startsWith("250"), server::log);
        server.signal("HUP");
        Await.until(server::log, () -> Files.readString(said).split("READY=1", -1).length == 3);
        server.signal("TERM");
        assertEquals(0, server.exit(), server::log);
        Await.until(server::log, () -> Files.readString(said).contains("STOPPING=1"));
      }
      String ours = World.OURS.getHostAddress();
      String ready =
          "READY=1 STATUS=RECEPTION %s:%d, SUBMISSION %s:%d"
              .formatted(ours, reception.getPort(), ours, submission.getPort());
      assertEquals(
          List.of(
              "EXTEND_TIMEOUT_USEC=60000000 STATUS=opening the queue",
              ready,
              "RELOADING=1 MONOTONIC_USEC=0",
              ready,
              "STOPPING=1 STATUS=stopping"),
          Files.readAllLines(said).stream()
              .map(line -> line.replaceFirst("(MONOTONIC_USEC=)[1-9][0-9]*", "$10"))
              .toList());
    }
  }

  @Test
  @RequiresProgram(Program.PYTHON)
  void aStartThatFailsSaysWhyAndNeverThatItIsReady() throws Exception {
    try (var world = new World(directory);
        var taken = new ServerSocket(0, 1, World.OURS)) {
      Site site = Site.build(world, taken.getLocalPort(), free().getPort());
      Path said = site.directory().resolve("said");
      assertThrows(
          AssertionError.class,
          () ->
              heard(
                  site,
                  new InetSocketAddress(World.OURS, 1),
                  site.directory().resolve("notify").toString(),
                  said));
      Await.until(
          () -> "nothing was said",
          () -> Files.readString(said).contains(":" + taken.getLocalPort()));
      String heard = Files.readString(said);
      assertTrue(!heard.contains("READY"), heard);
      assertTrue(heard.contains("STATUS=cannot listen"), heard);
    }
  }
}
