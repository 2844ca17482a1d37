package net.facteur.auth.tlsrpt;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/// One report: how TLS to one domain's hosts went in one period.
///
/// Texts are as a reporter wrote them, so in a report of somebody else they may be anything.
///
/// @param organization who reports
/// @param contact the reporter's address
/// @param id of the report, unique for the reporter
/// @spec https://www.rfc-editor.org/rfc/rfc8460#section-4 RFC 8460, section 4: Reporting Schema
public record TlsReport(
    String organization,
    Instant start,
    Instant end,
    String contact,
    String id,
    List<PolicyResult> policies) {
  public TlsReport {
    policies = List.copyOf(policies);
  }

  /// The sessions that were held to one policy.
  ///
  /// @param type `tlsa`, `sts` or `no-policy-found`
  /// @param strings the policy
  /// @param domain the policy domain
  /// @param mxHosts the policy's patterns; may be empty
  /// @param successes sessions, 0 or more; empty where the reporter tells no such number
  /// @param failures as `successes`
  public record PolicyResult(
      String type,
      List<String> strings,
      String domain,
      List<String> mxHosts,
      OptionalLong successes,
      OptionalLong failures,
      List<FailureDetails> details) {
    public PolicyResult {
      strings = List.copyOf(strings);
      mxHosts = List.copyOf(mxHosts);
      details = List.copyOf(details);
    }

    /// How many failures the details tell of. Reporters count a session once for each kind, so it
    /// may be more than [#failures].
    public long detailed() {
      return details.stream().mapToLong(d -> d.count().orElse(1)).sum();
    }

    /// All counts are told, and none is of a failure.
    public boolean faultless() {
      return failures.equals(OptionalLong.of(0)) && detailed() == 0;
    }
  }

  /// Failures of one kind. Texts that are not known are empty.
  ///
  /// @param type a word of [ResultType], or a later one
  /// @param count sessions, 0 or more; empty where the reporter tells no such number
  /// @param additionalInformation a URI
  public record FailureDetails(
      String type,
      String sendingIp,
      String receivingHost,
      String receivingHelo,
      String receivingIp,
      OptionalLong count,
      String additionalInformation,
      String reasonCode) {}

  /// All sessions that are told to have gone well.
  public long successes() {
    return policies.stream().mapToLong(policy -> policy.successes().orElse(0)).sum();
  }

  /// All sessions that are told to have failed; where a policy has no sum, those of its details.
  public long failures() {
    return policies.stream()
        .mapToLong(policy -> policy.failures().orElseGet(policy::detailed))
        .sum();
  }

  /// Every policy has both sums; otherwise there may be more than [#successes] and [#failures].
  public boolean complete() {
    return policies.stream()
        .allMatch(policy -> policy.successes().isPresent() && policy.failures().isPresent());
  }

  /// It tells for certain that nothing failed.
  public boolean faultless() {
    return policies.stream().allMatch(PolicyResult::faultless);
  }
}
