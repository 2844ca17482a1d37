package net.facteur.server.away;

import java.util.List;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.ReversePath;

/// A message that was taken, or is about to be.
///
/// @param recipients those that get it into their inbox
/// @param header as received
/// @param authenticated whoever wrote it is proven, and so is the reverse-path
public record AnsweredMail(
    ReversePath reversePath,
    List<MailAddress> recipients,
    MessageHeader header,
    boolean authenticated) {
  public AnsweredMail {
    recipients = List.copyOf(recipients);
  }
}
