package net.facteur.server.signing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ArcSealer;
import net.facteur.auth.dkim.SigningKey;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;

/// Seals with the DKIM key of the domain that forwards which is active at that moment, on the
/// signing pool. A set has one seal, so of two keys the first signs, which is the RSA key that
/// every validator knows.
public final class ArcMessageSealer implements MessageSealer {
  private final SigningPool pool;
  private final KeysInForce keys;
  private final InstantSource clock;

  public ArcMessageSealer(SigningPool pool, KeysInForce keys, InstantSource clock) {
    this.pool = pool;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public CompletionStage<List<HeaderField>> seal(
      DomainName domain,
      MessageHeader header,
      MessageBody body,
      AuthenticationResults results,
      ArcOutcome chain) {
    return keys.now().of(domain).isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : pool.submit(() -> sealed(domain, header, body, results, chain));
  }

  /// Asks for the key now: the message may have waited for its turn.
  private List<HeaderField> sealed(
      DomainName domain,
      MessageHeader header,
      MessageBody body,
      AuthenticationResults results,
      ArcOutcome chain)
      throws IOException, GeneralSecurityException {
    List<SigningKey> held = keys.now().of(domain);
    return held.isEmpty()
        ? List.of()
        : new ArcSealer(held.getFirst(), clock).seal(header, body, results, chain);
  }
}
