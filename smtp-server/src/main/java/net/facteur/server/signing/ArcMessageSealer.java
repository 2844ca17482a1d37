package net.facteur.server.signing;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ArcSealer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;
import net.facteur.auth.results.AuthenticationResults;

/// Seals with the active DKIM key of the domain that forwards, on the signing pool. A set has one
/// seal, so of two keys the first signs, which is the RSA key that every validator knows.
public final class ArcMessageSealer implements MessageSealer {
  private final SigningPool pool;
  private final Map<DomainName, ArcSealer> sealers;

  public ArcMessageSealer(SigningPool pool, ActiveKeys active, InstantSource clock) {
    this.pool = pool;
    var made = new HashMap<DomainName, ArcSealer>();
    active
        .keys()
        .forEach((domain, keys) -> made.put(domain, new ArcSealer(keys.getFirst(), clock)));
    this.sealers = Map.copyOf(made);
  }

  @Override
  public CompletionStage<List<HeaderField>> seal(
      DomainName domain,
      MessageHeader header,
      MessageBody body,
      AuthenticationResults results,
      ArcOutcome chain) {
    ArcSealer sealer = sealers.get(domain);
    return sealer == null
        ? CompletableFuture.completedFuture(List.of())
        : pool.submit(() -> sealer.seal(header, body, results, chain));
  }
}
