package net.facteur.auth.tlsrpt;

import java.util.List;
import net.facteur.auth.dns.DomainName;

/// The policy that a session was held to, as reports describe it.
///
/// @param strings the policy's lines, or each TLSA record as `3 1 1 ab12...`
/// @param domain the recipients' domain, or for TLSA the base domain
/// @param mxHosts the policy's patterns, or the base domain's host
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4.5 RFC 8460, section 4.5: Policy Samples
public record AppliedPolicy(
    Type type, List<String> strings, DomainName domain, List<String> mxHosts) {
  public AppliedPolicy {
    strings = List.copyOf(strings);
    mxHosts = List.copyOf(mxHosts);
  }

  /// Where neither TLSA nor MTA-STS holds.
  public static AppliedPolicy none(DomainName domain) {
    return new AppliedPolicy(Type.NO_POLICY_FOUND, List.of(), domain, List.of());
  }

  /// Which kind of policy.
  public enum Type {
    TLSA,
    STS,
    NO_POLICY_FOUND;

    /// As it stands in a report.
    public String word() {
      return switch (this) {
        case TLSA -> "tlsa";
        case STS -> "sts";
        case NO_POLICY_FOUND -> "no-policy-found";
      };
    }
  }
}
