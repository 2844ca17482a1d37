package net.facteur.server.signing;

import java.util.List;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageHeader;

/// Signs copies of one message, which differ by their headers alone.
public interface CopySigner {
  /// What signatures have to know of a body.
  List<BodySelection> selections();

  /// Signs on the signing pool.
  ///
  /// @param domain in whose name
  /// @param hashes of the body, for [#selections]
  /// @return the fields to put on top; see [MessageSigner#sign]
  CompletionStage<List<HeaderField>> sign(
      DomainName domain, MessageHeader header, BodyHashes hashes);
}
