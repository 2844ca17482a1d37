package net.facteur.server.smtp;

import java.util.concurrent.CompletionStage;
import net.facteur.queue.BodyStage;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;

/// What stands behind a listener: the port through which the protocol engine asks whether it may go
/// on. Reception and submission each are one.
///
/// Every method is called on the connection's event loop and must return at once; an answer that
/// needs a wait (DNS, disk, password hashing) is a stage that completes later, on any thread, and
/// the connection takes no further command until then. A stage that completes exceptionally is
/// answered with 451 4.3.0 and logged.
///
/// A positive [SmtpReply] lets the command go on, any other refuses it.
public interface SmtpService {
  /// Before the greeting. A refusal (421, 450, 521, 554) is sent in its place.
  CompletionStage<SmtpReply> connect(SmtpClient client);

  /// At MAIL, after its syntax and parameters were found right and within the limits.
  CompletionStage<SmtpReply> mail(
      SmtpClient client, ReversePath reversePath, Transaction.MailParameters parameters);

  /// At RCPT. The transaction holds the recipients accepted so far, without this one.
  CompletionStage<SmtpReply> recipient(Transaction transaction, Transaction.ForwardPath path);

  /// At DATA or the first BDAT: a place to collect the body in.
  BodyStage stage();

  /// After the end of data. The service owns the body from here on. The reply is the one to the
  /// final dot or BDAT LAST: positive only once the message is on disk.
  ///
  /// @param header the header section as received: every octet before the body, the empty line that
  ///   ends it included where there was one
  CompletionStage<SmtpReply> endOfData(Transaction transaction, byte[] header, StagedBody body);

  /// The connection has ended, for whatever reason.
  void disconnected(SmtpClient client);
}
