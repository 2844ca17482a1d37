package net.facteur.server.smtp;

import java.util.concurrent.CompletionStage;
import net.facteur.queue.BodyStage;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;

/// A service that stands before another and changes some of its answers.
public abstract class SmtpServiceLayer implements SmtpService {
  private final SmtpService service;

  protected SmtpServiceLayer(SmtpService service) {
    this.service = service;
  }

  @Override
  public CompletionStage<SmtpReply> connect(SmtpClient client) {
    return service.connect(client);
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    return service.mail(client, reversePath, parameters);
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return service.recipient(transaction, path);
  }

  @Override
  public BodyStage stage() {
    return service.stage();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    return service.endOfData(transaction, header, body);
  }

  @Override
  public void disconnected(SmtpClient client) {
    service.disconnected(client);
  }
}
