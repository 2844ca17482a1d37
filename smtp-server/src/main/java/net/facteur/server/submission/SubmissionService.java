package net.facteur.server.submission;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.DomainName;
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
import net.facteur.server.away.AnsweredMail;
import net.facteur.server.away.Answering;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Filtering;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.filter.Rewritten;
import net.facteur.server.filter.Verdict;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.Sending;
import net.facteur.server.limits.SendingGate;
import net.facteur.server.lists.posting.PostGate;
import net.facteur.server.routing.ReadRecipients;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.servermail.MailReaders;
import net.facteur.server.servermail.ServerMail;
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
  private static final int MAX_NAMED = 100;
  private static final List<String> MASS_MAIL =
      List.of("List-Id", "List-Unsubscribe", "Precedence");

  private final Router router;
  private final SenderRights rights;
  private final MessageSigner signer;
  private final DkimVerifier verifier;
  private final Executor workers;
  private final MailReaders readers;
  private final Filtering filtering;
  private final Answering answering;
  private final MailQueue queue;
  private final SendingGate gate;
  private final Preparation preparation;
  private final ReceivedField received;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Optional<PostGate> lists;

  /// @param verifier looks at the signatures of mail that is sent on
  /// @param workers runs what waits for DNS or for the disk
  /// @param readers read what is meant for the server
  /// @param filtering judges what users may send, before it is signed
  /// @param answering answers in place of people who are away
  /// @param gate says what may leave now
  public SubmissionService(
      String hostname,
      SubmissionSettings settings,
      Router router,
      SenderRights rights,
      MessageSigner signer,
      DkimVerifier verifier,
      Executor workers,
      MailReaders readers,
      Filtering filtering,
      Answering answering,
      MailQueue queue,
      SendingGate gate,
      InstantSource clock,
      RandomGenerator random) {
    this(
        hostname,
        settings,
        router,
        rights,
        signer,
        verifier,
        workers,
        readers,
        filtering,
        answering,
        queue,
        gate,
        clock,
        random,
        Optional.empty());
  }

  /// The same, with lists.
  ///
  /// @param lists says which posts lists refuse; empty where there are no lists
  public SubmissionService(
      String hostname,
      SubmissionSettings settings,
      Router router,
      SenderRights rights,
      MessageSigner signer,
      DkimVerifier verifier,
      Executor workers,
      MailReaders readers,
      Filtering filtering,
      Answering answering,
      MailQueue queue,
      SendingGate gate,
      InstantSource clock,
      RandomGenerator random,
      Optional<PostGate> lists) {
    this.lists = lists;
    this.gate = gate;
    this.router = router;
    this.rights = rights;
    this.signer = signer;
    this.verifier = verifier;
    this.workers = workers;
    this.readers = readers;
    this.filtering = filtering;
    this.answering = answering;
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
          prepared(client, List.of(sender))
              .thenApply(
                  known ->
                      mayUse(client, sender)
                          ? SmtpReply.OK
                          : known
                              ? SmtpReply.of(
                                  553, 5, 7, 1, "This sender address is not yours to use")
                              : SmtpReply.LATER);
    };
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return router.prepare(path.address()).thenApply(_ -> routed(transaction, path));
  }

  private SmtpReply routed(Transaction transaction, Transaction.ForwardPath path) {
    Resolution resolution = router.resolve(path.address());
    if (resolution instanceof Resolution.Misconfigured(Text detail)) {
      LOG.error(
          "route session={} to=<{}> problem=\"{}\"",
          transaction.client().sessionId(),
          path.address(),
          detail.in(Language.ENGLISH));
    }
    // A mail program shows the reply at once; there is nothing to answer.
    return resolution instanceof Resolution.UnknownUser && answering.left(path.address())
        ? SmtpReply.of(550, 5, 1, 6, "The recipient has left; nobody reads this mailbox")
        : resolution.reply();
  }

  @Override
  public BodyStage stage() {
    return new MeasuredStage(queue.stage());
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody staged) {
    boolean measured = staged instanceof MeasuredStage.Body;
    StagedBody body =
        staged instanceof MeasuredStage.Body(StagedBody plain, boolean _) ? plain : staged;
    boolean tooLong =
        measured
            && ((MeasuredStage.Body) staged).tooLong()
            && transaction.parameters().body() != MessageTraits.Body.BINARY_MIME;
    return switch (preparation.prepare(
        MessageHeader.parse(header), author(transaction), clock.instant())) {
      case Preparation.Refused(String text) -> refuse(body, SmtpReply.of(550, 5, 6, 0, text));
      case Preparation.Prepared prepared ->
          // What MAIL and RCPT asked for may be forgotten by now.
          router
              .prepare(transaction.forwardPaths())
              .thenCompose(_ -> prepared(transaction.client(), named(prepared)))
              .thenCompose(
                  known -> admit(new Submitted(transaction, prepared, body, tooLong), known));
    };
  }

  /// A message on its way through.
  ///
  /// @param tooLong a line of the body is longer than lines may be
  private record Submitted(
      Transaction transaction, Preparation.Prepared prepared, StagedBody body, boolean tooLong) {
    SmtpClient client() {
      return transaction.client();
    }

    /// The same for all recipients but these.
    Submitted without(List<MailAddress> taken) {
      var left =
          new Transaction(
              client(),
              transaction.reversePath(),
              transaction.parameters(),
              transaction.forwardPaths().stream()
                  .filter(path -> !taken.contains(path.address()))
                  .toList());
      return new Submitted(left, prepared, body, tooLong);
    }

    Submitted with(Verdict verdict) {
      Optional<Rewritten> made = verdict.rewritten();
      if (verdict.changesNothing() && made.isEmpty()) {
        return this;
      }
      Transaction sent =
          made.map(
                  m ->
                      new Transaction(
                          client(), m.reversePath(), transaction.parameters(), m.paths()))
              .orElse(transaction);
      return new Submitted(
          sent,
          prepared.withHeader(header(verdict)),
          made.map(Rewritten::body).orElse(body),
          tooLong);
    }

    /// The header as a filter wants it.
    MessageHeader header(Verdict verdict) {
      MessageHeader header = verdict.rewritten().map(Rewritten::header).orElseGet(prepared::header);
      return verdict.changesNothing()
          ? header
          : new MessageHeader(
                  header.fields().stream().filter(field -> !verdict.removes(field)).toList())
              .prepend(verdict.fields());
    }
  }

  /// Who writes where the message does not say it: the user, or else the reverse-path.
  private static Optional<MailAddress> author(Transaction transaction) {
    Optional<MailAddress> onlyAs = transaction.client().onlyAs();
    if (onlyAs.isPresent()) {
      return onlyAs;
    }
    Optional<MailAddress> user =
        transaction
            .client()
            .user()
            .filter(name -> name.lastIndexOf('@') > 0)
            .map(
                name ->
                    new MailAddress(
                        name.substring(0, name.lastIndexOf('@')),
                        name.substring(name.lastIndexOf('@') + 1)));
    return user.or(
        () ->
            transaction.reversePath() instanceof ReversePath.Of(MailAddress sender)
                ? Optional.of(sender)
                : Optional.empty());
  }

  /// The addresses that a message bears as its authors, as far as anybody writes that many.
  private static List<MailAddress> named(Preparation.Prepared message) {
    return Stream.of(
            message.authors(), message.senders(), message.resentFrom(), message.resentSenders())
        .flatMap(List::stream)
        .distinct()
        .limit(MAX_NAMED)
        .toList();
  }

  private CompletionStage<Boolean> prepared(SmtpClient client, List<MailAddress> addresses) {
    return client
        .user()
        .map(user -> rights.prepare(user, addresses))
        .orElseGet(() -> CompletableFuture.completedStage(true));
  }

  /// @param known whether the addresses are the user's is known
  private CompletionStage<SmtpReply> admit(Submitted message, boolean known) {
    if (message.prepared().hops() > ReceivedField.MAX_HOPS) {
      return refuse(message.body(), SmtpReply.LOOP);
    }
    var authorship = new Authorship(address -> mayUse(message.client(), address), router.domains());
    return switch (authorship.of(message.prepared())) {
      case Authorship.Refuse(String text, MailAddress address) ->
          known ? notYours(message, text, address) : refuse(message.body(), SmtpReply.LATER);
      case Authorship.Sign(DomainName domain) -> opened(message, domain);
      case Authorship.Verify(DomainName domain, Set<DomainName> claimed, MailAddress address) ->
          later(message, () -> signedBy(message))
              .thenCompose(
                  signers ->
                      claimed.stream().allMatch(c -> covered(c, signers))
                          ? opened(message, domain)
                          : notYours(message, "The From address is not yours to use", address))
              .exceptionally(failure -> failed(message.client(), message.body(), failure));
    };
  }

  private static CompletionStage<SmtpReply> notYours(
      Submitted message, String text, MailAddress address) {
    LOG.info(
        "refused session={} user={} author=<{}> reason=\"not allowed to send as\"",
        message.client().sessionId(),
        message.client().user().orElse("-"),
        address);
    return refuse(message.body(), SmtpReply.of(550, 5, 7, 1, text));
  }

  /// The domains whose signatures are good.
  private Set<DomainName> signedBy(Submitted message) throws IOException {
    return verifier.verify(message.prepared().header(), message.body()::open).stream()
        .filter(outcome -> outcome.result() == DkimResult.PASS)
        .flatMap(outcome -> outcome.domain().stream())
        .collect(Collectors.toSet());
  }

  private static boolean covered(DomainName claimed, Set<DomainName> signers) {
    return Authorship.parents(claimed).stream().anyMatch(signers::contains);
  }

  /// Lets the server read what is meant for itself, such as a report that a user sends on by hand.
  private CompletionStage<SmtpReply> opened(Submitted message, DomainName domain) {
    List<MailAddress> posts =
        lists.isEmpty()
            ? List.of()
            : message.transaction().forwardPaths().stream()
                .map(Transaction.ForwardPath::address)
                .filter(address -> lists.get().posts(router, address))
                .toList();
    return posts.isEmpty()
        ? readHere(message, domain)
        : later(
                message,
                () ->
                    lists
                        .orElseThrow()
                        .refusal(
                            router,
                            message.transaction().reversePath(),
                            posts,
                            message.prepared().header(),
                            message.body()))
            .thenCompose(
                reply ->
                    reply.isPresent()
                        ? refuse(message.body(), reply.get())
                        : readHere(message, domain))
            .exceptionally(failure -> failed(message.client(), message.body(), failure));
  }

  private CompletionStage<SmtpReply> readHere(Submitted message, DomainName domain) {
    ReadRecipients asked = ReadRecipients.of(message.transaction(), router, readers);
    if (asked.none()) {
      return withShortLines(message, domain);
    }
    QueueId id = QueueId.next(clock, random);
    return later(
            message,
            () ->
                readers.read(
                    id,
                    asked.read(),
                    message.prepared().header(),
                    message.body(),
                    new ServerMail.Sender.User(message.client().user().orElse(""))))
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case MailReaders.Outcome.Later() -> refuse(message.body(), SmtpReply.LATER);
                  case MailReaders.Outcome.Read(List<MailAddress> taken) -> {
                    Submitted left = message.without(asked.written(taken));
                    if (!left.transaction().forwardPaths().isEmpty()) {
                      yield withShortLines(left, domain);
                    }
                    message.body().discard();
                    yield now(SmtpReply.of(250, 2, 0, 0, "Ok: read as " + id));
                  }
                })
        .exceptionally(failure -> failed(message.client(), message.body(), failure));
  }

  private CompletionStage<SmtpReply> withShortLines(Submitted message, DomainName domain) {
    if (!message.tooLong()) {
      return judged(message, domain);
    }
    return later(message, () -> recode(message))
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case LineRecoding.Impossible(String why) -> {
                    LOG.info("refused session={} reason=\"{}\"", message.client().sessionId(), why);
                    yield refuse(
                        message.body(),
                        SmtpReply.of(
                            550, 5, 6, 0, "A line of the message is longer than 998 octets"));
                  }
                  case LineRecoding.Done(MessageHeader header, StagedBody body) -> {
                    message.body().discard();
                    yield judged(
                        new Submitted(
                            message.transaction(),
                            message.prepared().withHeader(header),
                            body,
                            false),
                        domain);
                  }
                })
        .exceptionally(failure -> failed(message.client(), message.body(), failure));
  }

  private LineRecoding.Outcome recode(Submitted message) throws IOException {
    BodyStage stage = queue.stage();
    try {
      return LineRecoding.recode(
          message.prepared().header(), message.prepared().signed(), message.body(), stage);
    } catch (IOException | RuntimeException e) {
      stage.discard();
      throw e;
    }
  }

  /// Does what waits on a thread that may wait.
  private <T> CompletionStage<T> later(Submitted message, Callable<T> work) {
    var done = new CompletableFuture<T>();
    try {
      workers.execute(
          () -> {
            try {
              done.complete(work.call());
            } catch (Exception e) {
              done.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.warn("deferred session={} reason=\"stopping\"", message.client().sessionId());
      done.completeExceptionally(e);
    }
    return done;
  }

  /// Asks the filters. What they write is signed, too.
  private CompletionStage<SmtpReply> judged(Submitted message, DomainName domain) {
    if (filtering.off()) {
      return sign(message, domain, QueueId.next(clock, random), Findings.NONE);
    }
    QueueId id = QueueId.next(clock, random);
    FilteredMessage seen = forFilters(message, id);
    if (!filtering.concerns(seen)) {
      return sign(message, domain, id, Findings.NONE);
    }
    return filtering
        .filter()
        .judge(seen)
        .thenCompose(verdict -> settle(message, domain, id, verdict))
        .exceptionally(failure -> failed(message.client(), message.body(), failure));
  }

  private static FilteredMessage forFilters(Submitted message, QueueId id) {
    Transaction transaction = message.transaction();
    return new FilteredMessage(
        FilteredMessage.Direction.OUTBOUND,
        id,
        transaction.client(),
        transaction.client().remote().getAddress(),
        transaction.client().hello(),
        transaction.reversePath(),
        transaction.forwardPaths(),
        message.prepared().header(),
        message.body(),
        Optional.empty());
  }

  private CompletionStage<SmtpReply> settle(
      Submitted came, DomainName domain, QueueId id, Verdict verdict) {
    Submitted message = came.with(verdict);
    if (!message.body().equals(came.body())) {
      came.body().discard();
    }
    CompletionStage<SmtpReply> reply = settled(message, domain, id, verdict);
    return reply.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            message.body().discard();
          }
        });
  }

  private CompletionStage<SmtpReply> settled(
      Submitted message, DomainName domain, QueueId id, Verdict verdict) {
    return switch (verdict.handling()) {
      case Handling.Reject(SmtpReply reply, Handling.Cause _, String _) ->
          refuse(message.body(), reply);
      case Handling.Defer(SmtpReply reply, String _) -> refuse(message.body(), reply);
      case Handling.Quarantine quarantine -> putAway(message, id, verdict, quarantine);
      case Handling.Hold(String reason) ->
          sign(message, domain, id, new Findings(Optional.of(reason), verdict.facts()));
      case Handling.Pass _, Handling.Junk _ ->
          sign(message, domain, id, new Findings(Optional.empty(), verdict.facts()));
    };
  }

  private CompletionStage<SmtpReply> putAway(
      Submitted message, QueueId id, Verdict verdict, Handling.Quarantine handling) {
    Transaction transaction = message.transaction();
    List<Envelope> envelopes =
        router.envelopes(transaction.reversePath(), transaction.forwardPaths());
    if (envelopes.isEmpty()) {
      return refuse(message.body(), SmtpReply.LATER);
    }
    // It counts like mail that leaves: a thief whose mail is all put away is noticed, and what is
    // released from there was counted.
    Sending sending = Sending.of(message.client(), envelopes, message.prepared().header());
    SendingGate.Verdict admitted = gate.admit(sending);
    if (admitted instanceof SendingGate.Verdict.Refused(SmtpReply reply)) {
      return refuse(message.body(), reply);
    }
    Instant at = clock.instant();
    CompletionStage<SmtpReply> put =
        filtering
            .quarantine()
            .keep(
                new Quarantine.Kept(
                    id,
                    at,
                    false,
                    transaction.reversePath(),
                    transaction.forwardPaths(),
                    message
                        .prepared()
                        .header()
                        .prepend(List.of(received.of(transaction, id, at)))
                        .section(),
                    message.body(),
                    withPriority(transaction, message.prepared()),
                    handling,
                    origin(transaction.client()),
                    Stream.concat(Stream.of(Provenance.of(transaction)), verdict.facts().stream())
                        .toList()))
            .thenApply(kept -> SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + kept));
    return put.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            gate.withdraw(sending, admitted);
          }
        });
  }

  /// What filters found.
  ///
  /// @param spam why the message is to be held; empty where it is not
  private record Findings(Optional<String> spam, List<Fact> facts) {
    static final Findings NONE = new Findings(Optional.empty(), List.of());
  }

  private CompletionStage<SmtpReply> sign(
      Submitted message, DomainName domain, QueueId id, Findings found) {
    Transaction transaction = message.transaction();
    List<Envelope> envelopes =
        router.envelopes(transaction.reversePath(), transaction.forwardPaths());
    if (envelopes.isEmpty()) {
      return refuse(message.body(), SmtpReply.LATER);
    }
    Sending sending =
        Sending.of(message.client(), envelopes, message.prepared().header()).held(found.spam());
    SendingGate.Verdict verdict = gate.admit(sending);
    if (verdict instanceof SendingGate.Verdict.Refused(SmtpReply reply)) {
      return refuse(message.body(), reply);
    }
    return signer
        .sign(domain, message.prepared().header(), message.body()::open)
        .thenCompose(
            signatures ->
                enqueue(
                    message,
                    domain,
                    signatures,
                    id,
                    envelopes,
                    held(sending, verdict, found.facts())))
        .exceptionally(
            failure -> {
              gate.withdraw(sending, verdict);
              return failed(message.client(), message.body(), failure);
            });
  }

  /// The account behind a message, and what is known of it: first of all why it is held, where it
  /// is.
  private record Holding(String account, List<Fact> facts) {}

  private Holding held(Sending sending, SendingGate.Verdict verdict, List<Fact> found) {
    String account = gate.account(sending);
    return switch (verdict) {
      case SendingGate.Verdict.Held(String why) ->
          new Holding(
              account, Stream.concat(Stream.of(new Fact(Fact.HELD, why)), found.stream()).toList());
      case SendingGate.Verdict.Free _, SendingGate.Verdict.Refused _ -> new Holding(account, found);
    };
  }

  private CompletionStage<SmtpReply> enqueue(
      Submitted message,
      DomainName domain,
      List<HeaderField> signatures,
      QueueId id,
      List<Envelope> envelopes,
      Holding holding) {
    Transaction transaction = message.transaction();
    Preparation.Prepared prepared = message.prepared();
    StagedBody body = message.body();
    queue.expect();
    Instant at = clock.instant();
    String selectors = signatures.isEmpty() ? "" : String.join(" ", signer.selectors(domain));
    Fact signing =
        signatures.isEmpty()
            ? new Fact("unsigned", "since no selector is active for " + domain)
            : new Fact("signed", "for " + domain + " with selectors " + selectors);
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
                Stream.concat(
                        Stream.of(Provenance.of(transaction), signing), holding.facts().stream())
                    .toList(),
                Optional.of(holding.account())));
    // Written while the disk is at work.
    LOG.info(
        "{} id={} session={} author={} selectors=\"{}\"",
        signing.what(),
        id,
        transaction.client().sessionId(),
        domain,
        selectors);
    return kept.thenApply(
        queued -> {
          answer(transaction, prepared, holding);
          return SmtpReply.of(250, 2, 0, 0, "Ok: queued as " + queued);
        });
  }

  /// Whoever logged in is who they say. What is held may be a thief's.
  private void answer(Transaction transaction, Preparation.Prepared prepared, Holding holding) {
    if (holding.facts().stream().noneMatch(fact -> fact.what().equals(Fact.HELD))) {
      answering.answerLater(
          new AnsweredMail(
              transaction.reversePath(),
              transaction.forwardPaths().stream().map(Transaction.ForwardPath::address).toList(),
              prepared.header(),
              transaction.client().user().isPresent()));
    }
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
    boolean other =
        client.onlyAs().filter(only -> !only.text().equalsIgnoreCase(address.text())).isPresent();
    if (other) {
      return false;
    }
    return client
        .user()
        .map(user -> rights.mayUse(user, address))
        .orElseGet(() -> router.isLocal(address));
  }

  private static String origin(SmtpClient client) {
    return (client.listener() == SmtpClient.Listener.LOCAL ? "local " : "submission ")
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
