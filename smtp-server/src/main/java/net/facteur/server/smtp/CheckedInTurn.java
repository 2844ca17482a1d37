package net.facteur.server.smtp;

import java.util.concurrent.CompletionStage;
import net.facteur.queue.StagedBody;
import net.facteur.server.net.AddressBlock;

/// A service that has a bounded number of messages to decide on at the same time.
public final class CheckedInTurn extends SmtpServiceLayer {
  private final Turns turns;

  public CheckedInTurn(SmtpService service, Turns turns) {
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
