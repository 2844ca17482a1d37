package net.facteur.server.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueSettings;
import net.facteur.queue.Recipient;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.alerts.AlertRequests;
import net.facteur.server.cli.Facteur;
import net.facteur.server.cli.Workplace;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.quarantine.QuarantineRequests;
import net.facteur.server.quarantine.QuarantineStore;
import net.facteur.server.quarantine.QuarantineView;
import net.facteur.server.routes.RouteRequests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The `facteur queue` commands against a real queue behind a real control socket. Its next hop
/// defers everything until it is told to take it.
class QueueRequestsTest {
  @TempDir Path directory = Path.of("");
  private final InstantSource clock = InstantSource.system();
  private final Random random = new Random(5);
  private volatile boolean takes;
  private final CountDownLatch taken = new CountDownLatch(1);
  private QueueRunner runner;
  private ServerControl.QueueControl desk;
  private ControlServer control;
  private Path file;
  private String typed = "";
  private String out = "";
  private String err = "";

  @BeforeEach
  void open() throws IOException {
    SqliteStore store = SqliteStore.open(QueueSettings.in(directory.resolve("queue")), clock);
    runner =
        new QueueRunner(
            QueueSettings.in(directory.resolve("queue")),
            store,
            attempt ->
                attempt.recipients().stream().collect(Collectors.toMap(r -> r, _ -> outcome())),
            _ -> Optional.empty(),
            clock,
            random,
            new VirtualThreadWorkers());
    runner.start();
    desk =
        new QueueRequests(
            runner.operator(store.inspector()),
            new QuarantineView(
                new QuarantineStore(directory.resolve("quarantine"), clock), Duration.ofDays(30)),
            clock);
    control = ControlServer.open(directory.resolve("control.socket"), new QueueOnly());
    file = directory.resolve("mail.conf");
    Files.writeString(
        file,
        "hostname = mail.example.org\ndirectories.data = \""
            + directory
            + "\"\n"
            + "domains.\"example.org\".dkim.selector = jan2026\n");
  }

  @AfterEach
  void close() {
    control.close();
    runner.close();
  }

  private DeliveryOutcome outcome() {
    if (takes) {
      taken.countDown();
      return new DeliveryOutcome.Delivered(
          EnhancedStatusCode.of(2, 0, 0), "250 ok", Optional.empty(), true, false);
    }
    return new DeliveryOutcome.Deferred(
        EnhancedStatusCode.of(4, 2, 1), "450 not yet", Optional.empty(), false, Optional.empty());
  }

  /// The control socket of a server that is nothing but a queue.
  private final class QueueOnly implements ServerControl {
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
    public SessionControl sessions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Object> status() {
      return Map.of();
    }

    @Override
    public boolean healthy() {
      return true;
    }

    @Override
    public Reloaded reload() {
      return new Reloaded.InForce(List.of(), List.of(), List.of());
    }

    @Override
    public void stop() {}

    @Override
    public void readAgain() {}

    @Override
    public net.facteur.server.addresses.AddressChange.Outcome changeAddress(
        net.facteur.server.addresses.AddressChange change) {
      return net.facteur.server.addresses.AddressChange.Outcome.UNKNOWN;
    }

    @Override
    public UserChange.Outcome change(UserChange change) {
      return UserChange.Outcome.UNKNOWN;
    }

    @Override
    public void fulfil(KeyWish wish, Language language, Consumer<Map<String, Object>> out) {}

    @Override
    public boolean write(KeyName name, DkimPrivateKey key) {
      return false;
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
    public Optional<String> renewCertificate() {
      return Optional.empty();
    }

    @Override
    public QueueControl queue() {
      return desk;
    }
  }

