package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfResult;
import net.facteur.queue.BodyStage;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceptionServiceTest {
  private static final Instant NOW = Instant.parse("2026-11-22T04:13:00Z");
  private static final Map<String, Object> ZONE =
      Map.of(
          "strict.example",
          Map.of("TXT", List.of("v=spf1 ip4:192.0.2.7 -all")),
          "_dmarc.strict.example",
          Map.of("TXT", List.of("v=DMARC1; p=reject")),
          "plain.example",
          Map.of("TXT", List.of("v=spf1 ip4:192.0.2.7 -all")),
          "broken.example",
          Map.of("TXT", List.of("v=spf1 nonsense")),
          "mx.client.example",
          Map.of("A", List.of("192.0.2.7")));

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

  private ReceptionService service(ReceptionSettings settings) {
    InstantSource clock = InstantSource.fixed(NOW);
    DmarcLocalPolicy policy =
        settings.dmarc() == ReceptionSettings.DmarcHandling.QUARANTINE
            ? DmarcLocalPolicy.neverRejectAlone()
            : DmarcLocalPolicy.asPublished();
    return new ReceptionService(
        "mail.example.org",
        settings,
        new Router(
            RoutingSettings.of(DomainName.of("example.org")),
            (localPart, domain) -> localPart.equals("bob"),
            ReversePathRewriter.identity()),
        new MessageAuthenticator(
            ZoneResolver.of(ZONE),
            DkimCrypto.standard(),
            clock,
            new MessageAuthenticator.Settings(
                "mail.example.org", Duration.ofSeconds(20), DkimVerifier.Policy.DEFAULT, policy)),
        queue,
        clock,
        new SplittableRandom(7),
        Runnable::run);
  }

  private SmtpReply receive(ReceptionSettings settings, int lastOctet, String from, String header) {
    var transaction =
        new Transaction(
            client(lastOctet),
            from.isEmpty()
                ? ReversePath.Null.NULL
                : new ReversePath.Of(new MailAddress("alice", from)),
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.EIGHT_BIT_MIME,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            List.of(
                new Transaction.ForwardPath(
                    new MailAddress("bob", "example.org"), Optional.empty(), Optional.empty())));
    return service(settings)
        .endOfData(
            transaction,
            header.getBytes(StandardCharsets.ISO_8859_1),
            StagedBody.of("Hello\r\n".getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .join();
  }

  private static SmtpClient client(int lastOctet) {
    try {
      var remote = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) lastOctet});
      return new SmtpClient(
          "s1",
          new InetSocketAddress(remote, 40000),
          new InetSocketAddress(remote, 25),
          SmtpClient.Listener.RECEPTION,
          "mx.client.example",
          true,
          Optional.empty(),
          Optional.empty());
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private MessageHeader header() {
    assertEquals(1, queued.size());
    return MessageHeader.parse(queued.getFirst().header());
  }

  private String destination() {
    return queued.getFirst().envelopes().getFirst().recipients().getFirst().destination().text();
  }

  @Test
  void writesTheVerdictOnTop() {
    SmtpReply reply =
        receive(
            ReceptionSettings.DEFAULTS,
            7,
            "strict.example",
            "From: alice@strict.example\r\nSubject: x\r\n\r\n");
    assertEquals(250, reply.code());
    assertEquals(
        List.of("Authentication-Results", "Received", "From", "Subject"),
        header().fields().stream().map(HeaderField::name).toList());
    String verdict = header().fields().getFirst().unfolded();
    assertTrue(verdict.startsWith("mail.example.org;"), verdict);
    assertTrue(verdict.contains("spf=pass"), verdict);
    assertTrue(verdict.contains("dkim=none"), verdict);
    assertTrue(verdict.contains("dmarc=pass"), verdict);
    assertEquals("maildir:bob@example.org", destination());
  }

  @Test
  void removesFieldsThatPretendToBeOurs() {
    receive(
        ReceptionSettings.DEFAULTS,
        7,
        "strict.example",
        "Authentication-Results: MAIL.example.org; dmarc=pass\r\n"
            + "Authentication-Results: other.example; spf=pass smtp.mailfrom=a\r\n"
            + "Return-Path: <forged@example.org>\r\n"
            + "From: alice@strict.example\r\n\r\n");
    assertEquals(2, header().all("Authentication-Results").size());
    assertTrue(header().all("Authentication-Results").getLast().value().contains("other.example"));
    assertTrue(header().all("Return-Path").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "QUARANTINE, 250, junk:bob@example.org",
    "NOTE, 250, maildir:bob@example.org",
    "FOLLOW, 550, ",
  })
  void followsDmarcAsFarAsTheSettingsSay(
      ReceptionSettings.DmarcHandling handling, int code, String destination) {
    var settings = new ReceptionSettings(Map.of(), handling, Map.of(), Action.NOTE, 50);
    SmtpReply reply = receive(settings, 9, "strict.example", "From: alice@strict.example\r\n\r\n");
    assertEquals(code, reply.code());
    if (code == 250) {
      assertEquals(destination, destination());
    } else {
      assertTrue(queued.isEmpty());
      assertFalse(reply.text().contains("DMARC"), "a stranger learns no mechanism");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plain.example, FAIL, REJECT, 550, 5.7.23",
    "plain.example, FAIL, DEFER, 451, 4.7.1",
    "plain.example, FAIL, QUARANTINE, 250, 2.0.0",
    "broken.example, PERMERROR, REJECT, 550, 5.7.24",
    // DMARC decides where there is a policy
    "strict.example, FAIL, REJECT, 250, 2.0.0",
  })
  void followsTheSpfTableWhereDmarcDoesNotDecide(
      String domain, SpfResult result, Action action, int code, String status) {
    var settings =
        new ReceptionSettings(
            Map.of(SpfIdentity.MAIL_FROM, Map.of(result, action)),
            ReceptionSettings.DmarcHandling.QUARANTINE,
            Map.of(),
            Action.NOTE,
            50);
    SmtpReply reply = receive(settings, 9, domain, "From: alice@" + domain + "\r\n\r\n");
    assertEquals(code, reply.code());
    assertEquals(status, reply.status().orElseThrow().toString());
  }

  @Test
  void takesReportsWithoutAReversePath() {
    SmtpReply reply =
        receive(ReceptionSettings.DEFAULTS, 7, "", "From: postmaster@plain.example\r\n\r\n");
    assertEquals(250, reply.code());
    assertEquals(ReversePath.Null.NULL, queued.getFirst().envelopes().getFirst().reversePath());
  }

  @Test
  void cutsALoop() {
    SmtpReply reply =
        receive(
            ReceptionSettings.DEFAULTS,
            7,
            "plain.example",
            "Received: x\r\n".repeat(51) + "From: alice@plain.example\r\n\r\n");
    assertEquals("5.4.6", reply.status().orElseThrow().toString());
    assertTrue(queued.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "bob, example.org, 250",
    "BOB+lists, Example.ORG, 250",
    "nobody, example.org, 550",
    "bob, elsewhere.example, 550",
    "'bob%elsewhere.example', example.org, 550",
    "'@elsewhere.example:bob', example.org, 550",
  })
  void isNoOpenRelay(String localPart, String domain, int code) {
    var transaction =
        new Transaction(
            client(7),
            ReversePath.Null.NULL,
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.SEVEN_BIT,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            List.of());
    assertEquals(
        code,
        service(ReceptionSettings.DEFAULTS)
            .recipient(
                transaction,
                new Transaction.ForwardPath(
                    new MailAddress(localPart, domain), Optional.empty(), Optional.empty()))
            .toCompletableFuture()
            .join()
            .code());
  }
}
