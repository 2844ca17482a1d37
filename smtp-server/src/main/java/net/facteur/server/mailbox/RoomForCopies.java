package net.facteur.server.mailbox;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailQueue;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A service that takes a message only if there is room on the disks for it and for each copy that
/// it will leave in a mailbox.
public final class RoomForCopies extends SmtpServiceLayer {
  private static final Logger LOG = LogManager.getLogger(RoomForCopies.class);

  /// What a message may take up in all without anybody looking at a disk.
  private static final long TRIFLE = 1L << 20;

  private final MailQueue queue;
  private final Router router;
  private final MailboxSpace mailboxes;

  public RoomForCopies(
      SmtpService service, MailQueue queue, Router router, MailboxSpace mailboxes) {
    super(service);
    this.queue = queue;
    this.router = router;
    this.mailboxes = mailboxes;
  }

  /// RFC 1870, 6.1 (2): 452 where there is no room for what SIZE declares.
  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    return parameters.declaredSize() > TRIFLE && queue.full(parameters.declaredSize())
        ? CompletableFuture.completedFuture(SmtpReply.FULL)
        : super.mail(client, reversePath, parameters);
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    long size = header.length + body.size();
    if (size * transaction.forwardPaths().size() > TRIFLE) {
      long octets = size * copies(transaction);
      if (!mailboxes.promise(octets)) {
        LOG.warn(
            "deferred session={} reason=\"no room for the copies in mailboxes\" octets={}",
            transaction.client().sessionId(),
            octets);
        body.discard();
        return CompletableFuture.completedFuture(SmtpReply.FULL);
      }
    }
    return super.endOfData(transaction, header, body);
  }

  private long copies(Transaction transaction) {
    List<Envelope> envelopes =
        router.envelopes(transaction.reversePath(), transaction.forwardPaths());
    return envelopes.stream()
        .flatMap(envelope -> envelope.recipients().stream())
        .map(Recipient::destination)
        .filter(RoomForCopies::isMailbox)
        .count();
  }

  private static boolean isMailbox(Destination destination) {
    return NextHop.parse(destination) instanceof Parsed.Ok<NextHop>(NextHop hop)
        && (hop instanceof NextHop.Maildir || hop instanceof NextHop.Junk);
  }
}
