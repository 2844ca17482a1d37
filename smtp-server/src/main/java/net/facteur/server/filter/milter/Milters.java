package net.facteur.server.filter.milter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.facteur.queue.BodyStage;
import net.facteur.queue.Fact;
import net.facteur.queue.ReversePath;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Handling;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The milters of the settings. One connection to each of them for each transaction; what is under
/// way is known by session.
public final class Milters implements MessageFilter {
  private static final Logger LOG = LogManager.getLogger(Milters.class);

  private final MilterSettings settings;
  private final String hostname;
  private final Executor workers;
  private final Supplier<BodyStage> stages;
  private final LongSupplier nanos;
  private final Map<String, MilterTransaction> underWay = new ConcurrentHashMap<>();

  /// @param workers may wait
  /// @param stages where new bodies are collected
  /// @param nanos counts nanoseconds, such as [System#nanoTime]
  public Milters(
      MilterSettings settings,
      String hostname,
      Executor workers,
      Supplier<BodyStage> stages,
      LongSupplier nanos) {
    this.settings = settings;
    this.hostname = hostname;
    this.workers = workers;
    this.stages = stages;
    this.nanos = nanos;
  }

  /// A service whose senders and recipients the milters see, too; the same one if there are none.
  public SmtpService before(SmtpService service) {
    return settings.milters().isEmpty() ? service : new MilterLayer(service, this);
  }

  /// True if there is nothing to ask.
  public boolean isEmpty() {
    return settings.milters().isEmpty();
  }

  private List<MilterSettings.Milter> milters(SmtpClient client) {
    FilteredMessage.Direction direction =
        client.listener() == SmtpClient.Listener.RECEPTION
            ? FilteredMessage.Direction.INBOUND
            : FilteredMessage.Direction.OUTBOUND;
    return settings.milters().stream().filter(m -> m.mail().covers(direction)).toList();
  }

  /// At MAIL.
  CompletionStage<Optional<SmtpReply>> begin(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    List<MilterSettings.Milter> asked = milters(client);
    return asked.isEmpty()
        ? CompletableFuture.completedStage(Optional.empty())
        : waiting(
            () -> {
              end(client);
              var transaction = new MilterTransaction(hostname, client, nanos);
              underWay.put(client.sessionId(), transaction);
              Optional<SmtpReply> refusal =
                  transaction.begin(asked, reversePath, Optional.of(parameters));
              if (refusal.isPresent()) {
                end(client);
              }
              return refusal;
            });
  }

  /// At RCPT.
  CompletionStage<Optional<SmtpReply>> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    Optional<MilterTransaction> open =
        Optional.ofNullable(underWay.get(transaction.client().sessionId()));
    return open.isEmpty()
        ? CompletableFuture.completedStage(Optional.empty())
        : waiting(() -> open.get().recipient(path.address()));
  }

  /// At the end of a session.
  void disconnected(SmtpClient client) {
    if (underWay.containsKey(client.sessionId())) {
      try {
        workers.execute(() -> end(client));
      } catch (RejectedExecutionException e) {
        LOG.debug("stopping: session={} ends with the program", client.sessionId());
      }
    }
  }

  private void end(SmtpClient client) {
    Optional.ofNullable(underWay.remove(client.sessionId())).ifPresent(MilterTransaction::close);
  }

  private <T> CompletionStage<T> waiting(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, workers);
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    return !milters(message.client()).isEmpty();
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    if (!concerns(message)) {
      return CompletableFuture.completedStage(Verdict.PASS);
    }
    try {
      return waiting(() -> asked(message))
          .handle((verdict, failure) -> failure == null ? verdict : broken(message, failure));
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedStage(
          Verdict.of(new Handling.Defer(MilterReply.NOT_NOW, "stopping")));
    }
  }

  private static Verdict broken(FilteredMessage message, Throwable failure) {
    LOG.error("milters id={} result=failed", message.id(), failure);
    return Verdict.of(new Handling.Defer(MilterReply.NOT_NOW, "internal failure"));
  }

  private Verdict asked(FilteredMessage message) {
    MilterTransaction transaction =
        Optional.ofNullable(underWay.remove(message.client().sessionId()))
            .orElseGet(() -> new MilterTransaction(hostname, message.client(), nanos));
    try (transaction) {
      Optional<SmtpReply> early =
          transaction.begun() ? Optional.empty() : replayed(transaction, message);
      return early
          .map(reply -> Verdict.of(refused(reply)))
          .orElseGet(() -> verdict(transaction, message));
    }
  }

  /// What a session said before these settings came into force. Who is refused now was taken then,
  /// so the client is to say it again.
  private Optional<SmtpReply> replayed(MilterTransaction transaction, FilteredMessage message) {
    Optional<SmtpReply> refusal =
        transaction.begin(milters(message.client()), message.reversePath(), Optional.empty());
    return refusal.isPresent()
            || message.recipients().stream()
                .map(transaction::recipient)
                .anyMatch(Optional::isPresent)
        ? Optional.of(refusal.orElse(MilterReply.NOT_NOW))
        : Optional.empty();
  }

  private Verdict verdict(MilterTransaction transaction, FilteredMessage message) {
    var draft = new Draft(message, stages, settings.largest());
    MilterTransaction.Result result = transaction.message(draft, message.id());
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("milter", String.join("; ", result.history())));
    Handling handling =
        result
            .refusal()
            .map(Milters::refused)
            .orElseGet(
                () ->
                    result
                        .putAway()
                        .<Handling>map(
                            why -> new Handling.Quarantine(Handling.Cause.RULE, "milter " + why))
                        .orElse(Handling.Pass.PLAIN));
    if (result.refusal().isPresent()) {
      draft.forget();
      return new Verdict(handling, Map.of(), Set.of(), List.of(), facts);
    }
    return new Verdict(handling, Map.of(), Set.of(), List.of(), facts, draft.rewritten());
  }

  private static Handling refused(SmtpReply reply) {
    return reply.code() / 100 == 4
        ? new Handling.Defer(reply, "milter")
        : new Handling.Reject(reply, Handling.Cause.RULE, "milter");
  }
}
