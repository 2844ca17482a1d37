package net.facteur.auth.arc;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import net.facteur.auth.dkim.BodyPass;
import net.facteur.auth.dkim.BodySelection;
import net.facteur.auth.dkim.DkimCrypto;
import net.facteur.auth.dkim.DkimVerifier;
import net.facteur.auth.dkim.RelatedSignature;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// The validation of one message's chain, from [ArcValidator#begin]. Not safe for use by several
/// threads.
public final class ArcValidation {
  private final MessageHeader header;
  private final Resolver resolver;
  private final DkimCrypto crypto;
  private final Instant now;
  private final DkimVerifier.Policy policy;
  private final ArcChain chain;
  private final Set<BodySelection> selections = new LinkedHashSet<>();
  private final BodyPass body;
  private final Map<DomainName, Answer<TxtRecord>> keys = new HashMap<>();
  private final List<String> trace = new ArrayList<>();

  ArcValidation(
      MessageHeader header,
      Resolver resolver,
      DkimCrypto crypto,
      Instant now,
      DkimVerifier.Policy policy) {
    this.header = header;
    this.resolver = resolver;
    this.crypto = crypto;
    this.now = now;
    this.policy = policy;
    this.chain = ArcChain.of(header);
    if (chain.problem().isEmpty()) {
      selectBody();
    }
    this.body = new BodyPass(selections);
  }

  /// The newest signature decides; of older ones only those of the whole body are hashed, so that
  /// fifty of them cost no more than the four forms there are.
  private void selectBody() {
    for (ArcSet set : chain.sets()) {
      BodySelection wanted = set.messageSignature().signature().body();
      if (set.instance() == chain.sets().size() || wanted.limit() == BodySelection.WHOLE) {
        selections.add(wanted);
      }
    }
  }

  /// True where the body's hash is needed; else the body need not be given.
  public boolean wantsBody() {
    return !selections.isEmpty();
  }

  /// Takes the next `length` octets of the body.
  public void update(byte[] octets, int offset, int length) {
    body.update(octets, offset, length);
  }

  /// Takes the whole body.
  public void read(MessageBody whole) throws IOException {
    body.read(whole);
  }

  /// The verdict, once the whole body was given. Looks the keys up, and so may block.
  public ArcOutcome outcome() {
    body.finish();
    if (!chain.problem().isEmpty()) {
      return failed(chain.problem());
    }
    List<ArcSet> sets = chain.sets();
    if (sets.isEmpty()) {
      trace.add("there is no chain");
      return new ArcOutcome(ChainStatus.NONE, "", sets, 0, trace);
    }
    // 5.2, step 4
    RelatedSignature.Verdict newest = verifyMessage(sets.getLast());
    if (!newest.good()) {
      return failed("message signature " + sets.size() + ": " + newest.reason());
    }
    int oldestPass = oldestPass(sets);
    // step 6
    for (ArcSet set : sets.reversed()) {
      RelatedSignature.Verdict seal = verifySeal(set);
      if (!seal.good()) {
        return failed("seal " + set.instance() + ": " + seal.reason());
      }
    }
    return new ArcOutcome(ChainStatus.PASS, "", sets, oldestPass, trace);
  }

  /// 5.2, step 5.
  private int oldestPass(List<ArcSet> sets) {
    for (ArcSet set : sets.reversed().subList(1, sets.size())) {
      if (!verifyMessage(set).good()) {
        return set.instance() + 1;
      }
    }
    return 0;
  }

  private RelatedSignature.Verdict verifyMessage(ArcSet set) {
    return told("message signature " + set.instance(), message(set.messageSignature()));
  }

  private RelatedSignature.Verdict message(RelatedSignature signature) {
    OptionalLong expiration = signature.signature().expiration();
    long latest = now.getEpochSecond() - policy.clockSkew().toSeconds();
    if (expiration.isPresent() && expiration.getAsLong() < latest) {
      return new RelatedSignature.Verdict(false, "expired");
    }
    BodySelection selection = signature.signature().body();
    if (!selections.contains(selection)) {
      return new RelatedSignature.Verdict(false, "a part of the body only is signed (l=)");
    }
    if (!signature.hasBodyHash(body.hash(selection))) {
      return new RelatedSignature.Verdict(false, "body hash did not verify");
    }
    return signature.verify(signature.selectedData(header), this::lookUp, crypto, policy);
  }

  /// RFC 8617, 5.1.1: all sets up to this one, each as results, message signature and seal.
  private RelatedSignature.Verdict verifySeal(ArcSet sealed) {
    var signed = new ArrayList<HeaderField>();
    for (ArcSet set : chain.sets().subList(0, sealed.instance())) {
      signed.add(set.results());
      signed.add(set.messageSignature().field());
      if (set.instance() < sealed.instance()) {
        signed.add(set.seal().field());
      }
    }
    RelatedSignature seal = sealed.seal();
    return told(
        "seal " + sealed.instance(),
        seal.verify(seal.listedData(signed), this::lookUp, crypto, policy));
  }

  private RelatedSignature.Verdict told(String what, RelatedSignature.Verdict verdict) {
    trace.add(what + ": " + (verdict.good() ? "" : "BAD, ") + verdict.reason());
    return verdict;
  }

  private Answer<TxtRecord> lookUp(DomainName name) {
    Answer<TxtRecord> known = keys.get(name);
    if (known == null) {
      known = resolver.lookup(name, RecordType.TXT);
      keys.put(name, known);
    }
    return known;
  }

  // 5.2.1: any error, also of the DNS, is permanent
  private ArcOutcome failed(String reason) {
    trace.add(reason);
    return new ArcOutcome(ChainStatus.FAIL, reason, chain.sets(), 0, trace);
  }
}
