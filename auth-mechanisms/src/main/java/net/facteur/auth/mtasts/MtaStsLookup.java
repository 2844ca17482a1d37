package net.facteur.auth.mtasts;

import java.util.Optional;

/// What is known of a domain's policy.
public sealed interface MtaStsLookup {
  /// The domain has no policy, or one that says `mode: none`.
  record None() implements MtaStsLookup {}

  /// The policy to apply: mode `enforce` or `testing`.
  ///
  /// @param refresh why a newer one could not be had, to be reported; the policy holds all the same
  record Policy(MtaStsPolicyText policy, Optional<Unusable> refresh) implements MtaStsLookup {
    public Policy(MtaStsPolicyText policy) {
      this(policy, Optional.empty());
    }
  }

  /// The domain says that it has a policy, which cannot be had, and none is in the cache. Mail goes
  /// on as if there was none; the failure is reported.
  ///
  /// @param reason for the log and the report, one line of printable ASCII
  record Unusable(Cause cause, String reason) implements MtaStsLookup {}

  /// The kinds of failure that TLS reports know.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.3.2.2 RFC 8460, section 4.3.2.2:
  ///   MTA-STS-specific Policy Failures
  enum Cause {
    /// The policy host does not answer, or not with a policy: `sts-policy-fetch-error`.
    FETCH,
    /// What it serves is no policy: `sts-policy-invalid`.
    INVALID,
    /// Its certificate does not hold: `sts-webpki-invalid`.
    WEBPKI
  }
}
