package net.facteur.server.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/// Asked before a changed certificate goes into service.
///
/// A refused certificate is offered again at every look at the files until it is let through or
/// replaced. May block; throws nothing.
@FunctionalInterface
public interface SwapGuard {
  /// Lets every certificate through.
  SwapGuard ALLOW = (_, _) -> Optional.empty();

  /// @param current the certificate in service, with its issuers
  /// @param next the one that would replace it, with its issuers
  /// @return why it must wait, for the log, or empty to let it through
  Optional<String> refusal(List<X509Certificate> current, List<X509Certificate> next);
}
