package net.facteur.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.MxRecord;
import net.facteur.auth.dns.RecordType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole server of Debian's packages moves to Facteur as `docs/migrate.md` says, and back, while
/// mail is under way. Needs root.
@Tag("long")
@RequiresProgram({Program.DEBOOTSTRAP, Program.PYTHON, Program.PYTHON_DKIM})
class MovedServerTest {
  private static final List<String> USERS =
      List.of("alice", "bob", "carol", "dave", "erin", "frank");
  private static final String STRANGER = "sam@sender.test";
  private static final String FRIEND = "friend@example.net";

  /// Where mail for an address ends, at the old server as at the new one.
  private static final Map<String, List<String>> ENDS =
      Map.ofEntries(
          Map.entry("alice@example.org", List.of("alice")),
          Map.entry("bob+lists@example.org", List.of("bob")),
          Map.entry("erin@example.com", List.of("erin")),
          Map.entry("team@example.org", List.of("alice", "bob", "carol", "carol@example.net")),
          Map.entry("info@example.com", List.of("alice", "bob", "carol", "carol@example.net")),
          Map.entry("gone@example.org", List.of("gone@example.net")),
          Map.entry("webmaster@mail.example.org", List.of("alice")),
          Map.entry("board@mail.example.org", List.of("bob", "dave")));

  @TempDir private Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();
  private World world;
  private InetSocketAddress reception;
  private InetSocketAddress submission;
  private OldServer old;
  private RecordingMx friends;

  /// Does not answer for good while Postfix is the server.
  private RecordingMx later;

  /// Does not answer for good while Facteur is the server.
  private RecordingMx last;

  private NumberedMail mail;

