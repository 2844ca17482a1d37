package net.facteur.auth.dkim;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;

/// May this record's key verify this signature?
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-6.1.2 RFC 6376, section 6.1.2: Get the
///   Public Key
final class KeyCheck {
  /// Exponents above this serve no purpose but to make verifiers compute.
  private static final int MAX_EXPONENT_BITS = 64;

  private final DkimSignature signature;
  private final DomainName name;
  private final KnownKeys.Known known;
  private final Findings findings;
  private final DkimVerifier.Policy policy;

  KeyCheck(
      DkimSignature signature,
      DomainName name,
      KnownKeys.Known known,
      Findings findings,
      DkimVerifier.Policy policy) {
    this.signature = signature;
    this.name = name;
    this.known = known;
    this.findings = findings;
    this.policy = policy;
  }

  Findings findings() {
    return findings;
  }

  /// @return the key; empty where the findings say why not
  Optional<DkimPublicKey> usableKey() {
    return readRecord().filter(this::fits).flatMap(_ -> readKey()).filter(this::hasGoodSize);
  }

  private Optional<DkimKeyRecord> readRecord() {
    return switch (known.record()) {
      case Parsed.Ok<DkimKeyRecord>(DkimKeyRecord record) -> {
        findings.good("key record", "read at " + name);
        findings.testing(record.testing());
        yield Optional.of(record);
      }
      case Parsed.Malformed<DkimKeyRecord>(int offset, String expected) -> {
        // RFC 6376, 6.1.2: PERMFAIL (key syntax error)
        findings.bad(
            "key record",
            DkimResult.PERMERROR,
            "key syntax error: at octet " + offset + " of " + name + " should be " + expected);
        yield Optional.empty();
      }
    };
  }

  private boolean fits(DkimKeyRecord record) {
    // RFC 6376, 3.6.1: verifiers MUST ignore a record whose s= does not list their service
    return findings.check(
            "service",
            record.servesMail(),
            "the key is for mail",
            DkimResult.PERMERROR,
            "the key is not for mail (s=)")
        // RFC 6376, 6.1.2: PERMFAIL (inappropriate hash algorithm)
        && findings.check(
            "hash algorithm",
            record.allows(signature.algorithm().hash()),
            signature.algorithm().hash().word() + " is allowed",
            DkimResult.PERMERROR,
            "inappropriate hash algorithm: the key does not allow it (h=)")
        // RFC 6376, 6.1.2: PERMFAIL (key revoked)
        && findings.check(
            "revocation", !record.revoked(), "not revoked", DkimResult.PERMERROR, "key revoked")
        // RFC 6376, 6.1.2: PERMFAIL (inappropriate key algorithm)
        && findings.check(
            "key type",
            record.type().equals(Optional.of(signature.algorithm().keyType())),
            signature.algorithm().keyType().word(),
            DkimResult.PERMERROR,
            "inappropriate key algorithm: k= does not fit a=")
        // RFC 6376, 3.6.1, t=s: the i= domain MUST NOT be a subdomain of d=
        && findings.check(
            "strictness",
            !record.strict() || signature.auid().domain().equals(signature.domain()),
            record.strict() ? "i= and d= are the same domain" : "subdomains may sign",
            DkimResult.PERMERROR,
            "domain mismatch: the key allows no subdomain in i= (t=s)");
  }

  private Optional<DkimPublicKey> readKey() {
    return switch (known.key()) {
      case Parsed.Ok<DkimPublicKey>(DkimPublicKey key) -> {
        findings.keyBits(key.bits());
        yield Optional.of(key);
      }
      case Parsed.Malformed<DkimPublicKey>(int _, String expected) -> {
        findings.bad("key", DkimResult.PERMERROR, "key syntax error: p= should be " + expected);
        yield Optional.empty();
      }
    };
  }

  private boolean hasGoodSize(DkimPublicKey key) {
    return switch (key) {
      case DkimPublicKey.Edwards _ -> true;
      case DkimPublicKey.Rsa rsa ->
          // RFC 8301, 3.2: signatures with RSA keys of less than 1024 bits MUST NOT be valid
          findings.check(
                  "key size",
                  rsa.bits() >= policy.minRsaBits(),
                  rsa.bits() + " bits",
                  DkimResult.PERMERROR,
                  "insufficient key size: " + rsa.bits() + " bits")
              && findings.check(
                  "key size",
                  rsa.bits() <= policy.maxRsaBits(),
                  "not too large",
                  DkimResult.POLICY,
                  "key too large: " + rsa.bits() + " bits")
              && findings.check(
                  "key exponent",
                  rsa.exponent().bitLength() <= MAX_EXPONENT_BITS,
                  "of a usual size",
                  DkimResult.POLICY,
                  "key exponent too large: " + rsa.exponent().bitLength() + " bits");
    };
  }
}
