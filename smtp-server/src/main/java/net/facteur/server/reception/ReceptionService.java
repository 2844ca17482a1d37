package net.facteur.server.reception;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.MessageAuthenticator;
import net.facteur.auth.dmarc.DmarcPolicy;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.srs.SrsRewriter;
import net.facteur.queue.BodyStage;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.away.Answering;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.Verdict;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.lists.posting.PostGate;
import net.facteur.server.report.dmarc.DmarcReporter;
import net.facteur.server.routing.ForwardTrace;
import net.facteur.server.routing.ReadRecipients;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.servermail.ServerMail;
import net.facteur.server.smtp.Deferral;
import net.facteur.server.smtp.ReceivedField;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// What stands behind the reception listeners.
public final class ReceptionService implements SmtpService {
  private static final Logger LOG = LogManager.getLogger(ReceptionService.class);

  private static final Reaction.Code POLICY =
      new Reaction.Code(550, EnhancedStatusCode.of(5, 7, 1));
  private static final Reaction.Code STRAY_LINE_ENDS =
      new Reaction.Code(550, EnhancedStatusCode.of(5, 6, 11));
  private static final String NO_MAILBOX = "The message cannot be passed on to its recipient";
  private static final SmtpReply NOT_ALLOWED =
      SmtpReply.of(550, 5, 7, 1, "Only reports are taken at this address");

  private final String hostname;
  private final Router router;
  private final MessageAuthenticator authenticator;
  private final Optional<ForwardSeals> seals;
  private final Gateways gateways;
  private final RelayedRecipients relayed;
  private final Judgement judgement;
  private final SrsGuesses guesses;
  private final SrsReturns returns;
  private final Passage passage;
  private final MailReaders readers;
  private final Filtering filtering;
  private final DmarcReporter reporter;
  private final ReceptionTrace trace;
  private final Absentees absentees;
  private final MailQueue queue;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor workers;
  private final Optional<PostGate> lists;

  /// @param hostname our own name, also the authserv-id of our Authentication-Results
  /// @param seals adds ARC sets to forwarded mail; empty where that is off
  /// @param primary asks the servers of domains that we relay for
  /// @param returns counts what comes back to rewritten reverse-paths
  /// @param readers read what is meant for the server
  /// @param filtering judges what authentication lets in
  /// @param reporter counts for reports to the domains of authors
  /// @param answering answers in place of people who are away
  /// @param workers runs one blocking task for each message: virtual threads
  public ReceptionService(
      String hostname,
      ReceptionSettings settings,
      Router router,
      MessageAuthenticator authenticator,
      Optional<ForwardSeals> seals,
      PrimaryServer primary,
      SrsReturns returns,
      MailReaders readers,
      Filtering filtering,
      DmarcReporter reporter,
      Answering answering,
      MailQueue queue,
      InstantSource clock,
      RandomGenerator random,
      Executor workers) {
    this(
        hostname,
        settings,
        router,
        authenticator,
        seals,
        primary,
        returns,
        readers,
        filtering,
        reporter,
        answering,
        queue,
        clock,
        random,
        workers,
        Optional.empty());
  }

  /// The same, with lists.
  ///
  /// @param lists says which posts lists refuse; empty where there are no lists
  public ReceptionService(
      String hostname,
      ReceptionSettings settings,
      Router router,
      MessageAuthenticator authenticator,
      Optional<ForwardSeals> seals,
      PrimaryServer primary,
      SrsReturns returns,
      MailReaders readers,
      Filtering filtering,
      DmarcReporter reporter,
      Answering answering,
      MailQueue queue,
      InstantSource clock,
      RandomGenerator random,
      Executor workers,
      Optional<PostGate> lists) {
    this.lists = lists;
    this.hostname = hostname;
    this.router = router;
    this.authenticator = authenticator;
    this.seals = seals;
    this.relayed = new RelayedRecipients(router, primary, clock, workers);
    this.gateways = new Gateways(settings.gateways());
    this.judgement = new Judgement(settings);
    this.guesses = new SrsGuesses(settings.srsGuesses(), clock);
    this.returns = returns;
    this.passage = new Passage(router, settings.trustedSealers());
    this.readers = readers;
    this.filtering = filtering;
    this.reporter = reporter;
    this.absentees = new Absentees(answering);
    this.trace = new ReceptionTrace(hostname, relayed);
    this.queue = queue;
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
    InetAddress client = transaction.client().remote().getAddress();
    boolean counted = SrsRewriter.isSrs(path.address().localPart()) && !gateways.contains(client);
    if (counted && guesses.exhausted(client)) {
      LOG.info("srs session={} result=deferred", transaction.client().sessionId());
      return now(SmtpReply.of(451, 4, 7, 1, "Please try again later"));
    }
    return router
        .prepare(path.address())
        .thenCompose(_ -> routed(transaction, path, client, counted));
  }

