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
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.DkimSigner;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Signs with the active keys, on the signing pool.
public final class DkimMessageSigner implements MessageSigner {
  private final SigningPool pool;
  private final InstantSource clock;
  private volatile Map<DomainName, List<DkimSigner>> signers = Map.of();

  public DkimMessageSigner(
      SigningPool pool, ActiveKeys keys, SigningSettings settings, InstantSource clock) {
    this.pool = pool;
    this.clock = clock;
    use(keys, settings);
  }

  /// Switches to other keys; messages under way keep those they began with.
  public void use(ActiveKeys active, SigningSettings settings) {
    DkimSigner.Settings how =
        settings
            .expiry()
            .map(DkimSigner.Settings.DEFAULT::withExpiry)
            .orElse(DkimSigner.Settings.DEFAULT);
    var made = new HashMap<DomainName, List<DkimSigner>>();
    active
        .keys()
        .forEach(
            (domain, held) ->
                made.put(domain, held.stream().map(k -> new DkimSigner(k, how, clock)).toList()));
    signers = Map.copyOf(made);
  }

  @Override
  public List<String> selectors(DomainName author) {
    return forAuthor(author).stream().map(s -> s.key().selector().text()).toList();
  }

  @Override
  public CompletionStage<List<HeaderField>> sign(
      DomainName author, MessageHeader header, MessageBody body) {
    List<DkimSigner> with = forAuthor(author);
    return with.isEmpty()
        ? CompletableFuture.completedFuture(List.of())
        : pool.submit(() -> signatures(with, header, body));
  }

  /// The signers of the author domain, or of the nearest domain above it, whose signature is still
  /// aligned with it under relaxed alignment. None where neither signs.
  private List<DkimSigner> forAuthor(DomainName author) {
    Map<DomainName, List<DkimSigner>> all = signers;
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
