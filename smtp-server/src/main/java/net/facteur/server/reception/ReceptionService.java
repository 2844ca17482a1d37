package net.facteur.server.reception;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;
import net.facteur.auth.results.MethodResult;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.queue.BodyStage;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailQueue;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.signing.MessageSealer;
import net.facteur.server.smtp.Deferral;
import net.facteur.server.smtp.Provenance;
import net.facteur.server.smtp.ReceivedField;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What stands behind the reception listeners.
public final class ReceptionService implements SmtpService {
  private static final Logger LOG = LogManager.getLogger(ReceptionService.class);

  private final String hostname;
  private final ReceptionSettings settings;
  private final Router router;
  private final MessageAuthenticator authenticator;
  private final Optional<MessageSealer> sealer;
  private final Judgement judgement;
  private final SrsGuesses guesses;
  private final MailQueue queue;
  private final ReceivedField received;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor workers;

  /// @param hostname our own name, also the authserv-id of our Authentication-Results
  /// @param sealer adds ARC sets to forwarded mail; empty where that is off
  /// @param workers runs one blocking task for each message: virtual threads
  public ReceptionService(
      String hostname,
      ReceptionSettings settings,
      Router router,
      MessageAuthenticator authenticator,
      Optional<MessageSealer> sealer,
      MailQueue queue,
      InstantSource clock,
      RandomGenerator random,
      Executor workers) {
    this.hostname = hostname;
    this.settings = settings;
    this.router = router;
    this.authenticator = authenticator;
    this.sealer = sealer;
    this.judgement = new Judgement(settings);
    this.guesses = new SrsGuesses(settings.srsGuesses(), clock);
    this.queue = queue;
    this.received = new ReceivedField(hostname, false);
    this.clock = clock;
    this.random = random;
    this.workers = workers;
  }

  @Override
  public CompletionStage<SmtpReply> connect(SmtpClient client) {
    return now(SmtpReply.OK);
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    return now(queue.full() ? SmtpReply.FULL : SmtpReply.OK);
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    // Never an open relay: strangers send to our domains only.
    if (!router.accepts(path.address())) {
      return now(SmtpReply.of(550, 5, 7, 1, "Relaying is not offered here"));
    }
    boolean rewritten = SrsRewriter.isSrs(path.address().localPart());
    InetAddress client = transaction.client().remote().getAddress();
    if (rewritten && guesses.exhausted(client)) {
      LOG.info("srs session={} result=deferred", transaction.client().sessionId());
      return now(SmtpReply.of(451, 4, 7, 1, "Please try again later"));
    }
    Resolution resolution = router.resolve(path.address());
    if (rewritten && resolution instanceof Resolution.UnknownUser) {
      guesses.wrong(client);
    }
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
    MessageHeader fields = MessageHeader.parse(header);
    if (fields.all("Received").size() > settings.maxHops()
        || router.circles(transaction.forwardPaths(), router.passedOn(fields))) {
      body.discard();
      return now(SmtpReply.LOOP);
    }
    try {
      return CompletableFuture.supplyAsync(() -> authenticate(transaction, fields, body), workers)
          .thenCompose(report -> decide(transaction, fields, body, report))
          .exceptionally(failure -> failed(transaction.client(), body, failure));
    } catch (RejectedExecutionException e) {
      body.discard();
      return now(SmtpReply.LATER);
    }
  }

