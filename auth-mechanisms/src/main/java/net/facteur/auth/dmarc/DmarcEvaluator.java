package net.facteur.auth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.DmarcOutcome.Alignment;
import net.facteur.auth.dmarc.DmarcOutcome.Disposition;
import net.facteur.auth.dmarc.DmarcOutcome.PolicySource;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.message.AuthorDomain;

/// Evaluates DMARC for a message whose SPF and DKIM results are known.
///
/// It asks the DNS at most [DnsTreeWalk#MAX_QUERIES] questions per author domain, throws nothing
/// for anything in a message or the DNS, and is safe for use by many threads.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-5.3 RFC 9989, section 5.3: Mail Receiver
///   Actions
public final class DmarcEvaluator {
  /// Author domains of one message that are evaluated.
  public static final int MAX_AUTHOR_DOMAINS = AuthorDomain.MAX_DOMAINS;

  /// Identifiers that are looked at.
  public static final int MAX_IDENTIFIERS = 32;

  private final Resolver resolver;
  private final DmarcLocalPolicy localPolicy;

  public DmarcEvaluator(Resolver resolver, DmarcLocalPolicy localPolicy) {
    this.resolver = resolver;
    this.localPolicy = localPolicy;
  }

  /// The outcome for a message.
  ///
  /// @param author the domains of From
  /// @param identifiers what SPF (MAIL FROM only) and DKIM found, failures included
  public DmarcOutcome evaluate(AuthorDomain author, List<AuthenticatedIdentifier> identifiers) {
    List<AuthenticatedIdentifier> bounded =
        identifiers.subList(0, Math.min(identifiers.size(), MAX_IDENTIFIERS));
    return switch (author) {
      case AuthorDomain.One(DomainName domain) -> evaluate(domain, bounded);
      case AuthorDomain.Several(List<DomainName> domains) -> strictest(domains, bounded);
      case AuthorDomain.Unclear unclear -> unclear(unclear, bounded);
    };
  }

  /// What is malformed is never treated better than the same domains well written: a failure of one
  /// of them counts, and so does a look-up that failed. Otherwise 4.4 holds: without one
  /// well-formed From there is no reliable way to determine a record.
  private DmarcOutcome unclear(
      AuthorDomain.Unclear author, List<AuthenticatedIdentifier> identifiers) {
    var trace = new ArrayList<>(List.of("From: " + author.reason()));
    if (!author.domains().isEmpty()) {
      DmarcOutcome worst = strictest(author.domains(), identifiers);
      if (worst.result().compareTo(DmarcResult.PERMERROR) > 0) {
        return worst;
      }
      trace.addAll(worst.trace());
    }
    return new DmarcOutcome.Undetermined(
        DmarcResult.PERMERROR, author.domains(), author.reason(), trace);
  }

  /// RFC 9989, 11.5: each domain by itself, and the most strict policy of those that fail.
  private DmarcOutcome strictest(
      List<DomainName> domains, List<AuthenticatedIdentifier> identifiers) {
    DmarcOutcome worst = evaluate(domains.getFirst(), identifiers);
    for (DomainName domain : domains.subList(1, domains.size())) {
      DmarcOutcome other = evaluate(domain, identifiers);
      int order = other.result().compareTo(worst.result());
      if (order > 0 || (order == 0 && stricter(other, worst))) {
        worst = other;
      }
    }
    return worst;
  }

  /// What is done counts before what was asked for: local policy may treat the domains differently.
  private static boolean stricter(DmarcOutcome a, DmarcOutcome b) {
    int handling = a.disposition().handling().compareTo(b.disposition().handling());
    return handling != 0 ? handling > 0 : applied(a).compareTo(applied(b)) > 0;
  }

  private static DmarcPolicy applied(DmarcOutcome outcome) {
    return switch (outcome) {
      case DmarcOutcome.Evaluated evaluated -> evaluated.applied();
      case DmarcOutcome.NotApplicable _, DmarcOutcome.Undetermined _ -> DmarcPolicy.NONE;
    };
  }

  /// The organizational domain of a domain, which [#evaluate] looks for only where something
  /// depends on it; empty where a look-up fails.
  ///
  /// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.10.2 RFC 9989, section 4.10.2: DNS Tree
  ///   Walk to Determine the Organizational Domain
  public Optional<DomainName> organizationalDomain(DomainName domain) {
    DnsTreeWalk.Walk walk = new DnsTreeWalk(resolver).walk(domain);
    return walk.failed() ? Optional.empty() : Optional.of(walk.organizationalDomain());
  }

