package net.facteur.server.mailbox;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;

/// A service that refuses recipients whose mailboxes are full: 452 4.2.2 for a time, then 552 5.2.2
/// (RFC 3463, section 3.3). Where an address leads to several, one with room is enough, and mail
/// for the others waits.
public final class RoomUnderQuota extends SmtpServiceLayer {
  private static final SmtpReply FULL = SmtpReply.of(452, 4, 2, 2, "The mailbox is full now");
  private static final SmtpReply LONG_FULL = SmtpReply.of(552, 5, 2, 2, "The mailbox is full");

  private final Router router;
  private final MailboxQuota quota;

  public RoomUnderQuota(SmtpService service, Router router, MailboxQuota quota) {
    super(service);
    this.router = router;
    this.quota = quota;
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return super.recipient(transaction, path)
        .thenCompose(
            reply ->
                reply.positive() ? room(path, reply) : CompletableFuture.completedStage(reply));
  }

  private CompletionStage<SmtpReply> room(Transaction.ForwardPath path, SmtpReply taken) {
    if (!(router.resolve(path.address()) instanceof Resolution.Routed(List<Resolution.End> ends))
        || !ends.stream().allMatch(end -> end.hop() instanceof NextHop.Maildir)) {
      return CompletableFuture.completedStage(taken);
    }
    List<CompletableFuture<MailboxQuota.Verdict>> asked =
        ends.stream()
            .flatMap(end -> end.user().stream())
            .map(user -> quota.ask(user).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            _ -> {
              var verdicts = asked.stream().map(CompletableFuture::join).toList();
              if (verdicts.isEmpty() || verdicts.contains(MailboxQuota.Verdict.ROOM)) {
                return taken;
              }
              return verdicts.contains(MailboxQuota.Verdict.FULL) ? FULL : LONG_FULL;
            });
  }
}