  /// Queues a message and waits until it was deferred once.
  private String queued() throws InterruptedException {
    QueueId id = QueueId.next(clock, random);
    var hop = new Destination("mx:example.net");
    runner
        .enqueue(
            new NewMessage(
                id,
                clock.instant(),
                ("Message-ID: <" + id + "@example.org>\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1),
                StagedBody.of(new byte[10]),
                List.of(
                    new Envelope(
                        new ReversePath.Of(new MailAddress("alice", "example.org")),
                        List.of(
                            Recipient.of(new MailAddress("bob", "example.net"), hop),
                            Recipient.of(new MailAddress("carol", "example.net"), hop)))),
                MessageTraits.PLAIN,
                "test",
                List.of(new Fact("received", "from [192.0.2.7]"))))
        .toCompletableFuture()
        .join();
    while (recipient(id.text()).path("attempts").asInt() == 0) {
      Thread.sleep(5);
    }
    return id.text();
  }

  private JsonNode recipient(String id) {
    assertEquals(Facteur.OK, run("show", "--json", id), err);
    return new JsonMapper().readTree(out).path("recipients").path(0);
  }

  private String state(String id) {
    return recipient(id).path("state").asString("");
  }

  private int run(String... arguments) {
    var outText = new StringWriter();
    var errText = new StringWriter();
    var workplace =
        new Workplace(
            "facteur",
            Map.of(),
            Optional::empty,
            file,
            new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(outText, true),
            new PrintWriter(errText, true),
            false,
            _ -> Optional.empty(),
            new SecureRandom(),
            (_, _, _, _) -> Facteur.OK,
            clock,
            (_, _) -> {
              throw new AssertionError("the queue needs no DNS");
            },
            _ -> List.of());
    var all = new java.util.ArrayList<>(List.of(arguments));
    if (!arguments[0].equals("why")) {
      all.addFirst("queue");
    }
    int code = Facteur.commandLine(workplace).execute(all.toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    assertFalse(out.matches("(?s).*:[0-9]{2}[.][0-9]+Z.*"), out);
    return code;
  }

  @Test
  void theListShowsWhatWaitsAndWhy() throws InterruptedException {
    assertEquals(Facteur.OK, run("list"));
    assertTrue(out.contains("empty"), out);
    String first = queued();
    String second = queued();
    assertEquals(Facteur.OK, run("list"));
    assertTrue(out.contains(first) && out.contains(second), out);
    assertTrue(out.contains("<alice@example.org>"), out);
    assertTrue(out.contains("<bob@example.net> and 1 more"), out);
    assertTrue(out.contains("4.2.1 450 not yet"), out);
    assertEquals(Facteur.OK, run("list", "--limit", "1"));
    assertFalse(out.contains(second), out);
  }

  @Test
  void aMessageIsShownWithItsAttempts() throws InterruptedException {
    JsonNode bob = recipient(queued());
    assertEquals("mx:example.net", bob.path("destination").asString(""));
    assertEquals("queued", bob.path("state").asString(""));
    JsonNode attempt = bob.path("history").path(0);
    assertEquals("deferred", attempt.path("outcome").asString(""));
    assertEquals("450 not yet", attempt.path("reply").asString(""));
  }

  @Test
  void heldMailStaysUntilItIsReleased() throws InterruptedException {
    String id = queued();
    assertEquals(Facteur.OK, run("hold", id), err);
    assertEquals("held", state(id));
    takes = true;
    assertEquals(Facteur.OK, run("retry", id), err);
    assertEquals("held", state(id));
    assertEquals(Facteur.OK, run("release", id), err);
    taken.await();
    awaitState(id, "delivered");
  }

  @Test
  void aRetryTriesAtOnce() throws InterruptedException {
    String id = queued();
    takes = true;
    assertEquals(Facteur.OK, run("retry", id), err);
    taken.await();
    awaitState(id, "delivered");
    assertEquals(Facteur.PROBLEM, run("retry", id));
    assertTrue(err.contains("no message " + id), err);
  }

  private void awaitState(String id, String wanted) throws InterruptedException {
    while (!state(id).equals(wanted)) {
      Thread.sleep(5);
    }
  }

  @Test
  void mailIsRemovedOrReturned() throws InterruptedException {
    String first = queued();
    String second = queued();
    assertEquals(Facteur.OK, run("remove", "--yes", first), err);
    assertEquals("removed", state(first));
    assertEquals(Facteur.OK, run("bounce", "-y", second), err);
    assertEquals("bounced", state(second));
    assertEquals(Facteur.OK, run("list"));
    assertTrue(out.contains("empty"), out);
  }

  @Test
  void whatIsNotThereIsToldSo() {
    assertEquals(Facteur.PROBLEM, run("show", "0123456789ABCDEF"));
    assertEquals(Facteur.PROBLEM, run("hold", "0123456789ABCDEF"));
    assertEquals(Facteur.PROBLEM, run("remove", "--yes", "no id"));
  }

  @Test
  void dangerIsAskedAbout() throws InterruptedException {
    String id = queued();
    assertEquals(Facteur.USAGE, run("remove"));
    assertTrue(err.contains("Nothing is selected"), err);
    assertEquals(Facteur.PROBLEM, run("remove", id));
    assertTrue(err.contains("--yes"), err);
    typed = "n\n";
    assertEquals(Facteur.PROBLEM, run("remove", id));
    assertTrue(out.contains("remove 1 message?"), out);
    assertEquals("queued", state(id));
    typed = "y\n";
    assertEquals(Facteur.OK, run("remove", id), err);
    assertEquals("removed", state(id));
  }

  @Test
  void recipientsAreChosenByWhatTheyAre() throws InterruptedException {
    String id = queued();
    assertEquals(Facteur.OK, run("hold", "--to", "<CAROL@example.net>"), err);
    assertEquals("queued", state(id));
    assertEquals(Facteur.OK, run("list", "--state", "held", "--domain", "example.net"), err);
    assertTrue(out.contains("1 queued, 1 held"), out);
    assertEquals(Facteur.OK, run("list", "--older-than", "1h"), err);
    assertTrue(out.contains("Nothing of this kind"), out);
    assertEquals(Facteur.OK, run("hold", "--newer-than", "1h", "--from", "alice@example.org"), err);
    assertEquals("held", state(id));
    assertEquals(Facteur.OK, run("release", "--all"), err);
    assertEquals(Facteur.USAGE, run("list", "--older-than", "soon"), err);
    assertEquals(Facteur.OK, run("summary"), err);
    assertTrue(out.contains("recipients queued: 2"), out);
    assertTrue(out.contains("mx:example.net"), out);
  }

  @Test
  void mailIsSentAnotherWay() throws InterruptedException {
    String id = queued();
    assertEquals(Facteur.USAGE, run("move", "--yes", "--next-hop", "pigeon:x", id), err);
    assertTrue(err.contains("`pigeon:x` is no next hop"), err);
    assertTrue(err.contains("Write mx:example.org, relay:"), err);
    takes = true;
    assertEquals(Facteur.OK, run("move", "--yes", "--next-hop", "relay:192.0.2.1:25", id), err);
    assertEquals("relay:192.0.2.1:25", recipient(id).path("destination").asString(""));
    awaitState(id, "delivered");
    assertEquals(Facteur.OK, run("why", id), err);
    assertTrue(out.contains("operator: move, "), out);
    assertTrue(out.contains(" from mx:example.net to relay:192.0.2.1:25"), out);
    assertFalse(out.contains("operator: hold"), out);
  }

  @Test
  void whatIsReturnedOrMovedIsChosenByItsState() throws InterruptedException {
    String id = queued();
    assertEquals(Facteur.OK, run("hold", "--to", "carol@example.net"), err);
    assertEquals(Facteur.OK, run("bounce", "--yes", "--state", "held", id), err);
    assertEquals("queued", state(id));
    assertEquals(Facteur.OK, run("show", "--json", id), err);
    assertEquals(
        "bounced",
        new JsonMapper().readTree(out).path("recipients").path(1).path("state").asString(""));
    assertEquals(Facteur.OK, run("why", id), err);
    assertTrue(out.contains("operator: hold, 1 recipient\n"), out);
    assertTrue(out.contains("operator: bounce, 1 recipient\n"), out);
    assertEquals(Facteur.OK, run("hold", id), err);
    assertEquals(
        Facteur.OK,
        run("move", "--yes", "--state", "queued", "--next-hop", "mx:example.com", id),
        err);
    assertEquals("held", state(id));
    assertEquals("mx:example.net", recipient(id).path("destination").asString(""));
  }

  @Test
  void whatWasRefusedIsToldToWhoeverAsks() throws InterruptedException {
    runner.refused(
        new Refusal(
            clock.instant(),
            "reception [192.0.2.7]",
            "alice@example.com",
            "dave@example.org",
            "550 5.1.1 No such user"));
    while (run("why", "dave@example.org") != Facteur.OK) {
      Thread.sleep(5);
    }
    assertTrue(out.contains("refused  <alice@example.com> to <dave@example.org>"), out);
    assertTrue(out.contains("550 5.1.1 No such user"), out);
    assertEquals(Facteur.OK, run("why", "--json", "alice@example.com"), err);
    assertEquals("<dave@example.org>", new JsonMapper().readTree(out).path("to").asString(""));
  }

  @Test
  void everythingIsTriedAtOnce() throws InterruptedException {
    String id = queued();
    takes = true;
    assertEquals(Facteur.OK, run("flush"), err);
    awaitState(id, "delivered");
  }

  @Test
  void theLifeOfAMessageIsToldToWhoeverAsks() throws InterruptedException {
    String id = queued();
    for (String asked :
        List.of(id, "bob@EXAMPLE.net", "<alice@example.org>", "<" + id + "@example.org>")) {
      assertEquals(Facteur.OK, run("why", asked), err);
      assertTrue(out.contains("received from [192.0.2.7]"), out);
      assertTrue(out.contains("450 not yet"), out);
      assertTrue(out.contains("next attempt"), out);
    }
    assertEquals(Facteur.OK, run("hold", id), err);
    assertEquals(Facteur.OK, run("why", id), err);
    assertTrue(out.contains("operator: hold, 2 recipients"), out);
    assertEquals(Facteur.OK, run("why", "--json", id), err);
    assertEquals(
        "hold", new JsonMapper().readTree(out).path("journal").path(0).path("what").asString(""));
    assertEquals(Facteur.PROBLEM, run("why", "mallory@example.net"));
    assertTrue(err.contains("Nothing is known"), err);
  }

  @Test
  void theQueueCanBeReadWithoutTheServer() throws InterruptedException {
    String id = queued();
    control.close();
    runner.close();
    assertEquals(Facteur.OK, run("list"), err);
    assertTrue(out.contains(id), out);
    assertEquals(Facteur.OK, run("why", "bob@example.net"), err);
    assertTrue(out.contains("450 not yet"), out);
    assertEquals(Facteur.OK, run("cat", id), err);
    assertTrue(out.startsWith("Message-ID: <" + id), out);
    assertEquals(Facteur.PROBLEM, run("hold", id));
    assertTrue(err.contains("No server runs with these settings"), err);
  }
}
