package net.facteur.server.servermail;

import java.util.List;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;

/// A message that somebody sent to addresses of a reader.
///
/// @param id names it in the log
/// @param recipients those addresses, at least one
/// @param header as received
/// @param body belongs to reception: it may be opened, and is not discarded by a reader
/// @param report who it is proven to come from
public record ServerMail(
    QueueId id,
    List<MailAddress> recipients,
    MessageHeader header,
    StagedBody body,
    AuthenticationReport report) {
  public ServerMail {
    recipients = List.copyOf(recipients);
  }
}
