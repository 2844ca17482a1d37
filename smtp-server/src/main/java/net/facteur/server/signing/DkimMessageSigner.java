package net.facteur.server.signing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dkim.HashAlgorithm;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Signs with the keys that are active at that moment, on the signing pool.
public final class DkimMessageSigner implements MessageSigner, CopySigner {
  private final SigningPool pool;
  private final KeysInForce keys;
  private final DkimSigner.Settings how;
  private final InstantSource clock;
  private volatile Signers signers = new Signers(ActiveKeys.NONE, Map.of());

  /// Ready for some keys.
  private record Signers(ActiveKeys keys, Map<DomainName, List<DkimSigner>> ofDomain) {}

  public DkimMessageSigner(
      SigningPool pool, KeysInForce keys, SigningSettings settings, InstantSource clock) {
    this.pool = pool;
    this.keys = keys;
    this.how = settings.signatures();
    this.clock = clock;
  }

  private Map<DomainName, List<DkimSigner>> signers() {
    ActiveKeys now = keys.now();
    Signers made = signers;
    if (!made.keys().equals(now)) {
      var ofDomain = new HashMap<DomainName, List<DkimSigner>>();
      now.keys()
          .forEach(
              (domain, held) ->
                  ofDomain.put(
                      domain, held.stream().map(k -> new DkimSigner(k, how, clock)).toList()));
      made = new Signers(now, Map.copyOf(ofDomain));
      signers = made;
    }
    return made.ofDomain();
  }

  @Override
  public List<String> selectors(DomainName author) {
    return forAuthor(author).stream().map(s -> s.key().selector().text()).toList();
  }

  @Override
  public CompletionStage<List<HeaderField>> sign(
      DomainName author, MessageHeader header, MessageBody body) {
    return forAuthor(author).isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        // Asked again there: the message may have waited for its turn.
        : pool.submit(() -> signatures(forAuthor(author), header, body));
  }

  @Override
  public List<BodySelection> selections() {
    // keys of each algorithm there is
    return Stream.of(HashAlgorithm.SHA256)
        .map(hash -> BodySelection.whole(how.canonicalization().body(), hash))
        .toList();
  }

  @Override
  public CompletionStage<List<HeaderField>> sign(
      DomainName domain, MessageHeader header, BodyHashes hashes) {
    return forAuthor(domain).isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : pool.submit(
            () -> {
              var fields = new ArrayList<HeaderField>();
              for (DkimSigner signer : forAuthor(domain)) {
                byte[] hash = hashes.values().get(signer.body());
                if (hash == null) {
                  throw new IOException("the body was not hashed for " + signer.key().selector());
                }
                DkimSigner.Prepared prepared = signer.prepare(header, hash);
                fields.add(prepared.complete(signer.key().crypto().sign(prepared.octets())));
              }
              return fields;
            });
  }

  /// The signers of the author domain, or of the nearest domain above it, whose signature is still
  /// aligned with it under relaxed alignment. None where neither signs.
  private List<DkimSigner> forAuthor(DomainName author) {
    Map<DomainName, List<DkimSigner>> all = signers();
    for (Optional<DomainName> d = Optional.of(author); d.isPresent(); d = d.get().parent()) {
      List<DkimSigner> found = all.get(d.get());
      if (found != null) {
        return found;
      }
    }
    return List.of();
  }

  private static List<HeaderField> signatures(
      List<DkimSigner> signers, MessageHeader header, MessageBody body)
      throws IOException, GeneralSecurityException {
    List<BodySelection> selections = signers.stream().map(DkimSigner::body).distinct().toList();
    var pass = new BodyPass(selections).read(body);
    var fields = new ArrayList<HeaderField>(signers.size());
    for (DkimSigner signer : signers) {
      DkimSigner.Prepared prepared = signer.prepare(header, pass.hash(signer.body()));
      fields.add(prepared.complete(signer.key().crypto().sign(prepared.octets())));
    }
    return fields;
  }
}
