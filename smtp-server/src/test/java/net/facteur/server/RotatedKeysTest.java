package net.facteur.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReportWriter;
import net.facteur.queue.ReversePath;
import net.facteur.server.dsn.DsnSettings;
import net.facteur.server.dsn.DsnWriter;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.notices.Notices;
import net.facteur.server.notices.OwnMail;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.notices.SignedReports;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.DkimMessageSigner;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.signing.SigningSettings;
import org.junit.jupiter.api.Test;

/// Whoever signs asks for the key at the moment of signing.
class RotatedKeysTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z"));

  private final List<NewMessage> queued = new ArrayList<>();
  private final MailQueue queue =
      new MailQueue() {
        @Override
        public BodyStage stage() {
          throw new AssertionError("no stage is needed here");
        }

        @Override
        public CompletionStage<QueueId> enqueue(NewMessage message) {
          queued.add(message);
          return CompletableFuture.completedFuture(message.id());
        }

        @Override
        public boolean full() {
          return false;
        }
      };
  private final Router router =
      new Router(
          RoutingSettings.of(ORG),
          (local, _) -> local.equals("postmaster") || local.equals("alice"),
          ReversePathRewriter.identity());

  private static ActiveKeys keys(String selector) throws GeneralSecurityException {
    DkimPrivateKey key =
        DkimPrivateKey.generate(net.facteur.auth.dkim.KeyType.ED25519, 0, new SecureRandom());
    return new ActiveKeys(
        Map.of(
            ORG,
            List.of(
                new SigningKey(
                    ORG,
                    DomainName.of(selector),
                    key.algorithm(),
                    DkimCrypto.standard().signer(key)))));
  }

  private static List<String> selectors(MessageHeader header) {
    return header.all("DKIM-Signature").stream()
        .map(HeaderField::unfolded)
        .map(value -> value.replaceAll("(?s).*\\bs=([a-z]+);.*", "$1"))
        .toList();
  }

  /// The report to a stranger whose mail a user here did not get.
  private NewMessage failure(SignedReports signer) {
    var reports =
        new DsnWriter(
            DsnSettings.of("mail.example.org"), router, signer, CLOCK, new SplittableRandom(5));
    var recipient =
        Recipient.of(
            new MailAddress("alice", "example.org"), new Destination("maildir:alice@example.org"));
    var outcome =
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(5, 2, 2), "the mailbox is full", Optional.empty());
    return reports
        .report(
            new ReportWriter.Report(
                new QueueId("0123456789ABCDEF"),
                new ReversePath.Of(new MailAddress("carol", "example.net")),
                new TextContent("From: carol@example.net\r\n\r\n", "text\r\n"),
                MessageTraits.PLAIN,
                CLOCK.instant(),
                List.of(
                    new ReportWriter.Entry(
                        recipient,
                        ReportWriter.Event.FAILED,
                        outcome,
                        CLOCK.instant(),
                        Optional.empty()))))
        .orElseThrow();
  }

  @Test
  void submissionsReportsAndNoticesFollowARotation() throws Exception {
    var inForce = new KeysInForce(keys("first"));
    var settings = new SigningSettings(1, 10, Map.of(), DkimSigner.Settings.DEFAULT);
    try (var pool = SigningPool.start(settings)) {
      var signer = new DkimMessageSigner(pool, inForce, settings, CLOCK);
      var own =
          new OwnMail(router, new SignedReports(signer), queue, CLOCK, new SplittableRandom(3));
      var notices =
          new PostmasterMail(
              "mail.example.org",
              "example.org",
              Language.ENGLISH,
              own,
              new PostmasterMail.Sent(text -> text),
              CLOCK,
              new SplittableRandom(4));
      MessageHeader mail =
          MessageHeader.parse("From: alice@example.org\r\nSubject: s\r\n\r\n".getBytes(UTF_8));
      for (String selector : List.of("first", "second")) {
        if (selector.equals("second")) {
          inForce.use(keys("second"));
        }
        List<HeaderField> signed =
            signer
                .sign(ORG, mail, java.io.InputStream::nullInputStream)
                .toCompletableFuture()
                .join();
        assertEquals(List.of(selector), selectors(new MessageHeader(signed)), "submission");
        assertEquals(List.of(selector), signer.selectors(ORG), "the log");
        notices.tell(new Notices.Notice(Text.of("about " + selector), Text.of("text")));
        assertTrue(
            own.post(
                new MailAddress("postmaster", "example.org"),
                new MailAddress("carol", "example.net"),
                mail.section(),
                new byte[0]));
        queued.add(failure(new SignedReports(signer)));
        assertEquals(3, queued.size());
        for (NewMessage message : queued) {
          assertEquals(
              List.of(selector),
              selectors(MessageHeader.parse(message.header())),
              message.origin());
        }
        queued.clear();
      }
    }
  }

  @Test
  void noticesNameTheCommandsAsTheyAreTypedHere() throws Exception {
    var settings = new SigningSettings(1, 10, Map.of(), DkimSigner.Settings.DEFAULT);
    try (var pool = SigningPool.start(settings)) {
      var signer = new DkimMessageSigner(pool, new KeysInForce(keys("first")), settings, CLOCK);
      var notices =
          new PostmasterMail(
              "mail.example.org",
              "example.org",
              Language.ENGLISH,
              new OwnMail(router, new SignedReports(signer), queue, CLOCK, new SplittableRandom(3)),
              new PostmasterMail.Sent(text -> text.replace("doctor", "doctor -c /srv/m.conf")),
              CLOCK,
              new SplittableRandom(4));
      for (int i = 0; i < 2; i++) {
        notices.tell(new Notices.Notice(Text.of("doctor"), Text.of("Type: facteur doctor")));
      }
      assertEquals(1, queued.size(), "the same once a week");
      try (var body = queued.getFirst().body().open()) {
        assertEquals(
            "Type: facteur doctor -c /srv/m.conf\r\n", new String(body.readAllBytes(), UTF_8));
      }
      assertTrue(new String(queued.getFirst().header(), UTF_8).contains("Subject: doctor\r\n"));
    }
  }

  @Test
  void aMessageThatWaitedForItsTurnIsSignedByTheKeyOfThatMoment() throws Exception {
    var inForce = new KeysInForce(keys("first"));
    var settings = new SigningSettings(1, 10, Map.of(), DkimSigner.Settings.DEFAULT);
    try (var pool = SigningPool.start(settings)) {
      var signer = new DkimMessageSigner(pool, inForce, settings, CLOCK);
      var held = new CountDownLatch(1);
      CompletionStage<Optional<String>> before =
          pool.submit(
              () -> {
                held.await();
                return Optional.empty();
              });
      MessageHeader mail = MessageHeader.parse("From: alice@example.org\r\n\r\n".getBytes(UTF_8));
      CompletionStage<List<HeaderField>> waiting =
          signer.sign(ORG, mail, java.io.InputStream::nullInputStream);
      inForce.use(keys("second"));
      held.countDown();
      before.toCompletableFuture().join();
      assertEquals(
          List.of("second"), selectors(new MessageHeader(waiting.toCompletableFuture().join())));
    }
  }
}