  private CompletionStage<SmtpReply> routed(
      Transaction transaction, Transaction.ForwardPath path, InetAddress client, boolean counted) {
    Resolution resolution = router.resolve(path.address());
    if (counted && resolution instanceof Resolution.UnknownUser) {
      guesses.wrong(client);
    }
    if (resolution instanceof Resolution.Misconfigured(Text detail)) {
      LOG.error(
          "route session={} to=<{}> problem=\"{}\"",
          transaction.client().sessionId(),
          path.address(),
          detail.in(Language.ENGLISH));
    }
    Optional<SmtpReply> absent = absentees.reply(transaction, path.address(), resolution);
    if (absent.isPresent()) {
      return now(absent.get());
    }
    SmtpReply reply =
        resolution.reply().positive() ? admitted(transaction, path.address()) : resolution.reply();
    return reply.positive() ? relayed.reply(path.address()) : now(reply);
  }

  /// What is known at RCPT of mail that could not go on.
  private SmtpReply admitted(Transaction transaction, MailAddress address) {
    boolean returned = router.returned(address).isPresent();
    if (returned && returns.usedUp(address)) {
      LOG.info("srs session={} to=<{}> result=used-up", transaction.client().sessionId(), address);
      return NOT_ALLOWED;
    }
    List<Transaction.ForwardPath> before = transaction.forwardPaths();
    boolean alone = !before.isEmpty() && (posts(address) || posts(before.getFirst().address()));
    if (alone) {
      // A list may refuse a message that others want, so it stands alone too.
      return SmtpReply.of(452, 4, 5, 3, "Please send to this recipient separately");
    }
    boolean mixed =
        !before.isEmpty() && (returned || router.returned(before.getFirst().address()).isPresent());
    if (mixed && transaction.reversePath() != ReversePath.Null.NULL) {
      // What may go back is decided by message, so it stands alone; the client sends the rest anew.
      return SmtpReply.of(452, 4, 5, 3, "Please send to this recipient separately");
    }
    if (transaction.parameters().body() == MessageTraits.Body.BINARY_MIME
        && passage.leaves(address)) {
      return SmtpReply.of(550, 5, 6, 3, "Binary content cannot be passed on to this recipient");
    }
    return SmtpReply.of(250, 2, 1, 5, "Ok");
  }

  private boolean posts(MailAddress address) {
    return lists.isPresent() && lists.get().posts(router, address);
  }

  @Override
  public BodyStage stage() {
    return queue.stage();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    // What RCPT asked for may be forgotten by now.
    return router
        .prepare(transaction.forwardPaths())
        .thenCompose(_ -> received(transaction, header, body));
  }

  private CompletionStage<SmtpReply> received(
      Transaction transaction, byte[] header, StagedBody body) {
    MessageHeader fields = MessageHeader.parse(header);
    if (fields.all("Received").size() > ReceivedField.MAX_HOPS
        || router.circles(transaction.forwardPaths(), router.passedOn(fields))) {
      body.discard();
      return now(SmtpReply.LOOP);
    }
    try {
      return CompletableFuture.supplyAsync(() -> spoiled(transaction, body), workers)
          .thenCompose(
              spoiled ->
                  spoiled
                      ? refuse(STRAY_LINE_ENDS, "Lines must end with CRLF", body)
                      : checked(transaction, fields, body))
          .exceptionally(failure -> failed(transaction.client(), body, failure));
    } catch (RejectedExecutionException e) {
      body.discard();
      return now(SmtpReply.LATER);
    }
  }

  private CompletionStage<SmtpReply> checked(
      Transaction transaction, MessageHeader header, StagedBody body) {
    return CompletableFuture.supplyAsync(() -> authenticate(transaction, header, body), workers)
        .thenCompose(report -> decide(transaction, header, body, report));
  }

