package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.accounts.Argon2Cost;
import net.facteur.server.accounts.PasswordHash;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Sessions in which a user has logged in, and their end.
class SessionsTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path directory;

  /// What ends the sessions of alice.
  enum Change {
    PASSWORD,
    LOCK,
    REMOVAL;

    void make(Map<UserName, User> users, UserName alice) {
      switch (this) {
        case PASSWORD -> {
          var octets = "another-horse-8".getBytes(StandardCharsets.US_ASCII);
          PasswordHash hash = PasswordHash.of(octets, Argon2Cost.DEFAULT, RANDOM);
          users.computeIfPresent(alice, (_, user) -> user.withPassword(hash, Optional.empty()));
        }
        case LOCK -> users.computeIfPresent(alice, (_, user) -> user.withLock(true));
        case REMOVAL -> users.remove(alice);
      }
    }
  }

  private static List<JsonNode> ask(RunningServer server, ControlRequest request)
      throws IOException {
    var lines = new ArrayList<JsonNode>();
    assertEquals(
        Optional.empty(),
        new ControlClient(server.site().data().resolve("control.socket"))
            .send(request, lines::add));
    return lines;
  }

  private static List<String> users(RunningServer server) {
    try {
      return ask(server, new ControlRequest.SessionList(Optional.empty())).stream()
          .map(session -> session.path("user").asString(""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeOfTheUserEndsIdleSessionsAndThoseInTheMiddleOfAMessage(Change change)
      throws Exception {
    try (var server = RunningServer.start(directory);
        SmtpLink idle = server.alice();
        SmtpLink writing = server.alice();
        SmtpLink bob =
            SmtpLink.open(server.submission())
                .login(server.world().trust(), Site.BOB, Site.PASSWORD)) {
      assertTrue(writing.begin(Site.ALICE, Site.BOB).startsWith("354"));
      writing.write("From: <" + Site.ALICE + ">\r\nSubject: half\r\n\r\nhalf of it\r\n");
      assertEquals(3, ask(server, new ControlRequest.SessionList(Optional.empty())).size());
      new UsersFile(server.site().data().resolve("users"), RANDOM)
          .edit(
              users -> {
                change.make(users, UserName.parse(Site.ALICE).orElseThrow());
                return users;
              });
      for (SmtpLink ended : List.of(idle, writing)) {
        assertTrue(ended.reply().startsWith("421 4.7.0"));
        assertThrows(IOException.class, ended::reply);
      }
      // The client may see the end of its session before the server has put it away.
      Await.until(() -> users(server).toString(), () -> users(server).equals(List.of(Site.BOB)));
      Mail mail = Mail.of(Site.BOB, Site.BOB, "goes on", "Hello");
      assertTrue(bob.send(Site.BOB, Site.BOB, mail).startsWith("250"));
      assertThrows(AssertionError.class, server::alice, "the old password");
    }
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
