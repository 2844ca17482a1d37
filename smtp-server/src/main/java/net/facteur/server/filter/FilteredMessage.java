package net.facteur.server.filter;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.smtp.SmtpClient;
import net.facteur.server.smtp.Transaction.ForwardPath;

/// A message as filters see it.
///
/// @param direction where it comes from
/// @param id the one it gets in the queue, for the logs of both sides
/// @param client the peer of the session
/// @param origin the host that handed it to us, or to a gateway of ours
/// @param hello the name that this host gave; empty if it is not known
/// @param paths the recipients of the transaction, in order, with their wishes
/// @param header as received, without fields of ours
/// @param body still the caller's: a filter opens and closes streams of it, and does not discard it
/// @param report what authentication found; empty for mail of users
public record FilteredMessage(
    Direction direction,
    QueueId id,
    SmtpClient client,
    InetAddress origin,
    String hello,
    ReversePath reversePath,
    List<ForwardPath> paths,
    MessageHeader header,
    StagedBody body,
    Optional<AuthenticationReport> report) {
  /// Where a message comes from.
  public enum Direction {
    /// A stranger, for us.
    INBOUND,
    /// A user, or a program of this machine.
    OUTBOUND
  }

  public FilteredMessage {
    paths = List.copyOf(paths);
  }

  /// The recipients of the transaction, in order.
  public List<MailAddress> recipients() {
    return paths.stream().map(ForwardPath::address).toList();
  }

  /// Octets of header and body.
  public long size() {
    return header.section().length + body.size();
  }
}
