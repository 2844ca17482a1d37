package net.facteur.server.report;

/// Takes note of sessions with hosts of other domains. Called by many threads at once; never
/// blocks, never throws for what the disk does.
@FunctionalInterface
public interface TlsReporter {
  /// Forgets everything.
  TlsReporter NONE = _ -> {};

  /// A session that came as far as a TLS handshake, or should have. Where a session was held to two
  /// policies, such as DANE and an MTA-STS policy in testing, it is told once for each.
  ///
  /// Not called for lost connections, time-outs and other failures that say nothing about TLS (RFC
  /// 8460, section 4.3.4), nor for the mail that carries reports (section 3).
  void session(TlsSessionResult result);
}