  /// The settings as they were moved.
  private String moved = "";

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.add(resource);
    return resource;
  }

  @Test
  void nothingIsLostOrDoubledOnTheWayToFacteurAndBack() throws Exception {
    mail.more(100);
    String rewritten = rewritten();
    var waiting = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      waiting.add(mail.send(this::alice, "alice@example.org", "x@later.test"));
    }

    Map<String, String> before = content(old.at("etc"));
    migrate();
    assertEquals(before, content(old.at("etc")));
    mail.more(30);

    old.run(
        """
        postconf -e 'master_service_disable = inet'
        postfix stop
        postfix start
        postqueue -f
        """);
    ServerProcess facteur = closing(ServerProcess.start(site(), submission));
    mail.more(150);
    assertEquals(List.of(), mail.refused(), facteur::log);
    oldPasswordsHaveBecomeArgon2();
    aBounceToWhatTheOldServerRewroteComesBack(rewritten);
    newMailIsSignedWithTheOldKey();
    String queued = old.run("postqueue -p");
    assertTrue(queued.contains("x@later.test"), () -> queued + logs());
    later.recover();
    awaitEmptyQueue();
    for (String id : waiting) {
      Mail drained = drained(id);
      assertTrue(drained.text().contains("(Postfix)"), drained::text);
      verifies(drained);
    }

    String left = mail.send(this::alice, "alice@example.org", "x@last.test");
    facteur.close();
    assertEquals(0, facteur.exit(), facteur::log);
    configure(List.of());
    old.run(
        """
        postconf -# master_service_disable
        postfix stop
        postfix start
        """);
    closing(ServerProcess.start(site(), submission));
    mail.more(100);
    assertTrue(queue().contains("x@last.test"), this::queue);
    last.recover();
    Await.until(this::queue, () -> !queue().contains("@"));
    assertTrue(
        last.taken().stream().anyMatch(m -> m.fields("Message-ID").contains("<" + left + ">")));
    Mail again = signedFor(mail.send(this::alice, "alice@example.org", FRIEND));
    assertTrue(again.text().contains("(Postfix)"), again::text);
    verifies(again);

    mail.end();
    assertEquals(List.of(), mail.refused());
    awaitEmptyQueue();
    everythingIsThereOnce();
  }

  @BeforeEach
  void prepare() throws Exception {
    world = closing(new World(directory));
    reception = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
    submission = new InetSocketAddress(World.OURS, World.freePort(World.OURS));
    int out = world.theirMx().getPort();
    friends = closing(new RecordingMx(world.theirMx(), false));
    later = closing(new RecordingMx(exchanger("later.test", 5, out), true));
    last = closing(new RecordingMx(exchanger("last.test", 6, out), true));
    exchanger("sender.test", 3, out);
    old =
        closing(
            OldServer.start(
                world,
                reception,
                submission,
                new InetSocketAddress(World.loopback(5), out),
                directory));
    mail = closing(new NumberedMail());
    mail.from(
        () -> SmtpLink.open(reception, World.STRANGER, "mx.sender.test"),
        STRANGER,
        ENDS.keySet().toArray(String[]::new));
    var trust = world.trust();
    for (String user : USERS) {
      String address = user + "@example.org";
      mail.from(
          () ->
              SmtpLink.open(submission, World.STRANGER, user + ".test")
                  .login(trust, address, Site.PASSWORD),
          address,
          FRIEND);
    }
  }

  private InetSocketAddress exchanger(String domain, int last, int port) {
    world.add(domain, RecordType.MX, new MxRecord(10, DomainName.of("mx." + domain)));
    world.add("mx." + domain, RecordType.A, World.loopback(last));
    return new InetSocketAddress(World.loopback(last), port);
  }

  private SmtpLink alice() throws IOException {
    return SmtpLink.open(submission, World.STRANGER, "alice.test")
        .login(world.trust(), "alice@example.org", Site.PASSWORD);
  }

  private void migrate() throws IOException {
    Path target = directory.resolve("moved");
    CommandLineRun run =
        CommandLineRun.of(
            "migrate", "postfix", "--from", old.root().toString(), "--to", target.toString());
    assertEquals(0, run.code(), run::text);
    Path settings = target.resolve("conf");
    moved = Files.readString(settings.resolve("mail.conf"));
    configure(List.of(reception, submission));
    CommandLineRun check = CommandLineRun.of("check", "-c", site().configuration().toString());
    assertEquals(0, check.code(), check::text);
  }

  private Site site() {
    return new Site(directory.resolve("moved/conf"), moved);
  }

  /// Gives the new server what this machine has otherwise: its DNS, its ports, and the way to the
  /// socket of Dovecot.
  ///
  /// @param listeners for reception and for submission, or none at all
  private void configure(List<InetSocketAddress> listeners) throws IOException {
    List<String> where =
        listeners.isEmpty()
            ? List.of("", "")
            : listeners.stream()
                .map(a -> "\"" + a.getAddress().getHostAddress() + ":" + a.getPort() + "\"")
                .toList();
    InetSocketAddress names = world.names().address();
    site()
        .configure(
            """

            listen { reception = [%s], submission = [%s], submissions = [] }
            dns.servers = ["%s:%d"]
            delivery.port = %d
            mailboxes.lmtp = "%s"
            queue { first-retry = 1s, longest-retry = 1s, minimum-free = 0B }
            """
                .formatted(
                    where.get(0),
                    where.get(1),
                    names.getAddress().getHostAddress(),
                    names.getPort(),
                    world.theirMx().getPort(),
                    old.at("var/spool/postfix/private/dovecot-lmtp")));
  }

  /// Every file with what is in it.
  private static Map<String, String> content(Path where) throws IOException {
    var found = new TreeMap<String, String>();
    try (Stream<Path> all = Files.walk(where)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        found.put(path.toString(), Arrays.hashCode(Files.readAllBytes(path)) + "");
      }
    }
    return found;
  }

  /// A path that the old server has rewritten.
  private String rewritten() throws Exception {
    return Await.present(
        () -> friends.transactions() + old.log(),
        () ->
            friends.transactions().stream()
                .filter(t -> t.paths().get(1).startsWith("RCPT TO:<gone@example.net>"))
                .map(t -> t.paths().getFirst().replaceFirst("^MAIL FROM:<([^>]*)>.*", "$1"))
                .filter(path -> path.startsWith("SRS0="))
                .findFirst());
  }

  private void oldPasswordsHaveBecomeArgon2() throws Exception {
    Path users = directory.resolve("moved/data/users");
    Await.until(
        () -> Files.readString(users),
        () ->
            Files.readAllLines(users).stream()
                    .filter(line -> line.contains("@example.org ") && line.contains("$argon2id$"))
                    .count()
                == USERS.size());
  }

  private void aBounceToWhatTheOldServerRewroteComesBack(String path) throws Exception {
    String id =
        mail.send(() -> SmtpLink.open(reception, World.THEIRS, "mail.example.net"), "", path);
    Await.until(
        () -> id + " not among " + friends.transactions(),
        () ->
            friends.transactions().stream()
                .anyMatch(
                    t ->
                        t.mail().text().contains("<" + id + ">")
                            && t.paths().getFirst().startsWith("MAIL FROM:<>")
                            && t.paths().get(1).startsWith("RCPT TO:<" + STRANGER + ">")));
  }

  private void newMailIsSignedWithTheOldKey() throws Exception {
    Mail signed = signedFor(mail.send(this::alice, "alice@example.org", FRIEND));
    assertTrue(!signed.text().contains("(Postfix)"), signed::text);
    verifies(signed);
  }

  private Mail signedFor(String id) throws Exception {
    return Await.present(() -> id, () -> with(friends, id));
  }

  private Mail drained(String id) throws Exception {
    return Await.present(() -> id, () -> with(later, id));
  }

  private static Optional<Mail> with(RecordingMx mx, String id) {
    return mx.taken().stream()
        .filter(m -> m.fields("Message-ID").contains("<" + id + ">"))
        .findFirst();
  }

  private void verifies(Mail signed) throws Exception {
    assertEquals(
        List.of(OldServer.SELECTOR),
        signed.fields("DKIM-Signature").stream()
            .map(field -> field.replaceFirst("(?s).*\\bs=([^;]*);.*", "$1"))
            .toList());
    String said =
        Command.run(
                Program.PYTHON.path(),
                ClientsTest.resource("verify.py").toString(),
                signed.write(directory.resolve("signed.eml")).toString(),
                world.textRecords().toString())
            .succeeded();
    assertEquals("rsa-sha256 True\n", said, signed::text);
  }

  private String logs() {
    try {
      return old.log();
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void awaitEmptyQueue() throws Exception {
    Await.until(
        () -> old.run("postqueue -p"),
        () -> old.run("postqueue -p").contains("Mail queue is empty"));
  }

  /// What `facteur queue list` says.
  private String queue() {
    CommandLineRun run =
        CommandLineRun.of("queue", "list", "-c", site().configuration().toString());
    assertEquals(0, run.code(), run::text);
    return run.text();
  }

  private void everythingIsThereOnce() throws Exception {
    Map<String, List<String>> expected = new TreeMap<>();
    mail.taken()
        .forEach(
            (id, way) ->
                expected.put(
                    id,
                    ENDS
                        .getOrDefault(
                            way.to(), List.of(way.to().startsWith("SRS0=") ? STRANGER : way.to()))
                        .stream()
                        .sorted()
                        .toList()));
    mail.unsure().forEach(expected::remove);
    // Each person had one message at hand when a server stopped, three times.
    assertTrue(mail.unsure().size() <= 3 * (USERS.size() + 1), mail.unsure()::toString);
    Await.until(
        () -> "not there: " + missing(expected, found()) + " " + old.log(),
        () -> missing(expected, found()).isEmpty());
    Map<String, List<String>> found = found();
    mail.unsure().forEach(found::remove);
    assertEquals(expected, found);
    for (String id : mail.unsure()) {
      assertTrue(!found().getOrDefault(id, List.of()).isEmpty(), id);
    }
  }

  private static List<String> missing(
      Map<String, List<String>> expected, Map<String, List<String>> found) {
    return expected.entrySet().stream()
        .filter(e -> found.getOrDefault(e.getKey(), List.of()).size() < e.getValue().size())
        .map(e -> e + " is at " + found.getOrDefault(e.getKey(), List.of()))
        .toList();
  }

  /// By Message-ID, where each message is, as often as it is there.
  private Map<String, List<String>> found() throws IOException {
    var found = new TreeMap<String, List<String>>();
    for (String user : USERS) {
      for (Mail each : old.mailbox(user).mails()) {
        place(found, each, user);
      }
    }
    for (RecordingMx mx : List.of(friends, later, last)) {
      for (RecordingMx.Transaction each : mx.transactions()) {
        each.paths().stream()
            .skip(1)
            .forEach(
                path -> place(found, each.mail(), path.replaceFirst("^RCPT TO:<([^>]*)>.*", "$1")));
      }
    }
    found.values().forEach(places -> places.sort(null));
    return found;
  }

  private static void place(Map<String, List<String>> found, Mail mail, String place) {
    String id = mail.fields("Message-ID").getFirst().replaceAll("[<>]", "");
    found.computeIfAbsent(id, _ -> new ArrayList<>()).add(place);
  }
}
