package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.facteur.server.admin.ControlClient;
import net.facteur.server.admin.ControlRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A thief with Bob's password, and a treasurer with a newsletter, against a server with the limits
/// that everybody has. Alice is the postmaster.
class TheftTest {
  private static final String LIMITS =
      """
      sending {
        per-hour = 300, per-day = 1000, new-per-day = 100, learning = 0s, unknown-percent = 20
        signs-of-theft = yes, sessions = 50, networks = 10, release-per-minute = 0
        second-postmaster = "watch@example.net"
      }
      """;
  private static final String WATCH = "RCPT TO:<watch@example.net>";

  @TempDir private Path directory;

  private static String command(RunningServer server, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("-c");
    all.add(server.site().configuration().toString());
    CommandLineRun run = CommandLineRun.of(all.toArray(String[]::new));
    assertEquals(0, run.code(), run.text());
    return run.text();
  }

  private static String id(String reply) {
    return reply.strip().substring(reply.strip().lastIndexOf(' ') + 1);
  }

  /// How the recipient of a message ended, or how it stands.
  private static String state(RunningServer server, String id) {
    var state = new StringBuilder();
    try {
      new ControlClient(server.site().data().resolve("control.socket"))
          .send(
              new ControlRequest.QueueShow(id),
              line -> state.append(line.path("recipients").path(0).path("state").asString("?")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return state.toString();
  }

  private static Map<String, Integer> states(RunningServer server, Set<String> ids) {
    Map<String, Integer> states = new HashMap<>();
    ids.forEach(id -> states.merge(state(server, id), 1, Integer::sum));
    return states;
  }

  private static long told(RunningServer server, String user, String subject) throws IOException {
    return server.site().mailbox(user).mails().stream()
        .filter(mail -> mail.fields("Subject").getFirst().contains(subject))
        .count();
  }

  @Test
  void ofAThiefsMailTheLimitLeavesAndTheRestIsHeldToldOnceAndDropped() throws Exception {
    try (var server = RunningServer.start(directory, LIMITS);
        var mx = new RecordingMx(server.world().theirMx(), false)) {
      Set<String> accepted = new HashSet<>();
      int refused = 0;
      SmtpLink link = thief(server, 0);
      for (int i = 0; i < 1200; i++) {
        if (i % 200 == 199) {
          link.close();
          link = thief(server, i / 200);
        }
        String to = "victim" + i + "@example.net";
        String reply = link.send(Site.BOB, to, Mail.of(Site.BOB, to, "You have won", "Click"));
        if (reply.startsWith("250")) {
          accepted.add(id(reply));
        } else {
          assertTrue(reply.startsWith("450 4.7.1"), reply);
          refused++;
        }
      }
      assertEquals(900, accepted.size());
      assertEquals(300, refused);
      Await.until(
          () -> mx.transactions().size() + " have left",
          () -> mx.transactions().size() == 101 && told(server, Site.BOB, "waits") == 1);
      assertEquals(1, mx.transactions().stream().filter(t -> t.paths().contains(WATCH)).count());
      assertEquals(1, told(server, Site.ALICE, "Mail of bob@example.org is held"));
      assertEquals(Map.of("delivered", 100, "held", 800), states(server, accepted));
      String shown = command(server, "user", "show", Site.BOB);
      assertTrue(shown.contains("held messages: 800, to 800 recipients"), shown);
      assertTrue(shown.contains("127.0.7.5"), shown);

      command(server, "user", "reset", Site.BOB);
      String end = link.reply();
      assertTrue(end.startsWith("421"), end);
      link.close();
      String dropped = command(server, "user", "drop", Site.BOB);
      assertTrue(dropped.contains("800"), dropped);
      assertEquals(Map.of("delivered", 100, "removed", 800), states(server, accepted));
      assertEquals(101, mx.transactions().size());
    }
  }

  private static SmtpLink thief(RunningServer server, int network) throws IOException {
    return SmtpLink.open(server.submission(), World.loopback(5 + network, 5), "pc.test")
        .login(server.world().trust(), Site.BOB, Site.PASSWORD);
  }

  @Test
  void aFirstNewsletterIsHeldBeyondTheStrangersAndItsSenderIsNotLockedOut() throws Exception {
    try (var server = RunningServer.start(directory, LIMITS);
        var mx = new RecordingMx(server.world().theirMx(), false);
        SmtpLink alice = server.alice()) {
      Set<String> accepted = new HashSet<>();
      for (int i = 0; i < 150; i++) {
        String to = "member" + i + "@example.net";
        accepted.add(id(alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, "Letter", "Hello"))));
      }
      assertEquals(150, accepted.size());
      Await.until(
          () -> states(server, accepted).toString(),
          () -> states(server, accepted).equals(Map.of("delivered", 100, "held", 50)));
      String local = alice.send(Site.ALICE, Site.BOB, Mail.of(Site.ALICE, Site.BOB, "You", "Hi"));
      Await.until(
          () -> state(server, id(local)), () -> state(server, id(local)).equals("delivered"));

      String released = command(server, "user", "release", Site.ALICE);
      assertTrue(released.contains("50 held messages to 50 recipients"), released);
      Await.until(
          () -> states(server, accepted).toString(),
          () -> states(server, accepted).equals(Map.of("delivered", 150)));
      // Whom the postmaster let her write to, is no stranger any more.
      String again = "member149@example.net";
      String reply = alice.send(Site.ALICE, again, Mail.of(Site.ALICE, again, "Letter 2", "Hello"));
      Await.until(
          () -> state(server, id(reply)), () -> state(server, id(reply)).equals("delivered"));
      assertEquals(
          152,
          mx.transactions().size(),
          "150 letters, one more, and the note to the second address");
    }
  }

  /// As docs/limits.md says it.
  @Test
  @Tag("long")
  void ofALetterToEightHundredMembersThreeHundredLeaveAndTheRestWhenItIsReleased()
      throws Exception {
    String learning = LIMITS.replace("learning = 0s", "learning = 7d");
    try (var server = RunningServer.start(directory, learning);
        var mx = new RecordingMx(server.world().theirMx(), false);
        SmtpLink alice = server.alice()) {
      Set<String> accepted = new HashSet<>();
      for (int i = 0; i < 800; i++) {
        String to = "member" + i + "@example.net";
        String reply = alice.send(Site.ALICE, to, Mail.of(Site.ALICE, to, "Letter", "Hello"));
        assertTrue(reply.startsWith("250"), reply);
        accepted.add(id(reply));
      }
      Await.until(
          () -> states(server, accepted).toString(),
          () -> states(server, accepted).equals(Map.of("delivered", 300, "held", 500)));
      String local = alice.send(Site.ALICE, Site.BOB, Mail.of(Site.ALICE, Site.BOB, "You", "Hi"));
      Await.until(
          () -> state(server, id(local)), () -> state(server, id(local)).equals("delivered"));
      command(server, "user", "release", Site.ALICE);
      Await.until(
          () -> states(server, accepted).toString(),
          () -> states(server, accepted).equals(Map.of("delivered", 800)));
      try (SmtpLink again = server.alice()) {
        assertTrue(again.command("NOOP").startsWith("250"), "she is not locked out");
      }
      List<String> reached =
          mx.transactions().stream()
              .flatMap(t -> t.paths().stream())
              .filter(path -> path.startsWith("RCPT"))
              .toList();
      assertEquals(801, reached.size(), "each member, and the second postmaster");
      assertEquals(801, Set.copyOf(reached).size(), "once each");
    }
  }

  @Test
  void whatIsTypedWhileNoServerRunsIsDoneWhenItStarts() throws Exception {
    var world = new World(directory);
    Site site = Site.build(world, 0, 0);
    try {
      String conf = site.configuration().toString();
      CommandLineRun run = CommandLineRun.of("user", "hold", Site.BOB, "-c", conf);
      assertEquals(0, run.code(), run.text());
      assertTrue(run.text().contains("no server runs"), run.text());
      CommandLineRun shown = CommandLineRun.of("user", "show", Site.BOB, "-c", conf);
      assertEquals(0, shown.code(), shown.text());
    } catch (AssertionError e) {
      world.close();
      throw e;
    }
    try (var server = RunningServer.start(world, site, LIMITS)) {
      String shown = command(server, "user", "show", Site.BOB);
      assertTrue(shown.contains("the postmaster holds what the account sends"), shown);
      try (SmtpLink bob = thief(server, 0)) {
        String to = "victim@example.net";
        String first = bob.send(Site.BOB, to, Mail.of(Site.BOB, to, "You have won", "Click"));
        assertEquals("held", state(server, id(first)));
      }
    }
  }

  @Test
  void aUserHasNoMoreSessionsAndNetworksThanTheSettingsSay() throws Exception {
    try (var server = RunningServer.start(directory, "sending { sessions = 3, networks = 2 }");
        SmtpLink first = thief(server, 0);
        SmtpLink second = thief(server, 1);
        SmtpLink elsewhere = stranger(server, 2);
        SmtpLink home = stranger(server, 0)) {
      assertEquals("454 4.7.0", login(elsewhere).substring(0, 9), "a third network");
      home.login(Site.BOB, Site.PASSWORD);
      try (SmtpLink fourth = stranger(server, 0)) {
        assertEquals("454 4.7.0", login(fourth).substring(0, 9), "a fourth session");
        server.alice().close();
        assertTrue(second.command("QUIT").startsWith("221"));
        assertTrue(first.command("QUIT").startsWith("221"));
        Await.until(() -> "he is not let in again", () -> login(fourth).startsWith("235"));
      }
    }
  }

  /// What the server says to Bob's password.
  private static String login(SmtpLink link) throws IOException {
    byte[] plain = ("\0" + Site.BOB + "\0" + Site.PASSWORD).getBytes(StandardCharsets.UTF_8);
    return link.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain));
  }

  private static SmtpLink stranger(RunningServer server, int network) throws IOException {
    SmtpLink link = SmtpLink.open(server.submission(), World.loopback(5 + network, 5), "pc.test");
    link.secure(server.world().trust());
    return link;
  }
}
