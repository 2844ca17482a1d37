package net.facteur.server.feedback;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.mime.Entity;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A service that reads what comes back, after it was taken: delivery reports, which have no
/// reverse-path, and complaints. They are delivered as if nobody had read them.
final class ReturnedMail extends SmtpServiceLayer {
  private static final Logger LOG = LogManager.getLogger(ReturnedMail.class);

  /// Octets of a body that are read: reports are short, and what they return stands at their end.
  private static final int MAX_BODY = 512 << 10;

  private final Feedback feedback;
  private final Executor workers;
  private final Semaphore places;

  /// @param workers may block
  /// @param places how many are read at a time; what finds no place is only delivered
  ReturnedMail(SmtpService service, Feedback feedback, Executor workers, Semaphore places) {
    super(service);
    this.feedback = feedback;
    this.workers = workers;
    this.places = places;
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    boolean wanted =
        transaction.client().user().isEmpty()
            && (transaction.reversePath() == ReversePath.Null.NULL || isComplaint(header));
    if (!wanted || !places.tryAcquire()) {
      return super.endOfData(transaction, header, body);
    }
    try {
      // Before the message is taken, since its body is the queue's afterwards.
      return CompletableFuture.supplyAsync(() -> begin(body), workers)
          .thenCompose(start -> taken(transaction, header, body, start));
    } catch (RejectedExecutionException e) {
      places.release();
      return super.endOfData(transaction, header, body);
    }
  }

  private CompletionStage<SmtpReply> taken(
      Transaction transaction, byte[] header, StagedBody body, Optional<byte[]> start) {
    return super.endOfData(transaction, header, body)
        .whenComplete(
            (reply, failure) -> {
              if (failure == null && reply.positive() && start.isPresent()) {
                later(transaction, header, start.get());
              } else {
                places.release();
              }
            });
  }

  private void later(Transaction transaction, byte[] header, byte[] body) {
    List<String> to =
        transaction.forwardPaths().stream().map(path -> path.address().text()).toList();
    try {
      workers.execute(
          () -> {
            try {
              feedback.read(Entity.of(MessageHeader.parse(header), body), to);
            } catch (RuntimeException e) {
              LOG.error("a report could not be read", e);
            } finally {
              places.release();
            }
          });
    } catch (RejectedExecutionException e) {
      places.release();
    }
  }

  private static Optional<byte[]> begin(StagedBody body) {
    try (InputStream in = body.open()) {
      return Optional.of(in.readNBytes(MAX_BODY));
    } catch (IOException e) {
      LOG.warn("a report is not read: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /// Complaints have a reverse-path. Microsoft's say so in their subject alone.
  private static boolean isComplaint(byte[] octets) {
    MessageHeader header = MessageHeader.parse(octets);
    boolean typed =
        header
            .first("Content-Type")
            .map(field -> Ascii.lower(field.unfolded()))
            .filter(type -> type.contains("feedback-report"))
            .isPresent();
    return typed
        || header
            .first("Subject")
            .map(field -> Ascii.lower(field.unfolded()))
            .filter(subject -> subject.startsWith("complaint about message from"))
            .isPresent();
  }
}
