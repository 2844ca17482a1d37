package net.facteur.server.limits;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;

/// A service that counts what addresses here pass on to others, and puts off what is too much: 450
/// 4.7.1. It also notes reports that come back to our users.
public final class BoundedForwards extends SmtpServiceLayer {
  private static final SmtpReply TOO_MANY =
      SmtpReply.of(450, 4, 7, 1, "This address passes on too much mail for now");

  private final Router router;
  private final SendingLimits limits;

  public BoundedForwards(SmtpService service, Router router, SendingLimits limits) {
    super(service);
    this.router = router;
    this.limits = limits;
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return super.recipient(transaction, path)
        .thenApply(
            reply ->
                reply.positive() && forwarders(path.address()).anyMatch(limits::usedUp)
                    ? TOO_MANY
                    : reply);
  }

  /// The last address here of each way that leads elsewhere, once for each.
  private Stream<MailAddress> forwarders(MailAddress address) {
    return router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends)
        ? ends.stream()
            .filter(end -> !end.forwarders().isEmpty() && end.hop().foreign())
            .map(end -> end.forwarders().getLast())
        : Stream.empty();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    return super.endOfData(transaction, header, body)
        .thenApply(
            reply -> {
              if (reply.positive()) {
                taken(transaction, header);
              }
              return reply;
            });
  }

  private void taken(Transaction transaction, byte[] header) {
    for (Transaction.ForwardPath path : transaction.forwardPaths()) {
      forwarders(path.address()).forEach(forward -> limits.forwarded(forward, 1));
    }
    if (transaction.reversePath() == ReversePath.Null.NULL
        && transaction.client().user().isEmpty()
        && isReport(header)) {
      transaction.forwardPaths().stream()
          .flatMap(path -> mailbox(path.address()).stream())
          .forEach(limits::returned);
    }
  }

  private Optional<String> mailbox(MailAddress address) {
    return router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends)
            && ends.size() == 1
        ? ends.getFirst().user()
        : Optional.empty();
  }

  /// @spec https://www.rfc-editor.org/rfc/rfc3464#section-2 RFC 3464, section 2: Format of a
  ///   Delivery Status Notification
  private static boolean isReport(byte[] header) {
    return MessageHeader.parse(header)
        .first("Content-Type")
        .map(field -> Ascii.lower(field.unfolded()))
        .filter(type -> type.contains("multipart/report") && type.contains("delivery-status"))
        .isPresent();
  }
}
