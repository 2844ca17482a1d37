package net.facteur.server.report;

import java.net.InetAddress;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.tlsrpt.AppliedPolicy;
import net.facteur.auth.tlsrpt.ResultType;

/// How one session with one host went, for one policy.
///
/// @param domain whose reports it belongs to: the recipients' domain
/// @param sendingIp our address, where a connection came about
/// @param receivingHost the name in the MX record; empty where no host was reached, such as for a
///   policy that could not be fetched
/// @param failure empty for a session that held to the policy
public record TlsSessionResult(
    DomainName domain,
    AppliedPolicy policy,
    Optional<InetAddress> sendingIp,
    String receivingHost,
    Optional<InetAddress> receivingIp,
    Optional<Failure> failure) {

  /// What went wrong.
  ///
  /// @param reason `failure-reason-code`, such as an error's name; may be empty
  /// @param additionalInformation a URI that tells more; may be empty
  public record Failure(ResultType type, String reason, String additionalInformation) {
    public Failure(ResultType type, String reason) {
      this(type, reason, "");
    }
  }
}
