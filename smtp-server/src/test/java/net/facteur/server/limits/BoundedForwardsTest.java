package net.facteur.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mail from strangers: carol's goes on to example.net, alice has a mailbox.
class BoundedForwardsTest {
  private static final String REPORT =
      "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T10:00:00Z"));
  private final List<Incident> told = new ArrayList<>();
  private SmtpReply answer = SmtpReply.OK;

  /// Takes what it is told to take.
  private final SmtpService behind =
      new SmtpService() {
        @Override
        public CompletionStage<SmtpReply> connect(SmtpClient client) {
          return CompletableFuture.completedStage(answer);
        }

        @Override
        public CompletionStage<SmtpReply> mail(
            SmtpClient client, ReversePath path, Transaction.MailParameters parameters) {
          return CompletableFuture.completedStage(answer);
        }

        @Override
        public CompletionStage<SmtpReply> recipient(
            Transaction transaction, Transaction.ForwardPath path) {
          return CompletableFuture.completedStage(answer);
        }

        @Override
        public BodyStage stage() {
          throw new AssertionError("no stage is needed here");
        }

        @Override
        public CompletionStage<SmtpReply> endOfData(
            Transaction transaction, byte[] header, StagedBody body) {
          return CompletableFuture.completedStage(answer);
        }

        @Override
        public void disconnected(SmtpClient client) {}
      };

  private final SqlCountStore store;
  private final SendingLimits limits;
  private final BoundedForwards forwards;

  BoundedForwardsTest(@TempDir Path directory) {
    store = SqlCountStore.in(directory, now::get);
    limits = new SendingLimits(store, "node", new LoginHistory(() -> 0), now::get, Runnable::run);
    limits.use(LimitsSettings.DEFAULTS.learningFor(Duration.ZERO), told::add);
    var router =
        new Router(
            new RoutingSettings(
                List.of(DomainName.of("example.org")),
                Set.of(),
                "+",
                Map.of("carol", List.of("carol@example.net")),
                Map.of(),
                Map.of(),
                Optional.of("alice@example.org"),
                Optional.empty(),
                Map.of(),
                Optional.empty()),
            (local, _) -> local.equals("alice"),
            ReversePathRewriter.identity());
    forwards = new BoundedForwards(behind, router, limits);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Transaction transaction(ReversePath from, String... to) {
    var remote = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4000);
    var client =
        new SmtpClient(
            "s",
            remote,
            remote,
            SmtpClient.Listener.RECEPTION,
            "mx.example.net",
            true,
            Optional.empty(),
            Optional.empty());
    return new Transaction(
        client,
        from,
        new Transaction.MailParameters(
            -1,
            MessageTraits.Body.EIGHT_BIT_MIME,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        List.of(to).stream().map(BoundedForwardsTest::path).toList());
  }

  private static Transaction.ForwardPath path(String local) {
    return new Transaction.ForwardPath(
        new MailAddress(local, "example.org"), Optional.empty(), Optional.empty());
  }

  private static ReversePath dan() {
    return new ReversePath.Of(new MailAddress("dan", "example.net"));
  }

  private int rcpt(String local) {
    return forwards.recipient(transaction(dan()), path(local)).toCompletableFuture().join().code();
  }

  private void data(ReversePath from, String header, String... to) {
    var _ =
        forwards
            .endOfData(
                transaction(from, to),
                header.getBytes(StandardCharsets.US_ASCII),
                StagedBody.of(new byte[0]))
            .toCompletableFuture()
            .join();
  }

  @Test
  void anAddressThatPassesOnTooMuchIsPutOffForAnHourAndNobodyElse() {
    for (int i = 0; i < 499; i++) {
      data(dan(), "Subject: x\r\n\r\n", "carol", "alice");
    }
    assertEquals(250, rcpt("carol"));
    data(dan(), "Subject: x\r\n\r\n", "carol");
    SmtpReply reply =
        forwards.recipient(transaction(dan()), path("carol")).toCompletableFuture().join();
    assertEquals(450, reply.code());
    assertEquals("4.7.1", reply.status().orElseThrow().toString());
    assertEquals(250, rcpt("alice"));
    now.updateAndGet(at -> at.plus(Duration.ofMinutes(66)));
    assertEquals(250, rcpt("carol"));
  }

  @Test
  void whatIsRefusedBehindIsNotCountedAndKeepsItsReply() {
    answer = SmtpReply.of(550, 5, 7, 1, "No");
    for (int i = 0; i < 600; i++) {
      data(dan(), "Subject: x\r\n\r\n", "carol");
    }
    assertEquals(550, rcpt("carol"));
    answer = SmtpReply.OK;
    assertEquals(250, rcpt("carol"));
  }

  @Test
  void reportsThatComeBackAreASignAgainstTheUserTheyGoTo() {
    for (int i = 0; i < 9; i++) {
      data(ReversePath.Null.NULL, REPORT, "alice");
      data(dan(), REPORT, "alice");
      data(ReversePath.Null.NULL, "Subject: away\r\n\r\n", "alice");
    }
    // The other sign: ten of ten do not exist.
    limits.unknown("alice@example.org", 10);
    assertEquals(List.of(), told);
    data(ReversePath.Null.NULL, REPORT, "alice");
    assertEquals(List.of(Reason.THEFT), told.stream().map(Incident::reason).toList());
    assertEquals("alice@example.org", told.getFirst().account().key());
  }
}
