package net.facteur.server.reception;

import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dmarc.DmarcResult;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.spf.SpfResult;

/// Whether the author of a message is who From says: by DMARC, or, where its domain publishes no
/// policy, by a passed SPF or DKIM of a domain that it lies in, or that lies in it.
final class AuthorProof {
  private AuthorProof() {}

  static boolean proven(AuthenticationReport report) {
    return switch (report.dmarc()) {
      case DmarcOutcome.Evaluated evaluated -> evaluated.result() == DmarcResult.PASS;
      case DmarcOutcome.Undetermined _ -> false;
      case DmarcOutcome.NotApplicable _ -> aligned(report);
    };
  }

  private static boolean aligned(AuthenticationReport report) {
    if (!(report.author() instanceof AuthorDomain.One(DomainName author))) {
      return false;
    }
    String path = report.request().reversePath();
    Optional<DomainName> sender =
        report.spfMailFrom().result() == SpfResult.PASS && path.indexOf('@') > 0
            ? DomainName.parse(path.substring(path.lastIndexOf('@') + 1)).toOptional()
            : Optional.empty();
    return sender.filter(domain -> related(domain, author)).isPresent()
        || report.signatures().stream()
            .filter(signature -> signature.result() == DkimResult.PASS)
            .map(DkimOutcome::domain)
            .flatMap(Optional::stream)
            .anyMatch(domain -> related(domain, author));
  }

  /// Relaxed alignment without a look-up of its own.
  private static boolean related(DomainName one, DomainName other) {
    return (one.labelCount() > 1 && other.isWithin(one))
        || (other.labelCount() > 1 && one.isWithin(other));
  }
}
