package net.facteur.auth.dkim;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.HeaderField;
import net.facteur.auth.syntax.Parsed;
import net.facteur.auth.syntax.TagList;

/// The checks of one signature, in the order of RFC 6376, section 6.1: the field itself when the
/// header is there, then key, body hash and signature.
final class SignatureCheck {
  /// Key records looked at where a selector has several.
  private static final int MAX_RECORDS = 4;

  private final FieldIndex fields;
  private final DkimCrypto crypto;
  private final DkimVerifier.Policy policy;
  private final Findings findings;
  private final Optional<SignatureField> place;

  /// The signature, while nothing speaks against it.
  private final Optional<DkimSignature> signature;

  SignatureCheck(
      HeaderField field,
      FieldIndex fields,
      DkimCrypto crypto,
      Instant now,
      DkimVerifier.Policy policy) {
    this.fields = fields;
    this.crypto = crypto;
    this.policy = policy;
    Parsed<TagList> tags = TagList.parse(field.value());
    Parsed<DkimSignature> read =
        switch (tags) {
          case Parsed.Ok<TagList>(TagList list) -> SignatureParser.parse(list);
          case Parsed.Malformed<TagList> m -> m.as();
        };
    this.place = tags.toOptional().flatMap(list -> SignatureField.of(field, list));
    this.findings = read.toOptional().map(Findings::new).orElseGet(() -> new Findings(field));
    this.signature = noted(read).filter(s -> acceptable(s, now));
  }

  private Optional<DkimSignature> noted(Parsed<DkimSignature> read) {
    return switch (read) {
      case Parsed.Ok<DkimSignature>(DkimSignature s) -> {
        findings.good("signature field", "well formed, " + s.algorithm().word());
        yield Optional.of(s);
      }
      case Parsed.Malformed<DkimSignature>(int offset, String expected) -> {
        findings.bad(
            "signature field",
            DkimResult.PERMERROR,
            "signature syntax error: at octet " + offset + " of the field should be " + expected);
        yield Optional.empty();
      }
    };
  }

  /// What the field alone decides.
  private boolean acceptable(DkimSignature s, Instant now) {
    // RFC 8301, 3.1: rsa-sha1 MUST NOT be used for signing or verifying
    return findings.check(
            "algorithm",
            s.algorithm() != SigningAlgorithm.RSA_SHA1 || policy.legacySha1(),
            s.algorithm().word(),
            DkimResult.PERMERROR,
            "rsa-sha1 is historic and proves nothing")
        // RFC 6376, 6.1.1: PERMFAIL (From field not signed)
        && findings.check(
            "From signed",
            s.signs("From"),
            "h= names From",
            DkimResult.PERMERROR,
            "From field not signed")
        // RFC 6376, 6.1.1: PERMFAIL (domain mismatch)
        && findings.check(
            "identity",
            s.auid().domain().isWithin(s.domain()),
            s.auid() + " belongs to " + s.domain(),
            DkimResult.PERMERROR,
            "domain mismatch: i= is not within d=")
        && inTime(s, now)
        && findings.check(
            "body length",
            s.bodyLength().isEmpty() || policy.bodyLengths() != DkimVerifier.BodyLengths.REFUSE,
            s.bodyLength().isEmpty() ? "the whole body is signed" : "l= is given",
            DkimResult.POLICY,
            "signatures of a part of the body (l=) are not accepted here");
  }

  private boolean inTime(DkimSignature s, Instant now) {
    long skew = policy.clockSkew().toSeconds();
    // RFC 6376, 3.5: signatures from the future MAY be ignored, as MAY expired ones
    return findings.check(
            "time of signing",
            s.timestamp().isEmpty() || s.timestamp().getAsLong() <= now.getEpochSecond() + skew,
            s.timestamp().isEmpty() ? "not told" : "t=" + s.timestamp().getAsLong(),
            DkimResult.PERMERROR,
            "signature from the future")
        && findings.check(
            "expiry",
            s.expiration().isEmpty() || s.expiration().getAsLong() >= now.getEpochSecond() - skew,
            s.expiration().isEmpty() ? "none" : "x=" + s.expiration().getAsLong(),
            DkimResult.PERMERROR,
            "signature expired");
  }

  /// The body hash that is needed; empty where the verdict is known already.
  Optional<BodySelection> body() {
    return signature.map(DkimSignature::body);
  }

