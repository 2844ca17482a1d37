package net.facteur.auth.tlsrpt;

import java.time.Instant;
import java.util.List;

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
  /// @param successes sessions, 0 or more
  /// @param failures sessions, 0 or more
  public record PolicyResult(
      String type,
      List<String> strings,
      String domain,
      List<String> mxHosts,
      long successes,
      long failures,
      List<FailureDetails> details) {
    public PolicyResult {
      strings = List.copyOf(strings);
      mxHosts = List.copyOf(mxHosts);
      details = List.copyOf(details);
    }
  }

  /// Failures of one kind. Texts that are not known are empty.
  ///
  /// @param type a word of [ResultType], or a later one
  /// @param count sessions, 0 or more
  /// @param additionalInformation a URI
  public record FailureDetails(
      String type,
      String sendingIp,
      String receivingHost,
      String receivingHelo,
      String receivingIp,
      long count,
      String additionalInformation,
      String reasonCode) {}

  /// All sessions that went well.
  public long successes() {
    return policies.stream().mapToLong(PolicyResult::successes).sum();
  }

  /// All sessions that failed.
  public long failures() {
    return policies.stream().mapToLong(PolicyResult::failures).sum();
  }
}
