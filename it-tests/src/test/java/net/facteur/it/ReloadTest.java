package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// New settings for a server that runs.
class ReloadTest {
  private static final String ALIAS = "aliases { \"info@example.org\" = \"alice@example.org\" }\n";

  @TempDir private Path directory;

  private static Optional<ControlClient.Problem> reload(RunningServer server) throws IOException {
    return new ControlClient(server.site().data().resolve("control.socket"))
        .send(new ControlRequest.Reload(), _ -> {});
  }

  private static String recipient(RunningServer server, String address) throws IOException {
    try (var link = SmtpLink.open(server.reception())) {
      link.command("MAIL FROM:<carol@example.net>");
      return link.command("RCPT TO:<" + address + ">");
    }
  }

  @Test
  void aRightEditIsTakenUp() throws Exception {
    try (var server = RunningServer.start(directory)) {
      assertTrue(recipient(server, "info@example.org").startsWith("550"));
      server.site().configure(ALIAS);
      assertEquals(Optional.empty(), reload(server));
      assertTrue(recipient(server, "info@example.org").startsWith("250"));
    }
  }

  @Test
  void aBadEditChangesNothingAndSaysWhy() throws Exception {
    try (var server = RunningServer.start(directory, ALIAS)) {
      server.site().configure("alliases {}\nlimits.recipients = many\n");
      List<String> why = reload(server).orElseThrow().details();
      String all = String.join("\n", why);
      assertEquals(2, why.size(), all);
      assertTrue(all.contains("alliases") && all.contains("aliases"), all);
      assertTrue(all.contains("limits.recipients"), all);
      assertTrue(all.contains("mail.conf"), all);
      assertTrue(recipient(server, "info@example.org").startsWith("250"));
    }
  }

  @Test
  void aSelectorWithoutKeyChangesNothingAndSaysWhy() throws Exception {
    try (var server = RunningServer.start(directory)) {
      server.site().configure("domains.\"example.org\".dkim.selector = nokey\n" + ALIAS);
      String why = String.join("\n", reload(server).orElseThrow().details());
      assertTrue(why.contains("nokey"), why);
      assertTrue(recipient(server, "info@example.org").startsWith("550"));
      try (var link = server.alice()) {
        Mail mail = Mail.of(Site.ALICE, Site.BOB, "still signed", "By the old key");
        assertTrue(link.send(Site.ALICE, Site.BOB, mail).startsWith("250"));
      }
      Mail arrived = server.site().mailbox(Site.BOB).awaitWith("still signed");
      assertEquals(2, arrived.fields("DKIM-Signature").size(), arrived::text);
    }
  }

  @Test
  void aDamagedFileChangesNothing() throws Exception {
    try (var server = RunningServer.start(directory, ALIAS)) {
      server.site().configure("domains { \"example.org\" {");
      assertTrue(reload(server).isPresent());
      assertTrue(recipient(server, "info@example.org").startsWith("250"));
    }
  }

  @Test
  void whatWaitsForARestartIsNamedAtEachReloadUntilThen() throws Exception {
    try (var server = RunningServer.start(directory)) {
      for (int i = 0; i < 2; i++) {
        server.site().configure("queue.life = 4d\n" + ALIAS);
        assertEquals(List.of("queue.life"), waiting(server));
      }
      assertTrue(recipient(server, "info@example.org").startsWith("250"));
      server.site().configure(ALIAS);
      assertEquals(List.of(), waiting(server));
    }
  }

  private static List<String> waiting(RunningServer server) throws IOException {
    var keys = new ArrayList<String>();
    assertEquals(
        Optional.empty(),
        new ControlClient(server.site().data().resolve("control.socket"))
            .send(
                new ControlRequest.Reload(),
                answer -> answer.path("restart").forEach(key -> keys.add(key.asString("")))));
    return keys;
  }
}
