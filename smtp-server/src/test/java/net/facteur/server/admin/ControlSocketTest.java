package net.facteur.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.User;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.accounts.UserName;
import net.facteur.server.alerts.AlertRequests;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.routes.RouteRequests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ControlSocketTest {
  private static final String HASH =
      "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  private final FakeServer fake = new FakeServer();
  private Path socket = Path.of("");
  private ControlServer server;

  ControlSocketTest() throws IOException {
    socket = Files.createTempDirectory("control").resolve("s");
    server = ControlServer.open(socket, fake);
  }

  @BeforeEach
  void theSocketIsThere() {
    assertTrue(Files.exists(socket));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket.resolveSibling("s"));
  }

  @Test
  void onlyTheOwnerMayUseIt() throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
  }

  @Test
  void theStatusComesAsItIs() throws IOException {
    var lines = new ArrayList<JsonNode>();
    assertEquals(Optional.empty(), client().send(new ControlRequest.Status(), lines::add));
    assertEquals(7, lines.getFirst().path("connections").asInt());
  }

  @RepeatedTest(30)
  void whoAsksForTheStopHearsThatItComes() throws IOException {
    fake.whenStopped =
        () -> {
          var _ = Thread.ofVirtual().start(server::close);
        };
    assertEquals(Optional.empty(), client().send(new ControlRequest.Stop(), _ -> {}));
    assertTrue(fake.stopped);
  }

  @Test
  void whatIsNoSocketIsNeverReplaced() throws IOException {
    Path users = Files.writeString(socket.resolveSibling("users"), "alice");
    Path empty = Files.createDirectory(socket.resolveSibling("empty"));
    for (Path path : List.of(users, empty)) {
      IOException refused = assertThrows(IOException.class, () -> ControlServer.open(path, fake));
      assertTrue(String.valueOf(refused.getMessage()).contains("is no socket"), refused::toString);
    }
    assertEquals("alice", Files.readString(users));
    assertTrue(Files.isDirectory(empty));
    Files.delete(users);
    Files.delete(empty);
  }

  @Test
  void wrongSettingsComeBackAsDetails() throws IOException {
    assertEquals(Optional.empty(), client().send(new ControlRequest.Reload(), _ -> {}));
    fake.mistakes = List.of("mail.conf, line 1: no");
    assertEquals(
        List.of("mail.conf, line 1: no"),
        client().send(new ControlRequest.Reload(), _ -> {}).orElseThrow().details());
  }

  @Test
  void theQueueIsListedLineByLine() throws IOException {
    var lines = new ArrayList<JsonNode>();
    client().send(new ControlRequest.QueueList(QueueSelection.ALL, 3), lines::add);
    assertEquals(3, lines.size());
    assertEquals("Q2", lines.getLast().path("id").asString(""));
  }

  @Test
  void sessionsAreListedAndEnded() throws IOException {
    var lines = new ArrayList<JsonNode>();
    client().send(new ControlRequest.SessionList(Optional.of("a@example.org")), lines::add);
    client().send(new ControlRequest.SessionEnd(List.of("S7"), Optional.empty()), lines::add);
    assertEquals("a@example.org", lines.getFirst().path("user").asString(""));
    assertEquals("S7", lines.getLast().path("id").asString(""));
  }

  @Test
  void everyActionReachesTheQueue() throws IOException {
    for (ServerControl.Action action : ServerControl.Action.values()) {
      assertEquals(
          Optional.empty(),
          client()
              .send(
                  new ControlRequest.QueueAct(action, QueueSelection.of("Q1"), "mx:a.test"),
                  _ -> {}));
      assertTrue(
          client()
              .send(new ControlRequest.QueueAct(action, QueueSelection.of("nothing"), ""), _ -> {})
              .isPresent());
    }
    assertEquals(List.of(ServerControl.Action.values()), fake.actions);
  }

  @Test
  void everyChangeOfAUserReachesTheServerAsItWasMeant() throws IOException {
    User user =
        User.parse("alice@example.org password=" + HASH + " send-as=*@example.org").orElseThrow();
    List<UserChange> changes =
        List.of(
            new UserChange.Add(user),
            new UserChange.Replace(user, user),
            new UserChange.Remove(user.name()),
            new UserChange.Remove(user.name()));
    var outcomes = new ArrayList<String>();
    for (UserChange change : changes) {
      client()
          .send(
              new ControlRequest.ChangeUser(change),
              line -> outcomes.add(line.path("outcome").asString("")));
    }
    assertEquals(changes, fake.changes);
    assertEquals(List.of("DONE", "DONE", "DONE", "UNKNOWN"), outcomes);
    UserName broken = UserName.parse("broken@example.org").orElseThrow();
    assertTrue(
        client()
            .send(new ControlRequest.ChangeUser(new UserChange.Remove(broken)), _ -> {})
            .orElseThrow()
            .text()
            .contains("/data/users cannot be written"));
  }

  @Test
  void everyWishForAKeyReachesTheServerAndNothingElseDoes() throws IOException {
    for (KeyWish.Verb verb : KeyWish.Verb.values()) {
      var wish =
          new KeyWish(
              verb,
              DomainName.of("example.org"),
              verb == KeyWish.Verb.ROTATE ? "" : "jan2027",
              "alice");
      assertEquals(Optional.empty(), client().send(new ControlRequest.ChangeKey(wish), _ -> {}));
      assertEquals(wish, fake.wishes.getLast());
    }
    for (String arguments :
        List.of(
            "{\"domain\":\"example.org\",\"selector\":\"../../etc\"}",
            "{\"domain\":\"\\u0000\",\"selector\":\"a\"}",
            "{}")) {
      assertTrue(
          raw("{\"version\":1,\"command\":\"dkim-activate\",\"arguments\":" + arguments + "}")
              .contains("problem"),
          arguments);
    }
    assertEquals(KeyWish.Verb.values().length, fake.wishes.size());
  }

  @Test
  void aFaultBehindTheSocketIsToldWithoutDetail() throws IOException {
    var problem = client().send(new ControlRequest.QueueShow("fault"), _ -> {}).orElseThrow();
    assertFalse(problem.text().contains("secret"));
  }

  @Test
  void whatIsNotARequestIsAnsweredAndForgotten() throws IOException {
    for (String junk :
        List.of(
            "",
            "GET / HTTP/1.1",
            "{",
            "[]",
            "null",
            "{\"version\":2,\"command\":\"stop\"}",
            "{\"version\":1,\"command\":\"dance\"}",
            "x".repeat(70_000))) {
      assertTrue(raw(junk).contains("problem"), junk.length() > 50 ? "long" : junk);
    }
    assertFalse(fake.stopped);
    assertEquals(Optional.empty(), client().send(new ControlRequest.Health(), _ -> {}));
  }

  @Test
  void connectionsThatAskNothingKeepNobodyOut() throws IOException {
    var idle = new ArrayList<SocketChannel>();
    try {
      for (int i = 0; i < 40; i++) {
        idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
      }
      for (int i = 0; i < 3; i++) {
        assertEquals(Optional.empty(), client().send(new ControlRequest.Status(), _ -> {}));
      }
    } finally {
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
  }

  @Test
  void aNewKeyReachesTheServerWholeAndOnlyOnce() throws IOException {
    var random = new SecureRandom();
    var answers = new ArrayList<String>();
    for (KeyType type : KeyType.values()) {
      DkimPrivateKey key = DkimPrivateKey.generate(type, 1024, random);
      var name = new KeyName(DomainName.of("example.org"), "nov2026-" + type.word());
      var request = new ControlRequest.WriteKey(name, key);
      for (int i = 0; i < 2; i++) {
        client().send(request, line -> answers.add(line.propertyNames().toString()));
      }
      assertEquals(key.toPem(), Optional.ofNullable(fake.written.get(name)).orElseThrow().toPem());
      assertFalse(request.toString().contains("PRIVATE"), "it may stand in a log");
    }
    assertEquals(List.of("[written]", "[exists]", "[written]", "[exists]"), answers);
  }

  @Test
  void whatIsNoKeyOfASelectorIsRefused() throws IOException {
    String pem =
        DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom())
            .toPem()
            .replace("\n", "\\n");
    for (String[] wrong :
        new String[][] {
          {"example.org", "../../evil", pem},
          {"example.org", "", pem},
          {"../evil", "nov2026", pem},
          {"example.org", "nov2026", "-----BEGIN PRIVATE KEY-----"}
        }) {
      String answer =
          raw(
              "{\"version\":1,\"command\":\"dkim-write\",\"arguments\":{\"domain\":\""
                  + wrong[0]
                  + "\",\"selector\":\""
                  + wrong[1]
                  + "\",\"key\":\""
                  + wrong[2]
                  + "\"}}");
      assertTrue(answer.contains("a DKIM key, its domain and its selector"), answer);
    }
    assertEquals(Map.of(), fake.written);
  }

  @Test
  void aRenewalSaysWhyNothingCame() throws IOException {
    var lines = new ArrayList<JsonNode>();
    var renew = new ControlRequest.RenewCertificate();
    assertTrue(
        client().send(renew, lines::add).orElseThrow().text().contains("next.pem cannot be"),
        "a broken disk");
    DkimPrivateKey key = DkimPrivateKey.generate(KeyType.ED25519, 0, new SecureRandom());
    fake.written.put(new KeyName(DomainName.of("a.test"), "a"), key);
    assertEquals(Optional.empty(), client().send(renew, lines::add));
    assertEquals(List.of(), lines);
    fake.written.put(new KeyName(DomainName.of("a.test"), "b"), key);
    assertEquals(Optional.empty(), client().send(renew, lines::add));
    assertEquals("nobody issues one", lines.getFirst().path("refused").asString(""));
  }

  @Test
  void aDeadServersSocketIsReplacedAndALivingOnesIsNot() throws IOException {
    assertThrows(IOException.class, () -> ControlServer.open(socket, fake));
    Path dead = socket.resolveSibling("dead");
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(dead));
    }
    try (var _ = ControlServer.open(dead, fake)) {
      assertEquals(
          Optional.empty(), new ControlClient(dead).send(new ControlRequest.Health(), _ -> {}));
    }
    assertFalse(Files.exists(dead));
  }

  private ControlClient client() {
    return new ControlClient(socket);
  }

  private String raw(String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      try {
        channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        // The server has answered and hung up before the end of a line that is too long.
        assertTrue(line.length() > 65_536, line);
      }
      try {
        return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        return "problem: " + e.getMessage();
      }
    }
  }

  private static final class FakeServer
      implements ServerControl, ServerControl.QueueControl, ServerControl.SessionControl {
    private volatile List<String> mistakes = List.of();
    private volatile boolean stopped;
    private Runnable whenStopped = () -> {};
    private final List<Action> actions = new ArrayList<>();
    private final List<UserChange> changes = new ArrayList<>();
    private final Map<KeyName, DkimPrivateKey> written = new HashMap<>();
    private final List<KeyWish> wishes = new ArrayList<>();

    @Override
    public RouteRequests routes() {
      throw new AssertionError();
    }

    @Override
    public net.facteur.server.feedback.FeedbackRequests feedback() {
      throw new UnsupportedOperationException();
    }

    @Override
    public SendingControl sending() {
      throw new UnsupportedOperationException();
    }

    @Override
    public QuarantineRequests quarantine() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Object> status() {
      return Map.of("connections", 7);
    }

    @Override
    public boolean healthy() {
      return true;
    }

    @Override
    public Reloaded reload() {
      return mistakes.isEmpty()
          ? new Reloaded.InForce(
              List.of("queue.life"), List.of(Text.of("old.pem")), List.of(Text.of("a caution")))
          : new Reloaded.Refused(mistakes.stream().map(Text::of).toList());
    }

    @Override
    public void stop() {
      stopped = true;
      whenStopped.run();
    }

    @Override
    public void readAgain() {}

    @Override
    public net.facteur.server.addresses.AddressChange.Outcome changeAddress(
        net.facteur.server.addresses.AddressChange change) {
      return net.facteur.server.addresses.AddressChange.Outcome.UNKNOWN;
    }

    @Override
    public UserChange.Outcome change(UserChange change) throws IOException {
      if (change.name().text().startsWith("broken")) {
        throw new IOException("/data/users cannot be written");
      }
      changes.add(change);
      return changes.size() > 3 ? UserChange.Outcome.UNKNOWN : UserChange.Outcome.DONE;
    }

    @Override
    public void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out) {
      wishes.add(wish);
      out.accept(Map.of("says", "done"));
    }

    @Override
    public boolean write(KeyName name, DkimPrivateKey key) {
      return written.putIfAbsent(name, key) == null;
    }

    @Override
    public AlertRequests alerts() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int sendReports() {
      return 3;
    }

    @Override
    public Optional<String> renewCertificate() throws IOException {
      if (written.isEmpty()) {
        throw new IOException("/data/tls/next.pem cannot be written");
      }
      return written.size() > 1 ? Optional.of("nobody issues one") : Optional.empty();
    }

    @Override
    public QueueControl queue() {
      return this;
    }

    @Override
    public SessionControl sessions() {
      return this;
    }

    @Override
    public void list(Optional<String> user, Consumer<Map<String, Object>> out) {
      out.accept(Map.of("id", "S1", "user", user.orElse("anybody")));
    }

    @Override
    public void end(List<String> ids, Optional<String> user, Consumer<Map<String, Object>> out) {
      ids.forEach(id -> out.accept(Map.of("id", id, "user", user.orElse("anybody"))));
    }

    @Override
    public Optional<Text> read(ControlRequest.QueueQuery query, Consumer<Map<String, Object>> out) {
      if (query instanceof ControlRequest.QueueList(QueueSelection selection, int limit)) {
        assertEquals(QueueSelection.ALL, selection);
        for (int i = 0; i < limit; i++) {
          out.accept(Map.of("id", "Q" + i));
        }
        return Optional.empty();
      }
      throw new IllegalStateException("secret detail");
    }

    @Override
    public Optional<Text> act(ControlRequest.QueueAct act, Consumer<Map<String, Object>> out) {
      if (act.equals(
          new ControlRequest.QueueAct(act.action(), QueueSelection.of("Q1"), "mx:a.test"))) {
        actions.add(act.action());
        return Optional.empty();
      }
      return Optional.of(Text.of("no"));
    }
  }

  @Test
  void aSelectionComesThroughAsItWasSent() {
    var json = new tools.jackson.databind.json.JsonMapper();
    var selection =
        new QueueSelection(
            List.of("A", "B"),
            Optional.of(""),
            Optional.of("bob@example.net"),
            Optional.of("example.net"),
            Optional.of("mx:example.net"),
            Optional.of("held"),
            Optional.of(java.time.Duration.ofHours(4)),
            Optional.of(java.time.Duration.ofDays(2)));
    for (ControlRequest request :
        List.of(
            new ControlRequest.QueueList(selection, 7),
            new ControlRequest.QueueAct(ServerControl.Action.MOVE, selection, "mx:b.test"),
            new ControlRequest.Why("bob", 3),
            new ControlRequest.QueueCat("A"),
            new ControlRequest.QueueSummary(2),
            new ControlRequest.TestAlerts(),
            new ControlRequest.SessionList(Optional.of("a@example.org")),
            new ControlRequest.SessionList(Optional.empty()),
            new ControlRequest.SessionEnd(List.of("S1", "S2"), Optional.empty()),
            new ControlRequest.SessionEnd(List.of(), Optional.of("a@example.org")))) {
      assertEquals(
          Optional.of(request),
          ControlRequest.parse(request.line(json, Language.FRENCH), json).toOptional());
    }
  }
}
