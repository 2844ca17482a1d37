package net.facteur.server.reception;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.Rewritten;
import net.facteur.server.smtp.Transaction;

/// A message after authentication.
///
/// @param id the one it gets in the queue
/// @param disposition what authentication leads to
/// @param taken a gateway of ours has taken it, so that it cannot be refused any more
record Authenticated(
    QueueId id,
    Transaction transaction,
    MessageHeader header,
    StagedBody body,
    AuthenticationReport report,
    Disposition disposition,
    boolean taken) {
  /// True where it goes to junk folders, whatever filters say.
  boolean suspect() {
    return disposition instanceof Disposition.Quarantine;
  }

  /// The same after a filter made it anew.
  Authenticated with(Rewritten made) {
    if (!made.body().equals(body)) {
      body.discard();
    }
    return new Authenticated(
        id,
        new Transaction(
            transaction.client(), made.reversePath(), transaction.parameters(), made.paths()),
        made.header(),
        made.body(),
        report,
        disposition,
        taken);
  }

  /// The same for all recipients but these.
  Authenticated without(Collection<MailAddress> taken) {
    return new Authenticated(
        id,
        new Transaction(
            transaction.client(),
            transaction.reversePath(),
            transaction.parameters(),
            transaction.forwardPaths().stream()
                .filter(path -> !taken.contains(path.address()))
                .toList()),
        header,
        body,
        report,
        disposition,
        taken());
  }

  FilteredMessage forFilters() {
    InetAddress origin = report.request().client();
    return new FilteredMessage(
        FilteredMessage.Direction.INBOUND,
        id,
        transaction.client(),
        origin,
        report.request().helo(),
        transaction.reversePath(),
        transaction.forwardPaths(),
        header,
        body,
        Optional.of(report));
  }
}
