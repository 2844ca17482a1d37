package net.facteur.auth.dkim;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.MessageBody;
import net.facteur.auth.message.MessageHeader;

/// Verifies the DKIM signatures of messages.
///
/// Either at once with [#verify], or in two steps where the body passes by anyway: [#begin] when
/// the header is there, the body's chunks into the [DkimVerification], and its verdicts at the end.
/// A message takes at most as many key look-ups as signatures are looked at. Nothing a message or a
/// key record holds makes it throw.
///
/// Safe for use by many threads. Look-ups block, so use it on virtual threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc6376#section-6 RFC 6376, section 6: Verifier Actions
public final class DkimVerifier {
  private final Resolver resolver;
  private final DkimCrypto crypto;
  private final InstantSource clock;
  private final Policy policy;

  public DkimVerifier(Resolver resolver, DkimCrypto crypto, InstantSource clock, Policy policy) {
    this.resolver = resolver;
    this.crypto = crypto;
    this.clock = clock;
    this.policy = policy;
  }

  /// What this verifier puts up with.
  ///
  /// @param maxSignatures signatures looked at, topmost first, 1 to 100
  /// @param bodyLengths what becomes of `l=`
  /// @param clockSkew how far `t=` may lie in the future and `x=` in the past
  /// @param minRsaBits smallest RSA key; below 1024 only to examine old mail (RFC 8301)
  /// @param maxRsaBits largest RSA key, 4096 to 16,384: what a stranger may make us compute
  /// @param legacySha1 accept rsa-sha1; only to examine old mail (RFC 8301)
  public record Policy(
      int maxSignatures,
      BodyLengths bodyLengths,
      Duration clockSkew,
      int minRsaBits,
      int maxRsaBits,
      boolean legacySha1) {
    /// Ten signatures, `l=` accepted and reported, five minutes, 1024 to 8192 bits, no SHA-1.
    public static final Policy DEFAULT =
        new Policy(10, BodyLengths.ACCEPT, Duration.ofMinutes(5), 1024, 8192, false);

    public Policy {
      if (maxSignatures < 1 || maxSignatures > 100) {
        throw new IllegalArgumentException("1 to 100 signatures");
      }
      if (clockSkew.isNegative()) {
        throw new IllegalArgumentException("a clock skew of 0 or more");
      }
      // RFC 8301, 3.2: verifiers MUST take keys from 1024 to 4096 bits and MAY take larger ones
      if (minRsaBits < 512 || minRsaBits > 1024 || maxRsaBits < 4096 || maxRsaBits > 16_384) {
        throw new IllegalArgumentException("RSA keys from 512..1024 to 4096..16384 bits");
      }
    }

    /// The same with another limit of signatures.
    public Policy withMaxSignatures(int max) {
      return new Policy(max, bodyLengths, clockSkew, minRsaBits, maxRsaBits, legacySha1);
    }

    /// The same with another treatment of `l=`.
    public Policy withBodyLengths(BodyLengths lengths) {
      return new Policy(maxSignatures, lengths, clockSkew, minRsaBits, maxRsaBits, legacySha1);
    }

    /// The same with or without rsa-sha1.
    public Policy withLegacySha1(boolean accepted) {
      return new Policy(maxSignatures, bodyLengths, clockSkew, minRsaBits, maxRsaBits, accepted);
    }

    /// The same for looking at old mail: rsa-sha1 and RSA keys from 512 bits.
    public Policy legacy() {
      return new Policy(maxSignatures, bodyLengths, clockSkew, 512, maxRsaBits, true);
    }
  }

  /// What becomes of signatures with `l=`, which let anybody add to the body.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc6376#section-8.2 RFC 6376, section 8.2: Misuse of Body
  ///   Length Limits
  public enum BodyLengths {
    /// They count; what is unsigned is reported.
    ACCEPT,
    /// They count unless the body has unsigned octets.
    REFUSE_UNSIGNED,
    /// They never count.
    REFUSE
  }

  /// Begins with a message's header. Looks nothing up yet.
  public DkimVerification begin(MessageHeader header) {
    return new DkimVerification(header, resolver, crypto, clock.instant(), policy);
  }

  /// Verifies every signature of a message, reading the body once if there is any.
  ///
  /// @return one outcome for each signature looked at, topmost first, and a last one for all that
  ///   were too many; empty for an unsigned message
  /// @throws IOException where the body cannot be read
  public List<DkimOutcome> verify(MessageHeader header, MessageBody body) throws IOException {
    DkimVerification verification = begin(header);
    verification.read(body);
    return verification.outcomes();
  }
}
