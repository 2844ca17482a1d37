package net.facteur.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import net.facteur.queue.MailAddress;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.sql.SharedPostgres;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.limits.SendingGate.Verdict;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SendingLimitsTest {
  private static final String ALICE = "alice@example.org";
  private static final String HOME = "192.0.2.7";

  @RegisterExtension private static final SharedPostgres POSTGRES = new SharedPostgres();

  @TempDir private Path directory;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T10:00:00Z"));
  private final List<Incident> told = new ArrayList<>();
  private final List<SqlCountStore> stores = new ArrayList<>();
  private final LoginHistory logins = new LoginHistory(() -> 0);
  private int starts;
  private SendingLimits limits =
      new SendingLimits(
          SqlCountStore.in(Path.of("nowhere"), now::get), "none", logins, now::get, Runnable::run);

  @AfterEach
  void close() {
    stores.forEach(SqlCountStore::close);
  }

  /// A server that knows whom its accounts write to.
  private SendingLimits start(LimitsSettings settings) {
    return started(settings.learningFor(Duration.ZERO));
  }

  private SendingLimits started(LimitsSettings settings) {
    SqlCountStore store = SqlCountStore.in(directory, now::get);
    stores.add(store);
    var started = new SendingLimits(store, "node" + starts++, logins, now::get, Runnable::run);
    started.exchange();
    started.use(settings, told::add);
    limits = started;
    return started;
  }

  private SendingLimits start() {
    return start(LimitsSettings.DEFAULTS);
  }

  private static LimitsSettings with(Allowance usual, Map<String, Allowance> own) {
    LimitsSettings d = LimitsSettings.DEFAULTS;
    return new LimitsSettings(
        usual,
        own,
        d.learning(),
        d.unknownPercent(),
        d.signs(),
        d.sessions(),
        d.networks(),
        d.pace(),
        d.kept(),
        d.forwards(),
        d.second(),
        List.of(AddressBlock.around(InetAddress.ofLiteral("198.51.100.0"), 24)));
  }

  private static SmtpClient client(String address, Optional<String> user, Optional<String> app) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral(address), 4000);
    return new SmtpClient(
        "session",
        remote,
        remote,
        SmtpClient.Listener.SUBMISSION,
        "pc",
        true,
        Optional.empty(),
        user,
        app,
        Optional.empty());
  }

  private static List<String> people(String name, int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> name + i + "@example.net").toList();
  }

  private Verdict send(String address, String... to) {
    return send(client(address, Optional.of(ALICE), Optional.empty()), List.of(to));
  }

  private Verdict send(SmtpClient client, List<String> to) {
    return limits.admit(new Sending(client, to, Optional.of("Hello")));
  }

  private Verdict sendEach(List<String> to) {
    Verdict last = Verdict.Free.FREE;
    for (String one : to) {
      last = send(HOME, one);
    }
    return last;
  }

  /// An account that has written to these before.
  private void acquainted(List<String> people) {
    limits.learn(ALICE, people);
  }

  private void pass(Duration time) {
    now.updateAndGet(at -> at.plus(time));
  }

  private static void assertHeld(Reason reason, Verdict verdict) {
    assertTrue(
        assertInstanceOf(Verdict.Held.class, verdict).why().contains(reason.words()),
        verdict::toString);
  }

  @Test
  void beyondTheHourMailIsHeldAndBeyondThreeTimesItIsPutOff() {
    start();
    acquainted(people("p", 0, 1000));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 300)));
    assertHeld(Reason.HOUR, sendEach(people("p", 300, 1)));
    assertHeld(Reason.HOUR, sendEach(people("p", 301, 599)));
    Verdict.Refused refused =
        assertInstanceOf(Verdict.Refused.class, sendEach(people("p", 900, 1)));
    assertEquals(450, refused.reply().code());
    assertEquals(1, told.size());
    pass(Duration.ofMinutes(66));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 1)));
  }

  @Test
  void theDayCountsToo() {
    start();
    acquainted(people("p", 0, 1000));
    for (int i = 0; i < 10; i++) {
      assertEquals(Verdict.Free.FREE, sendEach(people("p", 100 * i, 100)));
      pass(Duration.ofMinutes(66));
    }
    assertHeld(Reason.DAY, sendEach(people("p", 0, 1)));
    pass(Duration.ofDays(1));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 1)));
  }

  @Test
  void strangersAreFewerThanAcquaintances() {
    start();
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 100)));
    assertHeld(Reason.NEW, sendEach(people("p", 100, 1)));
    // Whom it wrote to already, it may write to.
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 1)));
  }

  @Test
  void inTheFirstDaysNobodyIsAStranger() {
    started(LimitsSettings.DEFAULTS);
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 200)));
    // The other limits hold from the start.
    assertHeld(Reason.HOUR, sendEach(people("p", 0, 101)));
    limits.exchange();
    pass(Duration.ofDays(7).minusHours(1));
    started(LimitsSettings.DEFAULTS);
    assertEquals(Verdict.Free.FREE, sendEach(people("q", 0, 101)));
    limits.exchange();
    pass(Duration.ofDays(1));
    limits.exchange();
    started(LimitsSettings.DEFAULTS);
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 200)), "known since then");
    assertEquals(Verdict.Free.FREE, sendEach(people("r", 0, 99)));
    pass(Duration.ofHours(2));
    assertHeld(Reason.NEW, sendEach(people("s", 0, 2)));
  }

  @Test
  void anEventThatEndedWhileTheServerWasDownDoesNotSilenceTheNext() {
    start();
    acquainted(people("p", 0, 400));
    sendEach(people("p", 0, 301));
    limits.exchange();
    assertEquals(1, told.size());
    pass(Duration.ofDays(3));
    start();
    sendEach(people("p", 0, 301));
    assertEquals(2, told.size());
  }

  @Test
  void aMailThatAlonePassesALimitAsksThePostmasterAndSilencesNobody() {
    start();
    acquainted(people("p", 0, 800));
    SmtpClient alice = client(HOME, Optional.of(ALICE), Optional.empty());
    assertHeld(Reason.HOUR, send(alice, people("p", 0, 400)));
    assertEquals(Verdict.Free.FREE, send(alice, people("p", 0, 1)));
    assertHeld(Reason.HOUR, send(alice, people("p", 0, 800)));
    assertEquals(Verdict.Free.FREE, send(alice, people("p", 0, 1)));
    assertEquals(1, told.size());
    assertEquals(3, told.getFirst().samples().getFirst().recipients().size());
    assertEquals(397, told.getFirst().samples().getFirst().more());
  }

  @Test
  void localRecipientsDoNotCount() {
    start();
    for (int i = 0; i < 2000; i++) {
      assertEquals(Verdict.Free.FREE, send(HOME));
    }
  }

  @Test
  void appPasswordsNetworksAndSystemUsersCountForThemselves() {
    start(with(new Allowance(2, 10, 0), Map.of("198.51.100.0/24", new Allowance(4, 10, 0))));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 2)));
    assertHeld(Reason.HOUR, sendEach(people("p", 0, 1)));
    SmtpClient phone = client(HOME, Optional.of(ALICE), Optional.of("phone"));
    assertEquals(Verdict.Free.FREE, send(phone, people("p", 0, 2)));
    assertHeld(Reason.HOUR, send(phone, people("p", 0, 1)));
    SmtpClient scanner = client("198.51.100.9", Optional.empty(), Optional.empty());
    assertEquals(Verdict.Free.FREE, send(scanner, people("p", 0, 4)));
    assertHeld(Reason.HOUR, send(scanner, people("p", 0, 1)));
    SmtpClient cron = SmtpClient.local("session", "www-data");
    assertEquals(Verdict.Free.FREE, send(cron, people("p", 0, 2)));
    assertHeld(Reason.HOUR, send(cron, people("p", 0, 1)));
    assertEquals(
        List.of(ALICE, ALICE + "/phone", "198.51.100.0/24", "www-data"),
        told.stream().map(i -> i.account().key()).toList());
  }

  @Test
  void whatWasSentIsCountedAfterARestartAndToldOnce() {
    start();
    acquainted(people("p", 0, 400));
    sendEach(people("p", 0, 301));
    limits.exchange();
    start();
    assertHeld(Reason.HOUR, sendEach(people("p", 301, 1)));
    assertEquals(1, told.size());
    // Another event, an hour after the last was held.
    pass(Duration.ofMinutes(66));
    limits.exchange();
    sendEach(people("p", 0, 301));
    assertEquals(2, told.size());
  }

  @Test
  void whatWasNotTakenAfterAllDoesNotCount() {
    start(with(new Allowance(2, 10, 0), Map.of()));
    var sending =
        new Sending(
            client(HOME, Optional.of(ALICE), Optional.empty()),
            people("p", 0, 2),
            Optional.empty());
    for (int i = 0; i < 20; i++) {
      Verdict verdict = limits.admit(sending);
      assertEquals(Verdict.Free.FREE, verdict);
      limits.withdraw(sending, verdict);
    }
  }

  @Test
  void manyUnknownRecipientsOfADayAreEnough() {
    start();
    acquainted(people("p", 0, 100));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 20)));
    limits.unknown(ALICE, 3);
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 20, 1)));
    limits.unknown(ALICE, 2);
    assertHeld(Reason.UNKNOWN, sendEach(people("p", 21, 1)));
    assertEquals(Reason.UNKNOWN, told.getFirst().reason());
  }

  @Test
  void releaseCountsAnewAndKnowsWhoIsNoStranger() throws IOException {
    start();
    sendEach(people("p", 0, 150));
    limits.resume(ALICE);
    limits.learn(ALICE, people("p", 100, 200));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 300)));
    limits.exchange();
    start();
    assertHeld(Reason.HOUR, sendEach(people("p", 0, 1)));
  }

  @Test
  void anAccountThatThePostmasterHoldsIsHeldOverARestartWithAllItsDevices() throws IOException {
    start();
    limits.hold(ALICE);
    assertHeld(Reason.OPERATOR, send(HOME, "bob@example.net"));
    // Also what goes to somebody here.
    assertHeld(Reason.OPERATOR, send(HOME));
    limits.exchange();
    start();
    SmtpClient phone = client(HOME, Optional.of(ALICE), Optional.of("phone"));
    assertHeld(Reason.OPERATOR, send(phone, people("p", 0, 1)));
    assertEquals(List.of(), told);
    limits.resume(ALICE);
    assertEquals(Verdict.Free.FREE, send(phone, people("p", 0, 1)));
    limits.exchange();
    start();
    assertEquals(Verdict.Free.FREE, send(HOME, "bob@example.net"));
  }

  @Test
  void whatAFilterTakesForSpamIsHeldAndToldOnceWhileOtherMailGoesOn() {
    start();
    SmtpClient alice = client(HOME, Optional.of(ALICE), Optional.empty());
    var spam =
        new Sending(alice, List.of("bob@example.net"), Optional.of("Pills"))
            .held(Optional.of("score=20"));
    Verdict held = limits.admit(spam);
    assertHeld(Reason.SPAM, held);
    assertTrue(
        assertInstanceOf(Verdict.Held.class, held).why().endsWith(": score=20"), held::toString);
    assertHeld(Reason.SPAM, limits.admit(spam));
    // Also what goes to somebody here.
    var here = new Sending(alice, List.of(), Optional.empty()).held(Optional.of("score=20"));
    assertHeld(Reason.SPAM, limits.admit(here));
    assertEquals(Verdict.Free.FREE, send(HOME, "bob@example.net"));
    assertEquals(List.of(Reason.SPAM), told.stream().map(Incident::reason).toList());
    assertTrue(
        told.getFirst().samples().stream().anyMatch(sample -> sample.subject().equals("Pills")));
    // Another event, an hour after the last was held.
    pass(Duration.ofMinutes(66));
    limits.exchange();
    assertHeld(Reason.SPAM, limits.admit(spam));
    assertEquals(2, told.size());
  }

  /// Used for a week from home.
  private void settled() {
    for (int i = 0; i < 7; i++) {
      send(HOME, "bob@example.net");
      pass(Duration.ofDays(1));
    }
  }

  @Test
  void aThiefFromNewNetworksIsStoppedBeforeTheLimitAndToldOnce() {
    start();
    settled();
    Map<Class<?>, Integer> verdicts = new HashMap<>();
    for (int i = 0; i < 5000; i++) {
      Verdict verdict = send("203.0." + (i % 7) + ".5", "victim" + i + "@example.com");
      verdicts.merge(verdict.getClass(), 1, Integer::sum);
      if (i % 9 == 0) {
        pass(Duration.ofSeconds(1));
      }
    }
    assertEquals(49, verdicts.get(Verdict.Free.class));
    assertEquals(851, verdicts.get(Verdict.Held.class));
    assertEquals(4100, verdicts.get(Verdict.Refused.class));
    assertEquals(1, told.size());
    assertEquals(Reason.THEFT, told.getFirst().reason());
    assertTrue(told.getFirst().addresses().contains("203.0.3.5"));
  }

  @Test
  void aPhoneThatChangesNetworksIsLeftAlone() {
    start();
    settled();
    for (int i = 0; i < 40; i++) {
      assertEquals(
          Verdict.Free.FREE, send("203.0." + i + ".5", "friend" + i + "@example.com"), "at " + i);
    }
    assertEquals(List.of(), told);
  }

  @Test
  void returnedMailAndUnknownRecipientsAreATheftOfTheAppPasswordAlone() {
    start();
    SmtpClient phone = client(HOME, Optional.of(ALICE), Optional.of("phone"));
    limits.learn(ALICE + "/phone", people("p", 0, 100));
    for (String one : people("p", 0, 30)) {
      send(phone, List.of(one));
    }
    IntStream.range(0, 10).forEach(_ -> limits.returned(ALICE + "/phone"));
    limits.unknown(ALICE + "/phone", 10);
    assertHeld(Reason.THEFT, send(phone, people("p", 0, 1)));
    assertEquals(Verdict.Free.FREE, send(HOME, "bob@example.net"));
  }

  @Test
  void signsCanBeTurnedOff() {
    LimitsSettings d = LimitsSettings.DEFAULTS;
    start(
        new LimitsSettings(
            d.usual(),
            d.own(),
            d.learning(),
            d.unknownPercent(),
            false,
            d.sessions(),
            d.networks(),
            d.pace(),
            d.kept(),
            d.forwards(),
            d.second(),
            d.trusted()));
    settled();
    for (int i = 0; i < 100; i++) {
      assertEquals(
          Verdict.Free.FREE, send("203.0." + i + ".5", "victim" + i + "@example.com"), "at " + i);
    }
  }

  @Test
  void forwardsCountForTheAddressThatPassesThemOn() {
    start();
    var bob = new MailAddress("Bob", "example.org");
    limits.forwarded(bob, 499);
    assertFalse(limits.usedUp(bob));
    limits.forwarded(bob, 1);
    assertTrue(limits.usedUp(bob));
    assertFalse(limits.usedUp(new MailAddress("alice", "example.org")));
    pass(Duration.ofMinutes(66));
    assertFalse(limits.usedUp(bob));
  }

  @Test
  void anOwnAllowanceTakesThePlaceOfTheUsualOne() {
    var usual = new Allowance(300, 1000, 100);
    assertEquals(
        Optional.of(new Allowance(1000, 1000, 0)), Allowance.parse("hour=1000 new=0", usual));
    assertEquals(Optional.empty(), Allowance.parse("week=3", usual));
    assertEquals(Optional.empty(), Allowance.parse("hour=-1", usual));
    assertEquals(Optional.empty(), Allowance.parse("", usual));
    start(with(usual, Map.of(ALICE, new Allowance(0, 0, 0))));
    assertEquals(Verdict.Free.FREE, sendEach(people("p", 0, 1500)));
  }

  /// One of the servers that share a database.
  private SendingLimits sharing(PostgresSettings database) {
    SqlCountStore store = SqlCountStore.shared(database, now::get);
    stores.add(store);
    var server = new SendingLimits(store, "node" + starts++, logins, now::get, Runnable::run);
    server.use(LimitsSettings.DEFAULTS.learningFor(Duration.ZERO), told::add);
    server.exchange();
    return server;
  }

  private Verdict sendBy(SendingLimits server, List<String> to) {
    limits = server;
    return sendEach(to);
  }

  @Test
  void serversThatShareADatabaseShareTheLimitOfAnAccountAndTellOnce() throws IOException {
    PostgresSettings database = POSTGRES.database(Duration.ofHours(1));
    SendingLimits one = sharing(database);
    SendingLimits two = sharing(database);
    one.learn(ALICE, people("p", 0, 400));
    one.exchange();
    two.exchange();
    assertEquals(Verdict.Free.FREE, sendBy(one, people("p", 0, 200)));
    one.exchange();
    two.exchange();
    assertEquals(Verdict.Free.FREE, sendBy(two, people("p", 200, 100)));
    assertHeld(Reason.HOUR, sendBy(two, people("p", 300, 1)));
    two.exchange();
    one.exchange();
    assertHeld(Reason.HOUR, sendBy(one, people("p", 301, 1)));
    assertEquals(1, told.size());
    // Let go on one, it sends by both.
    one.resume(ALICE);
    one.exchange();
    two.exchange();
    assertEquals(Verdict.Free.FREE, sendBy(two, people("p", 0, 1)));
    assertEquals(Verdict.Free.FREE, sendBy(one, people("p", 1, 1)));
  }

  @Test
  void anAccountThatOneServerHoldsIsHeldByTheOtherUntilEitherLetsItGo() throws IOException {
    PostgresSettings database = POSTGRES.database(Duration.ofHours(1));
    SendingLimits one = sharing(database);
    SendingLimits two = sharing(database);
    one.hold(ALICE);
    one.exchange();
    two.exchange();
    assertHeld(Reason.OPERATOR, sendBy(two, people("p", 0, 1)));
    two.resume(ALICE);
    one.exchange();
    assertEquals(Verdict.Free.FREE, sendBy(one, people("p", 0, 1)));
  }

  @Test
  void anEventOfAServerThatIsGoneDoesNotSilenceTheOther() {
    PostgresSettings database = POSTGRES.database(Duration.ofHours(1));
    SendingLimits gone = sharing(database);
    SendingLimits two = sharing(database);
    gone.learn(ALICE, people("p", 0, 400));
    sendBy(gone, people("p", 0, 301));
    gone.exchange();
    assertEquals(1, told.size());
    pass(Duration.ofHours(3));
    two.exchange();
    sendBy(two, people("p", 0, 301));
    assertEquals(2, told.size());
  }

  @Test
  void aHoldThatCouldNotBeWrittenStaysAndIsWrittenLater() throws IOException {
    Path later = directory.resolve("later");
    SqlCountStore store = SqlCountStore.in(later, now::get);
    stores.add(store);
    var server = new SendingLimits(store, "node", logins, now::get, Runnable::run);
    server.use(LimitsSettings.DEFAULTS.learningFor(Duration.ZERO), told::add);
    assertThrows(IOException.class, () -> server.hold(ALICE));
    Files.createDirectory(later);
    server.exchange();
    assertHeld(Reason.OPERATOR, sendBy(server, people("p", 0, 1)));
    server.exchange();
    assertEquals(1, store.texts("sending.stops").size());
  }
}
