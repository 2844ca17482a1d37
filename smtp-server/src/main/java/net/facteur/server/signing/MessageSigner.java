package net.facteur.server.signing;

import java.util.List;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Signs a message for its author domain.
@FunctionalInterface
public interface MessageSigner {
  /// Hashes and signs on the signing pool.
  ///
  /// @param author the domain of the From field
  /// @return the DKIM-Signature fields to put on top, none where the domain has no key here;
  ///   exceptionally a [SigningBusyException], or what went wrong. A message for which this fails
  ///   must not leave.
  CompletionStage<List<HeaderField>> sign(
      DomainName author, MessageHeader header, MessageBody body);

  /// The selectors that sign for an author domain, for the log.
  default List<String> selectors(DomainName author) {
    return List.of();
  }
}
