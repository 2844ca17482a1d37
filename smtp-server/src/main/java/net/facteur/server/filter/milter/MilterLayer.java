package net.facteur.server.filter.milter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.ReversePath;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.SmtpServiceLayer;
import net.facteur.server.smtp.Transaction;

/// A service before which milters see who sends and who is to get it.
final class MilterLayer extends SmtpServiceLayer {
  private final Milters milters;

  MilterLayer(SmtpService service, Milters milters) {
    super(service);
    this.milters = milters;
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    return super.mail(client, reversePath, parameters)
        .thenCompose(
            reply ->
                reply.positive()
                    ? milters
                        .begin(client, reversePath, parameters)
                        .thenApply(refusal -> refusal.orElse(reply))
                    : CompletableFuture.completedStage(reply));
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return super.recipient(transaction, path)
        .thenCompose(
            reply ->
                reply.positive()
                    ? milters
                        .recipient(transaction, path)
                        .thenApply(refusal -> refusal.orElse(reply))
                    : CompletableFuture.completedStage(reply));
  }

  @Override
  public void disconnected(SmtpClient client) {
    milters.disconnected(client);
    super.disconnected(client);
  }
}