  private AuthenticationReport authenticate(
      Transaction transaction, MessageHeader header, StagedBody body) {
    SmtpClient client = transaction.client();
    String path = transaction.reversePath().text();
    var request =
        switch (gateways.origin(client, header)) {
          case Gateways.Origin.Host(InetAddress address, String hello) ->
              new AuthenticationRequest(address, hello, path);
          case Gateways.Origin.Hidden(String why) ->
              new AuthenticationRequest(client.remote().getAddress(), "", path, Optional.of(why));
        };
    try {
      return authenticator.authenticate(request, header, body::open);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /// Reads the body where it is to leave: nobody takes stray line ends by DATA, and a bounce would
  /// be the only way to say so later.
  private boolean spoiled(Transaction transaction, StagedBody body) {
    boolean leaves =
        transaction.parameters().body() != MessageTraits.Body.BINARY_MIME
            && transaction.forwardPaths().stream().anyMatch(p -> passage.leaves(p.address()));
    try {
      return leaves && Passage.strayLineEnds(body);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private CompletionStage<SmtpReply> decide(
      Transaction transaction, MessageHeader header, StagedBody body, AuthenticationReport report) {
    boolean taken = gateways.contains(transaction.client().remote().getAddress());
    Disposition judged = judgement.of(report);
    Disposition disposition = taken ? judged.taken() : judged;
    var message =
        new Authenticated(
            QueueId.next(clock, random), transaction, header, body, report, disposition, taken);
    trace.log(message);
    return switch (disposition) {
      case Disposition.Accept _ -> opened(message);
      // Who says what it reports is not who it says it is.
      case Disposition.Quarantine _ -> filtered(message);
      case Disposition.Defer(Reaction.Code code, String _) ->
          refuse(code, "The message cannot be taken now, please try again later", body);
      case Disposition.Reject(Reaction.Code code, String _) -> {
        report(message, DmarcPolicy.REJECT);
        yield refuse(
            code,
            code.equals(Judgement.UNCLEAR)
                ? "The message names no author that can be read"
                : "The message is refused by policy",
            body);
      }
    };
  }

  /// Lets the server read what is meant for itself, which is on disk then; what is left goes on.
  private CompletionStage<SmtpReply> opened(Authenticated message) {
    ReadRecipients asked = ReadRecipients.of(message.transaction(), router, readers);
    return asked.none()
        ? filtered(message)
        : CompletableFuture.supplyAsync(
                () ->
                    readers.read(
                        message.id(),
                        asked.read(),
                        message.header(),
                        message.body(),
                        new ServerMail.Sender.Stranger(message.report())),
                workers)
            .thenCompose(outcome -> read(message, asked, outcome));
  }

  private CompletionStage<SmtpReply> read(
      Authenticated message, ReadRecipients asked, MailReaders.Outcome outcome) {
    return switch (outcome) {
      case MailReaders.Outcome.Later() -> {
        message.body().discard();
        yield now(SmtpReply.LATER);
      }
      case MailReaders.Outcome.Read(List<MailAddress> taken) -> {
        Authenticated left = message.without(asked.written(taken));
        if (!left.transaction().forwardPaths().isEmpty()) {
          yield filtered(left);
        }
        message.body().discard();
        yield now(SmtpReply.of(250, 2, 0, 0, "Ok: read as " + message.id()));
      }
    };
  }

  /// Counts a message that is taken, or refused for its authentication alone.
  private void report(Authenticated message, DmarcPolicy applied) {
    reporter.message(
        message.report(),
        applied,
        message.transaction().forwardPaths().stream()
            .map(Transaction.ForwardPath::address)
            .toList());
  }

  private CompletionStage<SmtpReply> filtered(Authenticated message) {
    if (filtering.off()) {
      return settle(message, Verdict.PASS);
    }
    FilteredMessage seen = message.forFilters();
    return filtering.concerns(seen)
        ? filtering
            .filter()
            .judge(seen)
            .thenComposeAsync(verdict -> settled(message, verdict), workers)
        : settle(message, Verdict.PASS);
  }

  /// Does what filters lead to. A body that one of them wrote is ours by now.
  private CompletionStage<SmtpReply> settled(Authenticated message, Verdict verdict) {
    CompletionStage<SmtpReply> reply;
    try {
      reply = settle(message, verdict);
    } catch (RuntimeException e) {
      reply = CompletableFuture.failedStage(e);
    }
    return reply.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            verdict.rewritten().ifPresent(made -> made.body().discard());
          }
        });
  }

  /// Does what authentication and filters lead to.
  private CompletionStage<SmtpReply> settle(Authenticated came, Verdict judged) {
    Verdict verdict = came.taken() ? judged.with(taken(judged.handling())) : judged;
    Authenticated message = verdict.rewritten().map(came::with).orElse(came);
    return switch (verdict.handling()) {
      case Handling.Reject(SmtpReply reply, Handling.Cause _, String _) -> {
        message.body().discard();
        yield now(reply);
      }
      case Handling.Defer(SmtpReply reply, String _) -> {
        message.body().discard();
        yield now(reply);
      }
      case Handling.Quarantine quarantine -> putAway(message, verdict, quarantine);
      case Handling.Pass _, Handling.Junk _, Handling.Hold _ -> {
        var delivered = new Delivered(message, verdict);
        // Nobody is told what filters held against mail in his name: it may be a spammer's.
        boolean wanted = verdict.handling() instanceof Handling.Pass;
        if (absentees.gone(message, this::isNobody)) {
          CompletionStage<SmtpReply> said =
              CompletableFuture.supplyAsync(() -> absentees.leave(delivered), workers);
          yield wanted ? said.thenApply(reply -> reported(came, reply)) : said;
        }
        if (passage.refused(
            delivered.junk(), delivered.vouchable() && passage.vouched(message.report()))) {
          if (wanted) {
            report(message, DmarcPolicy.REJECT);
          }
          yield refuse(POLICY, NO_MAILBOX, message.body());
        }
        Optional<SmtpReply> unwanted = refusedByList(delivered);
        if (unwanted.isPresent()) {
          message.body().discard();
          yield now(unwanted.get());
        }
        CompletionStage<SmtpReply> reply =
            delivered.junk().isEmpty() ? accept(delivered) : enqueue(delivered);
        yield wanted ? reply.thenApply(taken -> reported(came, taken)) : reply;
      }
    };
  }

  /// What a list says to a post that it does not take.
  private Optional<SmtpReply> refusedByList(Delivered delivered) {
    Authenticated message = delivered.message();
    List<MailAddress> posts =
        message.transaction().forwardPaths().stream()
            .map(Transaction.ForwardPath::address)
            .filter(this::posts)
            .toList();
    if (posts.isEmpty()) {
      return Optional.empty();
    }
    try {
      return lists
          .orElseThrow()
          .refusal(
              router,
              message.transaction().reversePath(),
              posts,
              trace.header(delivered, clock.instant()),
              message.body());
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private SmtpReply reported(Authenticated message, SmtpReply reply) {
    if (reply.positive()) {
      report(message, message.suspect() ? DmarcPolicy.QUARANTINE : DmarcPolicy.NONE);
    }
    return reply;
  }

  /// What a filter leads to for a message that its client has taken already, and cannot give back.
  private static Handling taken(Handling handling) {
    return switch (handling) {
      case Handling.Reject(SmtpReply _, Handling.Cause cause, String reason) ->
          cause == Handling.Cause.SPAM
              ? new Handling.Junk(reason + " gateway=yes")
              : new Handling.Quarantine(cause, reason + " gateway=yes");
      case Handling.Pass _,
          Handling.Junk _,
          Handling.Hold _,
          Handling.Quarantine _,
          Handling.Defer _ ->
          handling;
    };
  }

  private CompletionStage<SmtpReply> putAway(
      Authenticated message, Verdict verdict, Handling.Quarantine handling) {
    Instant at = clock.instant();
    var delivered = new Delivered(message, verdict);
    return filtering
        .quarantine()
        .keep(
            new Quarantine.Kept(
                message.id(),
                at,
                true,
                message.transaction().reversePath(),
                message.transaction().forwardPaths(),
                trace.header(delivered, at).section(),
                message.body(),
                message.transaction().parameters().traits(),
                handling,
                origin(message.transaction().client()),
                trace.facts(delivered, ReversePathProof.of(message.report()))))
        .thenApply(kept -> SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + kept));
  }

  /// Takes a message, unless it would go back to a sender whom it must not reach.
  private CompletionStage<SmtpReply> accept(Delivered delivered) {
    Authenticated message = delivered.message();
    List<MailAddress> back =
        message.transaction().forwardPaths().stream()
            .map(Transaction.ForwardPath::address)
            .filter(address -> router.returned(address).isPresent())
            .toList();
    if (back.isEmpty()) {
      return enqueue(delivered);
    }
    ReversePathProof proof = ReversePathProof.of(message.report());
    Optional<SrsReturns.Reservation> room =
        Returned.mayReturn(message.transaction().reversePath(), message.header(), proof)
            ? returns.reserve(back)
            : Optional.empty();
    LOG.info(
        "srs id={} to={} result={}", message.id(), back, room.isPresent() ? "returned" : "refused");
    return room.isEmpty()
        ? refuse(POLICY, NOT_ALLOWED.text(), message.body())
        : enqueue(delivered)
            .thenApplyAsync(reply -> kept(room.get(), reply), workers)
            .whenComplete((_, failure) -> release(room.get(), failure));
  }

  private static SmtpReply kept(SrsReturns.Reservation room, SmtpReply reply) {
    if (!reply.positive()) {
      room.release();
      return reply;
    }
    try {
      room.keep();
    } catch (IOException e) {
      // The message is queued, and counts until the next start.
      LOG.error("srs result=not-counted reason=\"{}\"", e.toString());
    }
    return reply;
  }

  private static void release(SrsReturns.Reservation room, @Nullable Throwable failure) {
    if (failure != null) {
      room.release();
    }
  }

  private CompletionStage<SmtpReply> enqueue(Delivered delivered) {
    queue.expect();
    Authenticated message = delivered.message();
    Transaction transaction = message.transaction();
    Instant at = clock.instant();
    ReversePathProof proof = ReversePathProof.of(message.report());
    List<Envelope> envelopes = envelopes(delivered, proof);
    if (envelopes.isEmpty()) {
      message.body().discard();
      return now(SmtpReply.LATER);
    }
    MessageHeader ours = trace.header(delivered, at);
    return seals(transaction, ours, message.body(), message.report())
        .thenCompose(
            seals ->
                queue.enqueue(
                    new NewMessage(
                        message.id(),
                        at,
                        ours.prepend(seals).section(),
                        message.body(),
                        envelopes,
                        transaction.parameters().traits(),
                        origin(transaction.client()),
                        trace.facts(delivered, proof))))
        .thenApply(
            queued -> {
              absentees.answer(delivered);
              return SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + queued);
            });
  }

  private boolean isNobody(MailAddress address) {
    return router.resolve(address) instanceof Resolution.UnknownUser;
  }

  /// Those for mailboxes, and those for junk folders.
  private List<Envelope> envelopes(Delivered delivered, ReversePathProof proof) {
    Authenticated message = delivered.message();
    ReversePath reversePath = message.transaction().reversePath();
    ForwardTrace.Seen passedOn = router.passedOn(message.header());
    Predicate<Transaction.ForwardPath> unsure = path -> !relayed.sure(path.address());
    List<Envelope> clean =
        delivered.clean().isEmpty()
            ? List.of()
            : router.envelopes(
                reversePath, proof.granted(delivered.clean(), false, unsure), passedOn);
    if (delivered.junk().isEmpty()) {
      return clean;
    }
    List<Envelope> junk =
        passage.quarantined(
            reversePath,
            proof.granted(delivered.junk(), true, unsure),
            delivered.vouchable() && passage.vouched(message.report()),
            passedOn);
    return Stream.concat(clean.stream(), junk.stream()).toList();
  }

  /// The ARC set of a message that somebody here forwards to elsewhere, in the name of the first
  /// domain that does, if somebody who wants that is among the recipients. RFC 8617, 5.1: after all
  /// other changes.
  private CompletionStage<List<HeaderField>> seals(
      Transaction transaction, MessageHeader header, StagedBody body, AuthenticationReport report) {
    Optional<DomainName> forwarder =
        seals.isEmpty()
            ? Optional.empty()
            : transaction.forwardPaths().stream()
                .flatMap(path -> router.forwarder(path.address(), seals.get().wanted()).stream())
                .findFirst();
    return forwarder.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : seals
            .get()
            .sealer()
            .seal(
                forwarder.get(),
                header,
                body::open,
                report.toAuthenticationResults(hostname),
                report.arc());
  }

  private static SmtpReply failed(SmtpClient client, StagedBody body, Throwable failure) {
    body.discard();
    return Deferral.of(client, failure);
  }

  @Override
  public void disconnected(SmtpClient client) {}

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
