package net.facteur.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A filter that takes its time.
class WaitingFiltersTest {
  private static final int WAITING = 400;
  private static final int STRANGERS = 100;
  private static final String ANSWER =
      "HTTP/1.1 200 OK\r\n\r\n{\"action\":\"no action\",\"score\":0,\"required_score\":15}";

  @TempDir private Path directory = Path.of("");

  @Test
  void hundredsOfAnswersToComeKeepNobodyElseWaiting() throws Exception {
    var asked = new CountDownLatch(WAITING);
    var open = new Semaphore(0);
    try (var daemon = new ServerSocket(0, WAITING, World.OURS)) {
      Thread.ofVirtual().start(() -> answer(daemon, asked, open));
      String settings =
          """
          filter.rspamd { address = "%s:%d", at-once = 1000, time-limit = 5m }
          limits { checked-at-once = 2000, connections-per-network = 1000 }
          """
              .formatted(World.OURS.getHostAddress(), daemon.getLocalPort());
      try (RunningServer server = RunningServer.start(directory, settings)) {
        var waiting = new ArrayList<SmtpLink>();
        try {
          for (int i = 0; i < WAITING; i++) {
            SmtpLink link = SmtpLink.open(server.reception(), World.THEIRS, "mx.example.net");
            waiting.add(link);
            String begun = link.begin("zoe@example.net", Site.BOB);
            assertTrue(begun.startsWith("354"), begun);
            link.content(Mail.of("zoe@example.net", Site.BOB, "number " + i, "Hello"));
          }
          asked.await();
          long[] nanos = new long[STRANGERS];
          for (int i = 0; i < STRANGERS; i++) {
            try (SmtpLink stranger =
                SmtpLink.open(server.reception(), World.THEIRS, "other.example.net")) {
              long begun = System.nanoTime();
              String said = stranger.command("EHLO other.example.net");
              nanos[i] = System.nanoTime() - begun;
              assertTrue(said.startsWith("250"), said);
            }
          }
          System.out.println(
              "EHLO beside "
                  + WAITING
                  + " waiting answers, in microseconds: "
                  + LongStream.of(nanos).map(n -> n / 1000).sorted().boxed().toList());
          open.release(WAITING);
          for (SmtpLink link : waiting) {
            String reply = link.reply();
            assertTrue(reply.startsWith("250"), reply);
          }
        } finally {
          for (SmtpLink link : waiting) {
            link.close();
          }
        }
      }
    }
  }

  private static void answer(ServerSocket daemon, CountDownLatch asked, Semaphore open) {
    while (true) {
      Socket connection;
      try {
        connection = daemon.accept();
      } catch (IOException _) {
        return; // the test is over
      }
      Thread.ofVirtual()
          .start(
              () -> {
                try (connection) {
                  byte[] head = new byte[5];
                  if (connection.getInputStream().readNBytes(head, 0, 5) == 5
                      && new String(head, ISO_8859_1).equals("POST ")) {
                    asked.countDown();
                    open.acquire();
                  }
                  connection.getOutputStream().write(ANSWER.getBytes(ISO_8859_1));
                  connection.shutdownOutput();
                  connection.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException | InterruptedException _) {
                  // whoever asked has gone
                }
              });
    }
  }
}
