package net.facteur.server.smtp;

import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import net.facteur.queue.BodyStage;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MailQueue;
import net.facteur.queue.Refusal;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;

/// A service whose refusals the queue remembers, so that "where is my mail?" has an answer for what
/// never came in, too.
public record RememberedRefusals(SmtpService service, MailQueue queue, InstantSource clock)
    implements SmtpService {
  @Override
  public CompletionStage<SmtpReply> connect(SmtpClient client) {
    return service.connect(client);
  }

  @Override
  public CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters) {
    return service
        .mail(client, reversePath, parameters)
        .thenApply(reply -> noted(client, reversePath, "", reply));
  }

  @Override
  public CompletionStage<SmtpReply> recipient(
      Transaction transaction, Transaction.ForwardPath path) {
    return service
        .recipient(transaction, path)
        .thenApply(
            reply ->
                noted(
                    transaction.client(), transaction.reversePath(), path.address().text(), reply));
  }

  @Override
  public BodyStage stage() {
    return service.stage();
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    return service
        .endOfData(transaction, header, body)
        .thenApply(
            reply -> {
              for (Transaction.ForwardPath path : transaction.forwardPaths()) {
                noted(
                    transaction.client(), transaction.reversePath(), path.address().text(), reply);
              }
              return reply;
            });
  }

  private SmtpReply noted(SmtpClient client, ReversePath from, String to, SmtpReply reply) {
    if (!reply.positive()) {
      queue.refused(
          new Refusal(
              clock.instant(),
              client.listener().name().toLowerCase(Locale.ROOT)
                  + client.user().map(user -> " " + user).orElse("")
                  + " "
                  + ReceivedField.addressLiteral(client.remote().getAddress()),
              from.text(),
              to,
              reply.code()
                  + reply.status().map(EnhancedStatusCode::toString).map(s -> " " + s).orElse("")
                  + " "
                  + reply.text()));
    }
    return reply;
  }

  @Override
  public void disconnected(SmtpClient client) {
    service.disconnected(client);
  }
}
