package net.facteur.server.delivery;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.tlsrpt.AppliedPolicy;
import net.facteur.server.report.TlsSessionResult;

/// How a connection must be protected, why, and whom to tell how it went.
///
/// @param why the reason in a few words, for the log
/// @param accounts one for each policy of the destination, for the reports on TLS
public record TlsDecision(TlsRequirement requirement, String why, List<Account> accounts) {
  public TlsDecision {
    accounts = List.copyOf(accounts);
  }

  /// A decision that concerns nobody's policy.
  public static TlsDecision of(TlsRequirement requirement, String why) {
    return new TlsDecision(requirement, why, List.of());
  }

  /// The level got, protocol and cipher, the level wanted, and why; one line for the log.
  ///
  /// @param got protocol, cipher and level, or `none`
  String text(String got) {
    return got + ", wanted " + requirement.word() + ": " + why;
  }

  /// A policy that the session is counted for.
  ///
  /// @param domain the recipients' domain
  /// @param check what the policy would have wanted, where that is not the requirement: one in
  ///   testing is watched, no more
  /// @param known what is wrong already, whatever comes of the session
  public record Account(
      DomainName domain,
      AppliedPolicy policy,
      Optional<TlsRequirement> check,
      Optional<TlsSessionResult.Failure> known) {}
}
