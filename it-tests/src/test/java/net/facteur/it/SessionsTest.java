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
import tools.jackson.databind.JsonNode;

/// Sessions in which a user has logged in, and their end.
class SessionsTest {
  @TempDir private Path directory;

  private static List<JsonNode> ask(RunningServer server, ControlRequest request)
      throws IOException {
    var lines = new ArrayList<JsonNode>();
    assertEquals(
        Optional.empty(),
        new ControlClient(server.site().data().resolve("control.socket"))
            .send(request, lines::add));
    return lines;
  }

  @Test
  void anAdministratorSeesAndEndsSessions() throws Exception {
    try (var server = RunningServer.start(directory);
        SmtpLink first = server.alice();
        SmtpLink second = server.alice()) {
      String sent = first.send(Site.ALICE, Site.BOB, Mail.of(Site.ALICE, Site.BOB, "one", "Hello"));
      assertTrue(sent.startsWith("250"), sent);
      var listed = ask(server, new ControlRequest.SessionList(Optional.of("Alice@Example.org")));
      assertEquals(2, listed.size());
      JsonNode shown = listed.getFirst();
      assertEquals(Site.ALICE, shown.path("user").asString(""));
      assertEquals("127.0.0.2", shown.path("address").asString(""));
      assertEquals("submission", shown.path("listener").asString(""));
      assertEquals("client.test", shown.path("hello").asString(""));
      assertEquals(1, shown.path("messages").asInt(0));
      assertEquals(1, shown.path("recipients").asInt(0));
      assertEquals(List.of(), ask(server, new ControlRequest.SessionList(Optional.of(Site.BOB))));

      String id = shown.path("id").asString("");
      assertEquals(
          List.of(), ask(server, new ControlRequest.SessionEnd(List.of("NONE"), Optional.empty())));
      var ended = ask(server, new ControlRequest.SessionEnd(List.of(id), Optional.empty()));
      assertEquals(id, ended.getFirst().path("id").asString(""));
      assertTrue(first.reply().startsWith("421"));
      assertTrue(second.command("NOOP").startsWith("250"));
      assertEquals(
          1, ask(server, new ControlRequest.SessionEnd(List.of(), Optional.of(Site.ALICE))).size());
      assertTrue(second.reply().startsWith("421"));
      try (SmtpLink again = server.alice()) {
        assertTrue(again.command("NOOP").startsWith("250"));
      }
    }
  }
}
