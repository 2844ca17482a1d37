package net.facteur.server.report.dmarc;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.facteur.auth.AuthenticationReport;
import net.facteur.auth.AuthenticationRequest;
import net.facteur.auth.adsp.AdspOutcome;
import net.facteur.auth.adsp.AdspResult;
import net.facteur.auth.arc.ArcOutcome;
import net.facteur.auth.arc.ChainStatus;
import net.facteur.auth.dkim.DkimOutcome;
import net.facteur.auth.dkim.DkimResult;
import net.facteur.auth.dmarc.AuthenticatedIdentifier;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dmarc.DmarcEvaluator;
import net.facteur.auth.dmarc.DmarcLocalPolicy;
import net.facteur.auth.dmarc.DmarcOutcome;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.AuthorDomain;
import net.facteur.auth.spf.SpfExplanation;
import net.facteur.auth.spf.SpfIdentity;
import net.facteur.auth.spf.SpfOutcome;
import net.facteur.auth.spf.SpfResult;

/// Reports on messages of strangers, as the mechanisms would have made them: SPF and DKIM are
/// given, DMARC is evaluated.
final class Strangers {
  private final Resolver resolver;
  private final DmarcLocalPolicy local;

  Strangers(Resolver resolver, DmarcLocalPolicy local) {
    this.resolver = resolver;
    this.local = local;
  }

  /// A signature as `domain selector result`.
  static DkimOutcome signature(String text) {
    String[] parts = text.split(" ", -1);
    return new DkimOutcome(
        DkimResult.valueOf(parts[2].toUpperCase(Locale.ROOT)),
        Optional.of(DomainName.of(parts[0])),
        Optional.of(parts[1]),
        Optional.of("rsa-sha256"),
        Optional.empty(),
        "abc",
        "because",
        2048,
        false,
        Optional.empty(),
        List.of());
  }

  AuthenticationReport message(
      String from, String source, String reversePath, SpfResult spf, String... signatures) {
    List<DkimOutcome> dkim = List.of(signatures).stream().map(Strangers::signature).toList();
    InetAddress client = IpLiteral.parse(source).toOptional().orElseThrow();
    Optional<DomainName> spfDomain =
        Optional.of(
            DomainName.of(
                reversePath.isEmpty()
                    ? "helo.example"
                    : reversePath.substring(reversePath.indexOf('@') + 1)));
    var author = new AuthorDomain.One(DomainName.of(from));
    var identifiers = new ArrayList<AuthenticatedIdentifier>();
    identifiers.add(
        AuthenticatedIdentifier.spf(
            spfDomain.get(), spf == SpfResult.PASS ? Standing.PASSED : Standing.FAILED));
    for (DkimOutcome outcome : dkim) {
      identifiers.add(
          AuthenticatedIdentifier.dkim(
              outcome.domain().orElseThrow(),
              outcome.selector().orElseThrow(),
              outcome.result() == DkimResult.PASS ? Standing.PASSED : Standing.FAILED));
    }
    DmarcOutcome dmarc = new DmarcEvaluator(resolver, local).evaluate(author, identifiers);
    return new AuthenticationReport(
        new AuthenticationRequest(client, "helo.example", reversePath),
        author,
        SpfOutcome.unchecked(SpfIdentity.HELO, "not looked at"),
        new SpfOutcome(
            spf, SpfIdentity.MAIL_FROM, spfDomain, SpfExplanation.NONE, "", "default", List.of()),
        dkim,
        new AdspOutcome(AdspResult.NONE, Optional.empty(), Optional.empty(), List.of()),
        new ArcOutcome(ChainStatus.NONE, "", List.of(), 0, List.of()),
        dmarc);
  }
}
