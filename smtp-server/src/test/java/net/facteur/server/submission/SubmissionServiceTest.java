package net.facteur.server.submission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Filters;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.Verdict;
import net.facteur.server.limits.Sending;
import net.facteur.server.limits.SendingGate;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.servermail.MailReader;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.servermail.Reading;
import net.facteur.server.servermail.ServerMail;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionServiceTest {
  private static final Instant NOW = Instant.parse("2026-11-22T04:13:00Z");
  private static final MailAddress ALICE = new MailAddress("alice", "example.org");

  private final List<NewMessage> queued = new ArrayList<>();
  private boolean discarded;
  private Optional<RuntimeException> queueFailure = Optional.empty();

  private final MailQueue queue =
      new MailQueue() {
        @Override
        public BodyStage stage() {
          throw new AssertionError("no stage is needed here");
        }

        @Override
        public CompletionStage<QueueId> enqueue(NewMessage message) {
          if (queueFailure.isPresent()) {
            return CompletableFuture.failedFuture(queueFailure.get());
          }
          queued.add(message);
          return CompletableFuture.completedFuture(message.id());
        }

        @Override
        public boolean full() {
          return false;
        }
      };

  private final MessageSigner signer =
      (author, header, body) ->
          CompletableFuture.completedFuture(
              List.of(HeaderField.of("DKIM-Signature", " d=" + author)));

  private Filtering filtering = Filtering.OFF;
  private MailReaders readers = MailReaders.NONE;
  private RoutingSettings routing = RoutingSettings.of(DomainName.of("example.org"));
  private List<String> recipients = List.of("bob");

  private SubmissionService service(MessageSigner with) {
    return service(with, SubmissionSettings.DEFAULTS);
  }

  private SubmissionService service(MessageSigner with, SubmissionSettings settings) {
    return service(with, settings, filtering, SendingGate.OPEN);
  }

  private SubmissionService service(
      MessageSigner with, SubmissionSettings settings, Filtering filtering, SendingGate gate) {
    return new SubmissionService(
        "mail.example.org",
        settings,
        new Router(
            routing,
            (localPart, domain) -> localPart.equals("bob"),
            ReversePathRewriter.identity()),
        (user, address) -> user.equals("alice") && address.equals(ALICE),
        with,
        new net.facteur.auth.dkim.DkimVerifier(
            net.facteur.auth.dns.ZoneResolver.of(java.util.Map.of()),
            net.facteur.auth.dkim.DkimCrypto.standard(),
            InstantSource.fixed(NOW),
            net.facteur.auth.dkim.DkimVerifier.Policy.DEFAULT),
        Runnable::run,
        readers,
        filtering,
        net.facteur.server.away.Answering.NONE,
        queue,
        gate,
        InstantSource.fixed(NOW),
        new SplittableRandom(7));
  }

  private SmtpReply submit(String header) {
    return submit(service(signer), header, Optional.of("alice"));
  }

  private SmtpReply submit(SubmissionService service, String header, Optional<String> user) {
    var transaction =
        new Transaction(
            client(user),
            new ReversePath.Of(ALICE),
            new Transaction.MailParameters(
                -1,
                MessageTraits.Body.EIGHT_BIT_MIME,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            recipients.stream()
                .map(
                    name ->
                        new Transaction.ForwardPath(
                            new MailAddress(name, "example.org"),
                            Optional.empty(),
                            Optional.empty()))
                .toList());
    var body =
        new StagedBody() {
          private final StagedBody octets =
              StagedBody.of("Hello\r\n".getBytes(StandardCharsets.UTF_8));

          @Override
          public long size() {
            return octets.size();
          }

          @Override
          public java.io.InputStream open() throws java.io.IOException {
            return octets.open();
          }

          @Override
          public void discard() {
            discarded = true;
          }
        };
    return service
        .endOfData(transaction, header.getBytes(StandardCharsets.ISO_8859_1), body)
        .toCompletableFuture()
        .join();
  }

  private static SmtpClient client(Optional<String> user) {
    try {
      var remote = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 7});
      return new SmtpClient(
          "s1",
          new InetSocketAddress(remote, 40000),
          new InetSocketAddress(remote, 587),
          SmtpClient.Listener.SUBMISSION,
          "laptop",
          true,
          Optional.of(new SmtpClient.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", Optional.empty())),
          user);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private MessageHeader queuedHeader() {
    assertEquals(1, queued.size());
    return MessageHeader.parse(queued.getFirst().header());
  }

  /// A report that a user sends on by hand is read as one that comes by itself.
  @Test
  void mailForTheServerIsReadWhoeverHandsItIn() {
    var asked = new ArrayList<ServerMail>();
    var says = new AtomicReference<Reading>(new Reading.Taken("a report"));
    readers =
        new MailReaders(
            List.of(
                new MailReader() {
                  @Override
                  public boolean reads(MailAddress recipient) {
                    return recipient.localPart().equals("dmarc-reports");
                  }

                  @Override
                  public Reading read(ServerMail mail) {
                    asked.add(mail);
                    return says.get();
                  }
                }));
    routing =
        new RoutingSettings(
            routing.domains(),
            Optional.empty(),
            routing.literals(),
            routing.separators(),
            Map.of("rua", List.of("dmarc-reports"), "board", List.of("bob", "dmarc-reports")),
            Map.of(),
            Map.of(),
            Optional.of("bob@example.org"),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            new RoutingSettings.Special(Set.of(), Set.of(), Map.of(), Set.of("dmarc-reports")));
    String from = "From: alice@example.org\r\n\r\n";

    recipients = List.of("dmarc-reports", "rua");
    assertTrue(submit(from).toString().contains("read as"));
    assertEquals(List.of(), queued);
    assertEquals(
        List.of(new MailAddress("dmarc-reports", "example.org")), asked.getFirst().recipients());
    assertEquals(new ServerMail.Sender.User("alice"), asked.getFirst().sender());

    recipients = List.of("rua", "bob");
    assertEquals(250, submit(from).code());
    assertEquals(1, queued.size());

    says.set(new Reading.Later("the database is down"));
    recipients = List.of("dmarc-reports");
    assertEquals(451, submit(from).code());

    says.set(new Reading.Other("XML"));
    recipients = List.of("rua");
    assertEquals(250, submit(from).code());
    assertEquals(2, queued.size());
    assertTrue(queued.getLast().envelopes().toString().contains("bob@example.org"));

    // An alias of several is no address of the server.
    asked.clear();
    recipients = List.of("board");
    assertEquals(250, submit(from).code());
    assertEquals(List.of(), asked);
  }

  @Test
  void whatAFilterWantsHeldIsSignedAndQueuedWithTheReason() {
    filtering =
        new Filtering(
            _ -> CompletableFuture.completedStage(Verdict.of(new Handling.Hold("score=20"))),
            Quarantine.NONE);
    SmtpReply reply = submit("From: alice@example.org\r\n\r\n");
    assertEquals(250, reply.code());
    assertEquals(new Fact(Fact.HELD, "score=20"), queued.getFirst().facts().get(2));
    assertTrue(
        new String(queued.getFirst().header(), StandardCharsets.ISO_8859_1)
            .contains("DKIM-Signature: d=example.org"));
  }

  @Test
  void aFilterIsNotAskedAboutMailThatDoesNotConcernIt() {
    var asked = new ArrayList<String>();
    MessageFilter elsewhere =
        new MessageFilter() {
          @Override
          public boolean concerns(FilteredMessage message) {
            asked.add("concerns " + message.direction());
            return false;
          }

          @Override
          public CompletionStage<Verdict> judge(FilteredMessage message) {
            asked.add("judge");
            return CompletableFuture.completedStage(Verdict.PASS);
          }
        };
    filtering = new Filtering(Filters.of(List.of(elsewhere)), Quarantine.NONE);
    assertEquals(250, submit("From: alice@example.org\r\n\r\n").code());
    assertEquals(List.of("concerns OUTBOUND"), asked);
  }

  @Test
  void completesSignsAndQueues() {
    SmtpReply reply =
        submit("From: Alice <alice@example.org>\r\nBcc: secret@example.net\r\nSubject: x\r\n\r\n");
    assertEquals(250, reply.code());
    MessageHeader header = queuedHeader();
    assertEquals(
        List.of("Received", "DKIM-Signature", "From", "Subject", "Date", "Message-ID"),
        header.fields().stream().map(HeaderField::name).toList());
    assertEquals("Sun, 22 Nov 2026 04:13:00 +0000", header.first("Date").orElseThrow().unfolded());
    assertTrue(header.first("Message-ID").orElseThrow().unfolded().endsWith("@mail.example.org>"));
    assertTrue(
        new String(queued.getFirst().header(), StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n"));
    assertTrue(reply.text().endsWith(queued.getFirst().id().text()));
  }

  @Test
  void whatNoSelectorSignsIsCalledUnsigned() {
    MessageSigner keyless = (_, _, _) -> CompletableFuture.completedFuture(List.of());
    submit(service(keyless), "From: alice@example.org\r\n\r\n", Optional.of("alice"));
    assertEquals(
        new Fact("unsigned", "since no selector is active for example.org"),
        queued.getFirst().facts().getLast());
    submit("From: alice@example.org\r\n\r\n");
    assertEquals("signed", queued.getLast().facts().getLast().what());
  }

  @Test
  void theReceivedFieldNamesNeitherUserNorClient() {
    submit("From: alice@example.org\r\n\r\n");
    String received = queuedHeader().first("Received").orElseThrow().value();
    assertFalse(received.contains("192.0.2.7"), received);
    assertFalse(received.contains("laptop"), received);
    assertTrue(received.contains("with ESMTPSA"), received);
    assertTrue(received.contains("id " + queued.getFirst().id()), received);
  }

  @Test
  void theReceivedFieldNamesTheClientWhereTheSettingsSaySo() {
    submit(
        service(signer, new SubmissionSettings(false)),
        "From: alice@example.org\r\n\r\n",
        Optional.of("alice"));
    String received = queuedHeader().first("Received").orElseThrow().value();
    assertTrue(received.contains("([192.0.2.7])"), received);
    assertFalse(received.contains("alice"), received);
  }

  @Test
  void keepsDateAndMessageIdThatAreThere() {
    submit(
        "Date: Sat, 21 Nov 2026 00:00:00 +0100\r\n"
            + "Message-Id: <1@x>\r\n"
            + "From: alice@example.org\r\n\r\n");
    assertEquals(1, queuedHeader().all("Date").size());
    assertEquals(1, queuedHeader().all("Message-ID").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "From: alice@example.org_From: alice@example.org|550",
        "From: mallory@example.org|550",
        "From: alice@example.org, mallory@example.org|550",
        "From: alice@example.org (unclosed|550",
        "From: undisclosed:;|550",
        "From: \"a\0b\"@example.org|550",
        "From alice@example.org|550",
        "From: alice@[192.0.2.1]|550",
      })
  void refusesWhatCannotBeSent(String header, int code) {
    SmtpReply reply = submit(header.replace("_", "\r\n") + "\r\n\r\n");
    assertEquals(code, reply.code());
    assertTrue(queued.isEmpty());
    assertTrue(discarded);
  }

  @Test
  void refusesALoop() {
    SmtpReply reply = submit("Received: x\r\n".repeat(101) + "From: alice@example.org\r\n\r\n");
    assertEquals("5.4.6", reply.status().orElseThrow().toString());
    assertTrue(queued.isEmpty());
  }

  @Test
  void aTrustedClientWithoutAuthMayUseLocalDomainsOnly() {
    assertEquals(
        250, submit(service(signer), "From: printer@example.org\r\n\r\n", Optional.empty()).code());
    assertEquals(
        550, submit(service(signer), "From: printer@example.net\r\n\r\n", Optional.empty()).code());
  }

  @Test
  void nothingLeavesUnsignedWhenSigningFails() {
    MessageSigner broken =
        (author, header, body) ->
            CompletableFuture.failedFuture(new IllegalStateException("no provider"));
    assertEquals(
        451,
        submit(service(broken), "From: alice@example.org\r\n\r\n", Optional.of("alice")).code());
    assertTrue(queued.isEmpty());
    assertTrue(discarded);
  }

  @Test
  void aFullSigningQueuePutsTheClientOff() throws Exception {
    var release = new CountDownLatch(1);
    try (var pool =
        SigningPool.start(
            new SigningSettings(
                1, 1, java.util.Map.of(), net.facteur.auth.dkim.DkimSigner.Settings.DEFAULT))) {
      MessageSigner slow =
          (author, header, body) ->
              pool.submit(
                  () -> {
                    release.await();
                    return List.of();
                  });
      slow.sign(
          DomainName.of("example.org"),
          new MessageHeader(List.of()),
          java.io.InputStream::nullInputStream);
      // One runs, one waits; whoever comes next is one too many.
      while (pool.waiting() > 0) {
        Thread.onSpinWait();
      }
      slow.sign(
          DomainName.of("example.org"),
          new MessageHeader(List.of()),
          java.io.InputStream::nullInputStream);
      SmtpReply reply =
          submit(service(slow), "From: alice@example.org\r\n\r\n", Optional.of("alice"));
      assertEquals(451, reply.code());
      assertEquals("4.3.2", reply.status().orElseThrow().toString());
      assertTrue(queued.isEmpty());
      release.countDown();
    }
  }

  @Test
  void aFullDiskIs452() {
    queueFailure =
        Optional.of(
            new QueueUnavailableException("disk full", true, new java.io.IOException("ENOSPC")));
    assertEquals(452, submit("From: alice@example.org\r\n\r\n").code());
    assertTrue(discarded);
  }

  @Test
  void whatGoesIntoTheQuarantineIsCountedAndRefusedLikeWhatLeaves() {
    var kept = new ArrayList<Quarantine.Kept>();
    var admitted = new ArrayList<SendingGate.Verdict>();
    var withdrawn = new ArrayList<SendingGate.Verdict>();
    SendingGate gate =
        new SendingGate() {
          @Override
          public SendingGate.Verdict admit(Sending sending) {
            SendingGate.Verdict verdict =
                switch (admitted.size()) {
                  case 0 -> SendingGate.Verdict.Free.FREE;
                  case 1 -> new SendingGate.Verdict.Held("too much");
                  case 2 -> new SendingGate.Verdict.Refused(SmtpReply.of(450, 4, 7, 1, "Too much"));
                  default -> SendingGate.Verdict.Free.FREE;
                };
            admitted.add(verdict);
            return verdict;
          }

          @Override
          public void withdraw(Sending sending, SendingGate.Verdict verdict) {
            withdrawn.add(verdict);
          }
        };
    var filtering =
        new Filtering(
            _ ->
                CompletableFuture.completedStage(
                    net.facteur.server.filter.Verdict.of(
                        new Handling.Quarantine(Handling.Cause.VIRUS, "EICAR"))),
            message -> {
              if (admitted.size() > 3) {
                return CompletableFuture.failedStage(new java.io.IOException("disk"));
              }
              kept.add(message);
              return CompletableFuture.completedStage(message.id());
            });
    SubmissionService service = service(signer, SubmissionSettings.DEFAULTS, filtering, gate);
    String header = "From: alice@example.org\r\n\r\n";
    Optional<String> alice = Optional.of("alice");
    assertEquals(250, submit(service, header, alice).code());
    assertEquals(250, submit(service, header, alice).code());
    assertEquals(2, kept.size());
    assertFalse(discarded);
    assertEquals(450, submit(service, header, alice).code());
    assertTrue(discarded);
    assertEquals(2, kept.size());
    assertEquals(List.of(), withdrawn);
    assertEquals(451, submit(service, header, alice).code());
    assertEquals(List.of(SendingGate.Verdict.Free.FREE), withdrawn);
    assertEquals(4, admitted.size());
    assertTrue(queued.isEmpty());
  }

  @Test
  void asksWhoMaySendAsWhomAtMail() {
    var parameters =
        new Transaction.MailParameters(
            -1,
            MessageTraits.Body.SEVEN_BIT,
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    SubmissionService service = service(signer);
    SmtpClient alice = client(Optional.of("alice"));
    assertEquals(
        250,
        service
            .mail(alice, new ReversePath.Of(ALICE), parameters)
            .toCompletableFuture()
            .join()
            .code());
    assertEquals(
        553,
        service
            .mail(alice, new ReversePath.Of(new MailAddress("bob", "example.org")), parameters)
            .toCompletableFuture()
            .join()
            .code());
    assertEquals(
        250,
        service.mail(alice, ReversePath.Null.NULL, parameters).toCompletableFuture().join().code());
  }
}