  /// The verdict.
  DkimOutcome conclude(BodyPass body, Function<DomainName, Answer<TxtRecord>> lookUp) {
    if (signature.isEmpty()) {
      return findings.outcome();
    }
    DkimSignature s = signature.get();
    Optional<DomainName> name = s.keyName();
    if (name.isEmpty()) {
      findings.bad("key", DkimResult.PERMERROR, "no key for signature: the name is too long");
      return findings.outcome();
    }
    return switch (lookUp.apply(name.get())) {
      case Answer.Records<TxtRecord> records -> anyOf(records, s, name.get(), body);
      case Answer.NoData<TxtRecord> _, Answer.NxDomain<TxtRecord> _ -> {
        // RFC 6376, 6.1.2: PERMFAIL (no key for signature)
        findings.bad(
            "key", DkimResult.PERMERROR, "no key for signature: no TXT record at " + name.get());
        yield findings.outcome();
      }
      case Answer.Failed<TxtRecord>(String reason) -> unavailable(name.get(), reason);
      case Answer.Bogus<TxtRecord>(String reason) -> unavailable(name.get(), reason);
    };
  }

  // RFC 6376, 6.1.2: TEMPFAIL (key unavailable)
  private DkimOutcome unavailable(DomainName name, String reason) {
    findings.bad(
        "key", DkimResult.TEMPERROR, "key unavailable: look-up of " + name + ": " + reason);
    return findings.outcome();
  }

  /// RFC 6376, section 6.1.2: of several records each is tried, and one good one is enough.
  private DkimOutcome anyOf(
      Answer.Records<TxtRecord> records, DkimSignature s, DomainName name, BodyPass body) {
    Optional<DkimOutcome> best = Optional.empty();
    for (TxtRecord record : records.values().stream().limit(MAX_RECORDS).toList()) {
      var attempt = new KeyCheck(s, name, crypto.read(record), findings.copy(), policy);
      DkimOutcome outcome =
          attempt
              .usableKey()
              .map(key -> compare(s, key, body, attempt.findings()))
              .orElseGet(() -> attempt.findings().outcome());
      if (best.isEmpty()
          || DkimOutcome.rank(outcome.result()) > DkimOutcome.rank(best.get().result())) {
        best = Optional.of(outcome);
      }
      if (outcome.result() == DkimResult.PASS) {
        break;
      }
    }
    return best.orElseGet(findings::outcome);
  }

  private DkimOutcome compare(DkimSignature s, DkimPublicKey key, BodyPass body, Findings found) {
    if (lengthIsRight(s, body, found)
        // RFC 6376, 6.1.3: PERMFAIL (body hash did not verify)
        && found.check(
            "body hash",
            MessageDigest.isEqual(body.hash(s.body()), s.bodyHashOctets()),
            "the body is as it was signed",
            DkimResult.FAIL,
            "body hash did not verify")) {
      compareHeader(s, key, found);
    }
    return found.outcome();
  }

  private boolean lengthIsRight(DkimSignature s, BodyPass body, Findings found) {
    if (s.bodyLength().isEmpty()) {
      return true;
    }
    long signed = s.bodyLength().getAsLong();
    long total = body.length(s.canonicalization().body());
    // RFC 6376, 3.5: l= MUST NOT be larger than the number of octets in the canonicalized body
    if (!found.check(
        "body length",
        signed <= total,
        signed + " of " + total + " octets are signed",
        DkimResult.PERMERROR,
        "l= is larger than the body")) {
      return false;
    }
    found.bodyLength(new DkimOutcome.BodyLength(signed, total));
    // RFC 6376, 6.1.3: verifiers can choose to return PERMFAIL (unsigned content)
    return found.check(
        "unsigned content",
        signed == total || policy.bodyLengths() == DkimVerifier.BodyLengths.ACCEPT,
        (total - signed) + " octets",
        DkimResult.POLICY,
        "unsigned content: " + (total - signed) + " octets of the body");
  }

  private void compareHeader(DkimSignature s, DkimPublicKey key, Findings found) {
    byte[] data =
        fields.headerData(s.signedFields(), s.canonicalization().header(), place.orElseThrow());
    byte[] octets = DkimCrypto.toBeSigned(s.algorithm(), data);
    switch (crypto.verify(key, s.algorithm(), octets, s.signatureOctets())) {
      case VALID -> found.pass("signature", "good signature of " + s.domain());
      // RFC 6376, 6.1.3: PERMFAIL (signature did not verify)
      case INVALID -> found.bad("signature", DkimResult.FAIL, "signature did not verify");
      // RFC 6376, 6.1.2: PERMFAIL (inappropriate key algorithm)
      case KEY_REFUSED ->
          found.bad("signature", DkimResult.PERMERROR, "inappropriate key: it cannot be used");
    }
  }
}
