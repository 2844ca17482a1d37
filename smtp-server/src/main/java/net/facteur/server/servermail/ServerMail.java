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
/// @param sender who sent it
public record ServerMail(
    QueueId id,
    List<MailAddress> recipients,
    MessageHeader header,
    StagedBody body,
    Sender sender) {
  public ServerMail {
    recipients = List.copyOf(recipients);
  }

  /// Who sent it.
  public sealed interface Sender {
    /// Somebody elsewhere.
    ///
    /// @param report what is proven of it
    record Stranger(AuthenticationReport report) implements Sender {}

    /// Somebody who handed it in here, by submission or as a program of this machine.
    ///
    /// @param name as the user logged in; empty where nobody had to
    record User(String name) implements Sender {}
  }
}
