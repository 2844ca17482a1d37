package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import net.facteur.server.admin.QueueSelection;
import net.facteur.server.signing.CryptoProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mail that fails behind our door, and whose sender is not told since he did not write it.
class WithheldReportsTest {
  private static final String SENDER = "carol@example.net";
  private static final String SUBJECT = "its senders were not told";
  private static final String FORWARDS =
      """
      forwards { "bob@example.org" = ["dan@nowhere.test"] }
      aliases { "eve" = ["eve@example.net"], "fay" = ["fay@nowhere.test"] }
      """;

  @TempDir private Path directory;
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  private RunningServer start() throws IOException {
    InstantSource clock = () -> Instant.now().plus(ahead.get());
    return RunningServer.start(new World(directory), FORWARDS, CryptoProviders.detect(), clock);
  }

  /// @return the id under which it was queued
  private static String send(RunningServer server, InetAddress from, String to) throws IOException {
    try (var link = SmtpLink.open(server.reception(), from, "mail.example.net")) {
      String reply = link.send(SENDER, to, Mail.of(SENDER, to, "for " + to, "Hello"));
      assertTrue(reply.startsWith("250"), reply);
      return reply.substring(reply.lastIndexOf(' ') + 1);
    }
  }

  private static List<Mail> notices(RunningServer server) throws IOException {
    return server.site().mailbox(Site.ALICE).mails().stream()
        .filter(mail -> mail.text().contains(SUBJECT))
        .toList();
  }

  private static Path told(RunningServer server) {
    return server.site().data().resolve("withheld-reports");
  }

  /// Moves the clock on, and waits until the server has looked.
  private void aDayLater(RunningServer server) throws Exception {
    Await.until(() -> "it never looks", () -> Files.exists(told(server)));
    String before = Files.readString(told(server));
    ahead.updateAndGet(was -> was.plus(Duration.ofHours(25)));
    Await.until(
        () -> "nothing after " + before, () -> !Files.readString(told(server)).equals(before));
  }

  private static Map<String, String> listed(RunningServer server) throws IOException {
    var reports = new java.util.HashMap<String, String>();
    new ControlClient(server.site().data().resolve("control.socket"))
        .send(
            new ControlRequest.QueueList(QueueSelection.ALL, 100),
            row -> reports.put(row.path("id").asString(""), row.path("reports").asString("")));
    return reports;
  }

  @Test
  void thePostmasterIsToldOnceADayOfWhatTheForgedSenderIsNot() throws Exception {
    try (var server = start()) {
      Await.until(() -> "it never looks", () -> Files.exists(told(server)));
      var forged = new ArrayList<String>();
      forged.add(send(server, World.STRANGER, Site.BOB));
      forged.add(send(server, World.STRANGER, "fay@example.org"));
      String honest = send(server, World.THEIRS, Site.BOB);
      // Nobody listens there.
      String waitsForged = send(server, World.STRANGER, "eve@example.org");
      String waitsHonest = send(server, World.THEIRS, "eve@example.org");
      for (String id : forged) {
        Await.until(() -> server.why(id), () -> server.why(id).contains("\"state\":\"failed\""));
        assertTrue(server.why(id).contains("none to the sender, who is forged"), server.why(id));
      }
      Map<String, String> waiting = listed(server);
      assertEquals("withheld", waiting.get(waitsForged), waiting::toString);
      assertEquals("-", waiting.get(waitsHonest), waiting::toString);
      assertEquals(List.of(), notices(server));

      aDayLater(server);
      Await.until(() -> "no notice", () -> !notices(server).isEmpty());
      Mail notice = notices(server).getFirst();
      assertTrue(notice.fields("Subject").getFirst().endsWith(": 2 messages"), notice::text);
      assertEquals("auto-generated", notice.fields("Auto-Submitted").getFirst());
      for (String id : forged) {
        assertTrue(notice.body().contains("facteur why " + id + "\r\n"), notice::text);
      }
      for (String recipient : List.of("<dan@nowhere.test>", "<fay@nowhere.test>")) {
        assertTrue(notice.body().contains(recipient), notice::text);
      }
      assertTrue(!notice.body().contains(honest), notice::text);
      assertTrue(!Pattern.compile(waitsForged + "|" + waitsHonest).matcher(notice.body()).find());

      server.site().configure(FORWARDS + "languages = [en]");
      server.server().reload();
      aDayLater(server);
      assertEquals(1, notices(server).size(), "what was told is told again");
    }
  }
}
