package net.facteur.server.smtp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import net.facteur.queue.ReversePath;

/// A mail transaction between MAIL and the end of data.
///
/// @param client the peer
/// @param reversePath the MAIL argument
/// @param parameters the MAIL parameters
/// @param forwardPaths the accepted RCPT arguments, in order
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-3.3 RFC 5321, section 3.3: Mail
///   Transactions
public record Transaction(
    SmtpClient client,
    ReversePath reversePath,
    MailParameters parameters,
    List<ForwardPath> forwardPaths) {
  public Transaction {
    // One that cannot change is taken as it is: a transaction is made at each RCPT.
    forwardPaths =
        forwardPaths instanceof ForwardPaths.Prefix ? forwardPaths : List.copyOf(forwardPaths);
  }

  /// The parameters of MAIL.
  ///
  /// @param declaredSize SIZE in octets, -1 where absent (RFC 1870)
  /// @param authIdentity the AUTH= mailbox, decoded; empty for absent or `<>` (RFC 4954)
  public record MailParameters(
      long declaredSize,
      MessageTraits.Body body,
      boolean smtpUtf8,
      boolean requireTls,
      Optional<MessageTraits.Returned> returned,
      Optional<String> envelopeId,
      Optional<String> authIdentity) {
    /// What the queue has to know of them.
    public MessageTraits traits() {
      return new MessageTraits(
          body, smtpUtf8, requireTls, returned, envelopeId, MessageTraits.Priority.NORMAL);
    }
  }

  /// One RCPT argument with its DSN parameters.
  ///
  /// @param notifyOn empty where NOTIFY was absent, an empty set for NEVER
  /// @param originalRecipient the ORCPT value as sent
  public record ForwardPath(
      MailAddress address, Optional<Set<Notify>> notifyOn, Optional<String> originalRecipient) {
    public ForwardPath {
      notifyOn = notifyOn.map(Set::copyOf);
    }
  }
}
