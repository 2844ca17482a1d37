package net.facteur.server;

import java.util.concurrent.CompletionStage;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.SmtpService;
import net.facteur.server.smtp.Transaction;

/// A service that has a bounded number of messages to decide on at the same time.
final class CheckedInTurn extends SmtpServiceLayer {
  private final Turns turns;

  CheckedInTurn(SmtpService service, Turns turns) {
    super(service);
    this.turns = turns;
  }

  @Override
  public CompletionStage<SmtpReply> endOfData(
      Transaction transaction, byte[] header, StagedBody body) {
    AddressBlock network = AddressBlock.ofClient(transaction.client().remote().getAddress());
    return turns.take(network, () -> super.endOfData(transaction, header, body));
  }
}
