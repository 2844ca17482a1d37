package net.facteur.auth.arc;

import java.io.IOException;
import java.time.InstantSource;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Validates the chains of messages.
///
/// A chain takes at most two key look-ups a set. Look-ups block, so use it on virtual threads. It
/// throws for nothing a message or the DNS holds, and is safe for use by many threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc8617#section-5.2 RFC 8617, section 5.2: Validator
///   Actions
public final class ArcValidator {
  private final Resolver resolver;
  private final DkimCrypto crypto;
  private final InstantSource clock;
  private final DkimVerifier.Policy policy;

  /// @param policy which keys and algorithms count, as for DKIM
  public ArcValidator(
      Resolver resolver, DkimCrypto crypto, InstantSource clock, DkimVerifier.Policy policy) {
    this.resolver = resolver;
    this.crypto = crypto;
    this.clock = clock;
    this.policy = policy;
  }

  /// Begins with a message's header; the body follows. Looks nothing up yet.
  public ArcValidation begin(MessageHeader header) {
    return new ArcValidation(header, resolver, crypto, clock.instant(), policy);
  }

  /// Validates at once.
  ///
  /// @throws IOException where the body cannot be read
  public ArcOutcome validate(MessageHeader header, MessageBody body) throws IOException {
    ArcValidation validation = begin(header);
    if (validation.wantsBody()) {
      validation.read(body);
    }
    return validation.outcome();
  }
}
