package net.facteur.server.signing;

import java.util.List;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;

/// Adds an ARC set to a message that is forwarded.
@FunctionalInterface
public interface MessageSealer {
  /// Hashes and signs on the signing pool.
  ///
  /// @param domain the domain that forwards
  /// @param header as it leaves, with our Authentication-Results on top
  /// @param results what we found when the message came in
  /// @param chain what we found of the chain so far
  /// @return the fields to put on top, none where the domain has no key here or the chain cannot go
  ///   on; exceptionally a [SigningBusyException], or what went wrong
  CompletionStage<List<HeaderField>> seal(
      DomainName domain,
      MessageHeader header,
      MessageBody body,
      AuthenticationResults results,
      ArcOutcome chain);
}
