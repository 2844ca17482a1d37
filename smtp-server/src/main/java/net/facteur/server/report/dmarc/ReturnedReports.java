package net.facteur.server.report.dmarc;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;

/// A service that takes what comes back to the reverse-paths of our reports: the address rests, and
/// nobody gets the message. Only mail with a null reverse-path is taken, and only if a report left
/// with that path.
public final class ReturnedReports extends SmtpServiceLayer {
  private static final SmtpReply NOT_ALLOWED =
      SmtpReply.of(550, 5, 7, 1, "Only reports are taken at this address");
  private static final SmtpReply ALONE =
      SmtpReply.of(452, 4, 5, 3, "Please send to this recipient separately");

  private final ReportReturns returns;
  private final Predicate<MailAddress> local;
  private final Executor workers;

  /// @param local whether the domain of an address is ours
  public ReturnedReports(
      SmtpService service, ReportReturns returns, Predicate<MailAddress> local, Executor workers) {
    super(service);
    this.returns = returns;
    this.local = local;
    this.workers = workers;
  }

  private boolean concerns(MailAddress address) {
    return ReportReturns.tag(address).isPresent() && local.test(address);
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    boolean before = transaction.forwardPaths().stream().anyMatch(each -> concerns(each.address()));
    if (!concerns(path.address())) {
      return before ? CompletableFuture.completedFuture(ALONE) : super.recipient(transaction, path);
    }
    if (transaction.reversePath() != ReversePath.Null.NULL) {
      return CompletableFuture.completedFuture(NOT_ALLOWED);
    }
    return transaction.forwardPaths().isEmpty()
        ? asked(() -> ours(path.address()))
        : CompletableFuture.completedFuture(ALONE);
  }

  private SmtpReply ours(MailAddress address) {
    try {
      return returns.isOurs(address) ? SmtpReply.of(250, 2, 1, 5, "Ok") : NOT_ALLOWED;
    } catch (IOException _) {
      return SmtpReply.LATER;
    }
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    if (transaction.forwardPaths().stream().noneMatch(path -> concerns(path.address()))) {
      return super.endOfData(transaction, header, body);
    }
    body.discard();
    MailAddress address = transaction.forwardPaths().getFirst().address();
    return asked(() -> taken(address, header));
  }

  private SmtpReply taken(MailAddress address, byte[] header) {
    if (isBounce(header)) {
      ReportReturns.tag(address).ifPresent(tag -> returns.rest(tag, "it came back"));
    }
    return SmtpReply.of(250, 2, 0, 0, "Ok");
  }

  /// Absence notes and the like come to the same address, and let nobody rest. What is no report in
  /// the form of RFC 3464 counts as one unless it says that it is an answer of another kind.
  private static boolean isBounce(byte[] header) {
    MessageHeader fields = MessageHeader.parse(header);
    String type =
        fields.first("Content-Type").map(field -> Ascii.lower(field.unfolded())).orElse("");
    if (type.contains("multipart/report")) {
      return type.contains("delivery-status");
    }
    return fields
        .first("Auto-Submitted")
        .filter(field -> Ascii.lower(field.unfolded()).contains("auto-replied"))
        .isEmpty();
  }

  private CompletionStage<SmtpReply> asked(Supplier<SmtpReply> answer) {
    try {
      return CompletableFuture.supplyAsync(answer, workers);
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(SmtpReply.LATER);
    }
  }
}
