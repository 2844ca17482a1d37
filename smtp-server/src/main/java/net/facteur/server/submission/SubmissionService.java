package net.facteur.server.submission;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.signing.MessageSigner;
import net.facteur.server.signing.SigningBusyException;
import net.facteur.server.smtp.Deferral;
import net.facteur.server.smtp.Provenance;
import net.facteur.server.smtp.ReceivedField;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What stands behind the submission listeners.
public final class SubmissionService implements SmtpService {
  private static final Logger LOG = LogManager.getLogger(SubmissionService.class);
  private static final SmtpReply BUSY =
      SmtpReply.of(451, 4, 3, 2, "The server is busy, please try again later");

  private static final int FEW_RECIPIENTS = 10;
  private static final List<String> MASS_MAIL =
      List.of("List-Id", "List-Unsubscribe", "Precedence");

  private final SubmissionSettings settings;
  private final Router router;
  private final SenderRights rights;
  private final MessageSigner signer;
  private final MailQueue queue;
  private final Preparation preparation;
  private final ReceivedField received;
  private final InstantSource clock;
  private final RandomGenerator random;

  public SubmissionService(
      String hostname,
      SubmissionSettings settings,
      Router router,
      SenderRights rights,
      MessageSigner signer,
      MailQueue queue,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.router = router;
    this.rights = rights;
    this.signer = signer;
    this.queue = queue;
    this.clock = clock;
    this.random = random;
    this.preparation = new Preparation(hostname, random);
    this.received = new ReceivedField(hostname, settings.hideClient());
  }

  @Override
  public CompletionStage<SmtpReply> connect(SmtpClient client) {
    return now(SmtpReply.OK);
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    if (queue.full()) {
      return now(SmtpReply.FULL);
    }
    return switch (reversePath) {
      // A mail program sends its receipts with the null reverse-path (RFC 8098 3).
      case ReversePath.Null _ -> now(SmtpReply.OK);
      case ReversePath.Of(MailAddress sender) ->
          now(
              mayUse(client, sender)
                  ? SmtpReply.OK
                  : SmtpReply.of(553, 5, 7, 1, "This sender address is not yours to use"));
    };
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    Resolution resolution = router.resolve(path.address());
    if (resolution instanceof Resolution.Misconfigured(String detail)) {
      LOG.error(
          "route session={} to=<{}> problem=\"{}\"",
          transaction.client().sessionId(),
          path.address(),
          detail);
    }
    return now(resolution.reply());
  }

  @Override
  public BodyStage stage() {
    return queue.stage();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    return switch (preparation.prepare(MessageHeader.parse(header), clock.instant())) {
      case Preparation.Refused(String text) -> refuse(body, SmtpReply.of(550, 5, 6, 0, text));
      case Preparation.Prepared prepared -> admit(transaction, prepared, body);
    };
  }

  private CompletionStage<SmtpReply> admit(
      Transaction transaction, Preparation.Prepared prepared, StagedBody body) {
    SmtpClient client = transaction.client();
    if (prepared.hops() > settings.maxHops()) {
      return refuse(body, SmtpReply.LOOP);
    }
    for (MailAddress author : prepared.authors()) {
      if (!mayUse(client, author)) {
        LOG.info(
            "refused session={} user={} author=<{}> reason=\"not allowed to send as\"",
            client.sessionId(),
            client.user().orElse("-"),
            author);
        return refuse(body, SmtpReply.of(550, 5, 7, 1, "The From address is not yours to use"));
      }
    }
    return signer
        .sign(prepared.authorDomain(), prepared.header(), body::open)
        .thenCompose(signatures -> enqueue(transaction, prepared, signatures, body))
        .exceptionally(failure -> failed(client, body, failure));
  }

  private CompletionStage<SmtpReply> enqueue(
      Transaction transaction,
      Preparation.Prepared prepared,
      List<HeaderField> signatures,
      StagedBody body) {
    queue.expect();
    Instant at = clock.instant();
    QueueId id = QueueId.next(clock, random);
    List<Envelope> envelopes =
        router.envelopes(transaction.reversePath(), transaction.forwardPaths());
    if (envelopes.isEmpty()) {
      return refuse(body, SmtpReply.LATER);
    }
    String selectors =
        signatures.isEmpty() ? "" : String.join(" ", signer.selectors(prepared.authorDomain()));
    Fact signing =
        signatures.isEmpty()
            ? new Fact("unsigned", "since no selector is active for " + prepared.authorDomain())
            : new Fact("signed", "for " + prepared.authorDomain() + " with selectors " + selectors);
    var added = new ArrayList<HeaderField>(signatures.size() + 1);
    added.add(received.of(transaction, id, at));
    added.addAll(signatures);
    CompletionStage<QueueId> kept =
        queue.enqueue(
            new NewMessage(
                id,
                at,
                prepared.header().prepend(added).section(),
                body,
                envelopes,
                withPriority(transaction, prepared),
                origin(transaction.client()),
                List.of(Provenance.of(transaction), signing)));
    // Written while the disk is at work.
    LOG.info(
        "{} id={} session={} author={} selectors=\"{}\"",
        signing.what(),
        id,
        transaction.client().sessionId(),
        prepared.authorDomain(),
        selectors);
    return kept.thenApply(queued -> SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + queued));
  }

  /// What a person sends goes first, mass mail last: told by the number of recipients, and by the
  /// fields that mailing programs write.
  private static MessageTraits withPriority(
      Transaction transaction, Preparation.Prepared prepared) {
    MessageTraits traits = transaction.parameters().traits();
    int recipients = transaction.forwardPaths().size();
    boolean mass = recipients > FEW_RECIPIENTS * 5 || isOfMassMail(prepared.header());
    MessageTraits.Priority priority =
        mass
            ? MessageTraits.Priority.BULK
            : recipients <= FEW_RECIPIENTS
                ? MessageTraits.Priority.URGENT
                : MessageTraits.Priority.NORMAL;
    return new MessageTraits(
        traits.body(),
        traits.smtpUtf8(),
        traits.requireTls(),
        traits.returned(),
        traits.envelopeId(),
        priority);
  }

  private static boolean isOfMassMail(MessageHeader header) {
    for (HeaderField field : header.fields()) {
      for (String name : MASS_MAIL) {
        if (field.is(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private SmtpReply failed(SmtpClient client, StagedBody body, Throwable failure) {
    body.discard();
    if (Deferral.cause(failure) instanceof SigningBusyException) {
      LOG.warn("deferred session={} reason=\"signing queue full\"", client.sessionId());
      return BUSY;
    }
    return Deferral.of(client, failure);
  }

  @Override
  public void disconnected(SmtpClient client) {}

  /// A user may use what the accounts say; a trusted client without AUTH (the engine lets no other
  /// through), any address of a local domain.
  private boolean mayUse(SmtpClient client, MailAddress address) {
    return client
        .user()
        .map(user -> rights.mayUse(user, address))
        .orElseGet(() -> router.isLocal(address));
  }

  private static String origin(SmtpClient client) {
    return "submission "
        + client.user().orElse("-")
        + " "
        + ReceivedField.addressLiteral(client.remote().getAddress());
  }

  private static CompletionStage<SmtpReply> refuse(StagedBody body, SmtpReply reply) {
    body.discard();
    return now(reply);
  }

  private static CompletionStage<SmtpReply> now(SmtpReply reply) {
    return CompletableFuture.completedFuture(reply);
  }
}