  private DmarcOutcome evaluate(DomainName author, List<AuthenticatedIdentifier> identifiers) {
    var tree = new DnsTreeWalk(resolver);
    return switch (tree.lookup(author)) {
      case DnsTreeWalk.LookUp.Failed(String reason) -> temporary(author, reason, tree);
      case DnsTreeWalk.LookUp.Found(DmarcRecord record) ->
          evaluate(author, new DnsTreeWalk.Published(author, record), tree, identifiers);
      case DnsTreeWalk.LookUp.Nothing _ -> {
        DnsTreeWalk.Walk walk = tree.walk(author);
        if (walk.failed()) {
          yield temporary(author, walk.failure(), tree);
        }
        yield walk.governing()
            .map(published -> evaluate(author, published, tree, identifiers))
            .orElseGet(
                () ->
                    new DmarcOutcome.NotApplicable(
                        author, "no DMARC record from " + author + " upwards", tree.trace()));
      }
    };
  }

  private DmarcOutcome evaluate(
      DomainName author,
      DnsTreeWalk.Published published,
      DnsTreeWalk tree,
      List<AuthenticatedIdentifier> identifiers) {
    DmarcRecord record = published.record();
    if (!record.applies()) {
      return new DmarcOutcome.NotApplicable(
          author, "the record at " + published.domain() + " has no valid policy", tree.trace());
    }
    var alignment = new AlignmentCheck(author, record, tree);
    identifiers.forEach(alignment::add);
    boolean pass = alignment.results().stream().anyMatch(Alignment::authenticates);
    if (!pass && alignment.undetermined()) {
      // 5.3.6: neither pass nor fail where a look-up that is needed did not complete
      return temporary(author, alignment.whyUndetermined(), tree);
    }
    Optional<PolicySource> source = policySource(author, published, tree, pass);
    if (source.isEmpty()) {
      return temporary(author, "whether " + author + " exists is not known", tree);
    }
    DmarcPolicy declared = policy(record, source.get());
    DmarcPolicy applied = record.testing() ? declared.oneLevelBelow() : declared;
    var trace = new ArrayList<>(tree.trace());
    alignment.results().forEach(a -> trace.add(a.identifier() + ": " + a.detail()));
    trace.add(
        (pass ? "pass" : "fail")
            + ": policy "
            + source.get().tag()
            + "="
            + declared.word()
            + " of "
            + published.domain()
            + (applied == declared ? "" : ", applied as " + applied.word() + " because of t=y"));
    var outcome =
        new DmarcOutcome.Evaluated(
            pass ? DmarcResult.PASS : DmarcResult.FAIL,
            author,
            published.domain(),
            alignment.organizationalDomain().or(() -> known(author, published, tree)),
            record,
            source.get(),
            declared,
            applied,
            alignment.results(),
            disposition(pass, declared, applied),
            trace);
    return pass ? outcome : outcome.with(localPolicy.decide(outcome));
  }

  private static Disposition disposition(boolean pass, DmarcPolicy declared, DmarcPolicy applied) {
    if (pass) {
      return Disposition.of(DmarcPolicy.NONE);
    }
    return declared == applied
        ? Disposition.of(applied)
        : new Disposition(
            applied,
            List.of(
                new DmarcOutcome.PolicyOverride(
                    DmarcOutcome.PolicyOverride.Type.POLICY_TEST_MODE, "the record says t=y")));
  }

  /// Where the record was found above the author domain, the walk is done already.
  private static Optional<DomainName> known(
      DomainName author, DnsTreeWalk.Published published, DnsTreeWalk tree) {
    return published.domain().equals(author)
        ? Optional.empty()
        : Optional.of(tree.walk(author).organizationalDomain());
  }

  private static DmarcPolicy policy(DmarcRecord record, PolicySource source) {
    Optional<DmarcPolicy> policy =
        switch (source) {
          case P -> record.policy();
          case SP -> record.subdomainPolicy();
          case NP -> record.nonexistentPolicy();
        };
    return policy.orElse(DmarcPolicy.NONE);
  }

  /// Which tag counts (RFC 9989, section 4.10.1); empty where that depends on a failed look-up.
  private static Optional<PolicySource> policySource(
      DomainName author, DnsTreeWalk.Published published, DnsTreeWalk tree, boolean pass) {
    DmarcRecord record = published.record();
    if (published.domain().equals(author)) {
      return Optional.of(PolicySource.P);
    }
    PolicySource existing = record.subdomainPolicy().isPresent() ? PolicySource.SP : PolicySource.P;
    if (record.nonexistentPolicy().isEmpty()) {
      return Optional.of(existing);
    }
    return switch (tree.existence(author)) {
      case EXISTS -> Optional.of(existing);
      case DOES_NOT_EXIST -> Optional.of(PolicySource.NP);
      case UNKNOWN -> pass ? Optional.of(existing) : Optional.empty();
    };
  }

  private static DmarcOutcome temporary(DomainName author, String reason, DnsTreeWalk tree) {
    return new DmarcOutcome.Undetermined(
        DmarcResult.TEMPERROR, List.of(author), reason, tree.trace());
  }
}
