package net.facteur.server.filter;

import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfResult;

/// Whether a message is of whom it says.
public final class AuthorProof {
  private AuthorProof() {}

  /// True where From names one domain, and DMARC passes for it. Where that domain publishes no
  /// policy, a pass of DKIM for it or a domain above, or of SPF for it itself, counts as well.
  public static boolean isProven(AuthenticationReport report) {
    if (!(report.author() instanceof AuthorDomain.One(DomainName author))) {
      return false;
    }
    return switch (report.dmarc()) {
      case DmarcOutcome.Evaluated evaluated -> evaluated.result() == DmarcResult.PASS;
      case DmarcOutcome.Undetermined _ -> false;
      case DmarcOutcome.NotApplicable _ ->
          signedFor(report, author) || returnsTo(report).filter(author::equals).isPresent();
    };
  }

  /// True where a signature of this domain, or of one above it, holds.
  public static boolean signedFor(AuthenticationReport report, DomainName domain) {
    return report.signatures().stream()
        .filter(AuthorProof::holds)
        .flatMap(signature -> signature.domain().stream())
        .anyMatch(signer -> signer.labelCount() > 1 && domain.isWithin(signer));
  }

  /// True for a signature that counts.
  public static boolean holds(DkimOutcome signature) {
    return signature.result() == DkimResult.PASS && !signature.testing();
  }

  /// The domain of the reverse-path that SPF passes for.
  public static Optional<DomainName> returnsTo(AuthenticationReport report) {
    SpfOutcome spf = report.spfMailFrom();
    return spf.result() == SpfResult.PASS && !report.request().reversePath().isEmpty()
        ? spf.domain()
        : Optional.empty();
  }
}
