package net.facteur.auth.adsp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.message.AuthorDomain;

/// Evaluates ADSP for a message whose valid DKIM signatures are known.
///
/// Two look-ups for each author domain, of which at most [#MAX_AUTHOR_DOMAINS] are asked about.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5617#section-4.3 RFC 5617, section 4.3: ADSP Lookup
///   Procedure
public final class AdspEvaluator {
  /// Author domains of one message that are asked about.
  public static final int MAX_AUTHOR_DOMAINS = 4;

  private final Resolver resolver;

  public AdspEvaluator(Resolver resolver) {
    this.resolver = resolver;
  }

  /// The outcome for a message; of several author domains the worst.
  ///
  /// @param signers the `d=` of every valid signature
  public AdspOutcome evaluate(AuthorDomain author, Set<DomainName> signers) {
    if (author.domains().isEmpty()) {
      return new AdspOutcome(
          AdspResult.PERMERROR, Optional.empty(), Optional.empty(), List.of("no author domain"));
    }
    return author.domains().stream()
        .limit(MAX_AUTHOR_DOMAINS)
        .map(domain -> evaluate(domain, signers))
        .reduce((a, b) -> a.result().compareTo(b.result()) >= 0 ? a : b)
        .orElseThrow();
  }

  private AdspOutcome evaluate(DomainName domain, Set<DomainName> signers) {
    // 2.7: an author domain signature is one whose d= is the author domain itself
    boolean signed = signers.contains(domain);
    return switch (resolver.lookup(domain, RecordType.MX)) {
      case Answer.NxDomain<?> _ -> outcome(AdspResult.NXDOMAIN, domain, "does not exist");
      case Answer.Failed<?>(String reason) -> outcome(AdspResult.TEMPERROR, domain, reason);
      case Answer.Bogus<?>(String reason) -> outcome(AdspResult.TEMPERROR, domain, reason);
      case Answer.Records<?> _, Answer.NoData<?> _ -> published(domain, signed);
    };
  }

  private AdspOutcome published(DomainName domain, boolean signed) {
    Optional<DomainName> name = domain.child("_adsp._domainkey");
    if (name.isEmpty()) {
      return nothing(domain, signed);
    }
    return switch (resolver.lookup(name.get(), RecordType.TXT)) {
      case Answer.NxDomain<TxtRecord> _, Answer.NoData<TxtRecord> _ -> nothing(domain, signed);
      case Answer.Failed<TxtRecord>(String reason) -> outcome(AdspResult.TEMPERROR, domain, reason);
      case Answer.Bogus<TxtRecord>(String reason) -> outcome(AdspResult.TEMPERROR, domain, reason);
      case Answer.Records<TxtRecord> records -> published(domain, records.values(), signed);
    };
  }

  /// RFC 5617, 4.1: records that are none, such as a wildcard's, MUST be ignored.
  private static AdspOutcome published(DomainName domain, List<TxtRecord> texts, boolean signed) {
    List<AdspPractice> practices =
        texts.stream()
            .flatMap(record -> AdspPractice.parse(record.text()).toOptional().stream())
            .toList();
    return switch (practices.size()) {
      case 0 -> nothing(domain, signed);
      case 1 -> judge(domain, practices.getFirst(), signed);
      default -> outcome(AdspResult.PERMERROR, domain, "publishes several records");
    };
  }

  private static AdspOutcome judge(DomainName domain, AdspPractice practice, boolean signed) {
    AdspResult unsigned =
        switch (practice) {
          case UNKNOWN -> AdspResult.UNKNOWN;
          case ALL -> AdspResult.FAIL;
          case DISCARDABLE -> AdspResult.DISCARD;
        };
    return new AdspOutcome(
        signed ? AdspResult.PASS : unsigned,
        Optional.of(domain),
        Optional.of(practice),
        List.of(
            domain
                + " publishes "
                + practice.print()
                + (signed ? " and signed" : " and did not sign")));
  }

  private static AdspOutcome nothing(DomainName domain, boolean signed) {
    return new AdspOutcome(
        signed ? AdspResult.PASS : AdspResult.NONE,
        Optional.of(domain),
        Optional.of(AdspPractice.UNKNOWN),
        List.of(domain + " publishes no ADSP record"));
  }

  private static AdspOutcome outcome(AdspResult result, DomainName domain, String why) {
    return new AdspOutcome(
        result, Optional.of(domain), Optional.empty(), List.of(domain + ": " + why));
  }
}