  private AuthenticationReport authenticate(
      Transaction transaction, MessageHeader header, StagedBody body) {
    SmtpClient client = transaction.client();
    var request =
        new AuthenticationRequest(
            client.remote().getAddress(), client.hello(), transaction.reversePath().text());
    try {
      return authenticator.authenticate(request, header, body::open);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private CompletionStage<SmtpReply> decide(
      Transaction transaction, MessageHeader header, StagedBody body, AuthenticationReport report) {
    Disposition disposition = judgement.of(report);
    QueueId id = QueueId.next(clock, random);
    log(transaction, id, report, disposition);
    return switch (disposition) {
      case Disposition.Accept _ -> enqueue(transaction, id, header, body, report, false);
      case Disposition.Quarantine _ -> enqueue(transaction, id, header, body, report, true);
      case Disposition.Defer(Reaction.Code code, String _) ->
          refuse(code, "The message cannot be taken now, please try again later", body);
      case Disposition.Reject(Reaction.Code code, String _) ->
          refuse(code, "The message is refused by policy", body);
    };
  }

  private CompletionStage<SmtpReply> enqueue(
      Transaction transaction,
      QueueId id,
      MessageHeader header,
      StagedBody body,
      AuthenticationReport report,
      boolean quarantine) {
    queue.expect();
    Instant at = clock.instant();
    List<Envelope> envelopes =
        router.envelopes(
            transaction.reversePath(), transaction.forwardPaths(), router.passedOn(header));
    if (envelopes.isEmpty()) {
      body.discard();
      return now(SmtpReply.LATER);
    }
    MessageHeader ours = withVerdict(transaction, id, at, header, report);
    return seals(transaction, ours, body, report)
        .thenCompose(
            seals ->
                queue.enqueue(
                    new NewMessage(
                        id,
                        at,
                        ours.prepend(seals).section(),
                        body,
                        quarantine ? Router.quarantined(envelopes) : envelopes,
                        transaction.parameters().traits(),
                        origin(transaction.client()),
                        List.of(Provenance.of(transaction), checked(report, quarantine)))))
        .thenApply(queued -> SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + queued));
  }

  /// The ARC set of a message that somebody here forwards to elsewhere, in the name of the first
  /// domain that does. RFC 8617, 5.1: after all other changes.
  private CompletionStage<List<HeaderField>> seals(
      Transaction transaction, MessageHeader header, StagedBody body, AuthenticationReport report) {
    Optional<DomainName> forwarder =
        sealer.isEmpty()
            ? Optional.empty()
            : transaction.forwardPaths().stream()
                .flatMap(path -> router.forwarder(path.address()).stream())
                .findFirst();
    return forwarder.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : sealer
            .get()
            .seal(
                forwarder.get(),
                header,
                body::open,
                report.toAuthenticationResults(hostname),
                report.arc());
  }

  /// The header as it goes on: without fields that pretend to be ours, ours on top.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8601#section-5 RFC 8601, section 5: Removing Existing
  ///   Header Fields
  private MessageHeader withVerdict(
      Transaction transaction,
      QueueId id,
      Instant at,
      MessageHeader header,
      AuthenticationReport report) {
    var kept = new ArrayList<HeaderField>(header.fields().size());
    for (HeaderField field : header.fields()) {
      // RFC 5321 4.4: Return-Path is written at final delivery and nowhere else
      if (!AuthenticationResults.claims(field, hostname) && !field.is("Return-Path")) {
        kept.add(field);
      }
    }
    return new MessageHeader(kept)
        .prepend(
            List.of(
                report.toAuthenticationResults(hostname).toField(),
                received.of(transaction, id, at)));
  }

  private static void log(
      Transaction transaction, QueueId id, AuthenticationReport report, Disposition disposition) {
    LOG.info(
        "authenticated id={} session={} spf={} dkim={} dmarc={} author={} disposition={}"
            + " reason=\"{}\"",
        id,
        transaction.client().sessionId(),
        report.spfMailFrom().result().word(),
        report.dkim().word(),
        report.dmarc().result().word(),
        report.author(),
        disposition.getClass().getSimpleName(),
        disposition.reason());
  }

  private static SmtpReply failed(SmtpClient client, StagedBody body, Throwable failure) {
    body.discard();
    return Deferral.of(client, failure);
  }

  @Override
  public void disconnected(SmtpClient client) {}

  private static Fact checked(AuthenticationReport report, boolean quarantine) {
    String results =
        report.methodResults().stream()
            .map(ReceptionService::words)
            .collect(Collectors.joining("; "));
    return new Fact("checked", results + (quarantine ? "; put into the junk folder" : ""));
  }

  private static String words(MethodResult result) {
    return result.method()
        + "="
        + result.result()
        + (result.reason().isEmpty() ? "" : " (" + result.reason() + ")")
        + result.properties().stream().map(p -> " " + p).collect(Collectors.joining());
  }

  private static String origin(SmtpClient client) {
    return "reception " + ReceivedField.addressLiteral(client.remote().getAddress());
  }

  private static CompletionStage<SmtpReply> refuse(
      Reaction.Code code, String text, StagedBody body) {
    body.discard();
    EnhancedStatusCode status = code.status();
    return now(
        SmtpReply.of(code.reply(), status.category(), status.subject(), status.detail(), text));
  }

  private static CompletionStage<SmtpReply> now(SmtpReply reply) {
    return CompletableFuture.completedFuture(reply);
  }
}
