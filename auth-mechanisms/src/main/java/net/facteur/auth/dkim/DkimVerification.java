package net.facteur.auth.dkim;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// The verification of one message, from [DkimVerifier#begin]. Not safe for use by several threads.
public final class DkimVerification {
  private final Resolver resolver;
  private final List<SignatureCheck> checks = new ArrayList<>();
  private final int tooMany;
  private final BodyPass body;
  private final Map<DomainName, Answer<TxtRecord>> keys = new HashMap<>();

  DkimVerification(
      MessageHeader header,
      Resolver resolver,
      DkimCrypto crypto,
      Instant now,
      DkimVerifier.Policy policy) {
    this.resolver = resolver;
    List<HeaderField> signatures = header.all(DkimSignature.FIELD);
    int count = Math.min(signatures.size(), policy.maxSignatures());
    tooMany = signatures.size() - count;
    if (count > 0) {
      var fields = new FieldIndex(header);
      for (HeaderField signature : signatures.subList(0, count)) {
        checks.add(new SignatureCheck(signature, fields, crypto, now, policy));
      }
    }
    var selections = new ArrayList<BodySelection>();
    checks.forEach(check -> check.body().ifPresent(selections::add));
    body = new BodyPass(selections);
  }

  /// True where a signature needs the body's hash; else the body need not be given.
  public boolean wantsBody() {
    return checks.stream().anyMatch(check -> check.body().isPresent());
  }

  /// Takes the next `length` octets of the body.
  public void update(byte[] octets, int offset, int length) {
    body.update(octets, offset, length);
  }

  /// Takes the whole body.
  public void read(MessageBody whole) throws IOException {
    body.read(whole);
  }

  /// The verdicts, once the whole body was given. Looks the keys up, and so may block.
  public List<DkimOutcome> outcomes() {
    body.finish();
    var outcomes = new ArrayList<DkimOutcome>();
    for (SignatureCheck check : checks) {
      outcomes.add(check.conclude(body, this::lookUp));
    }
    if (tooMany > 0) {
      outcomes.add(notLookedAt());
    }
    return outcomes;
  }

  private Answer<TxtRecord> lookUp(DomainName name) {
    return keys.computeIfAbsent(name, n -> resolver.lookup(n, RecordType.TXT));
  }

  // RFC 6376, 6.1: a verifier MAY limit the number of signatures it tries
  private DkimOutcome notLookedAt() {
    String reason = tooMany + " more signatures were not looked at";
    return new DkimOutcome(
        DkimResult.NEUTRAL,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        reason,
        0,
        false,
        Optional.empty(),
        List.of(new DkimOutcome.Step("number of signatures", false, reason)));
  }
}
