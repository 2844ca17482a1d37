package net.facteur.auth.dmarc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dmarc.AuthenticatedIdentifier.Standing;
import net.facteur.auth.dmarc.DmarcOutcome.Alignment;
import net.facteur.auth.dns.DomainName;

/// Compares identifiers with one author domain, asking the DNS only where the answer depends on it.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9989#section-4.10.2 RFC 9989, section 4.10.2: Identifier
///   Alignment Evaluation
final class AlignmentCheck {
  private final DomainName author;
  private final DmarcRecord record;
  private final DnsTreeWalk tree;
  private final List<Alignment> results = new ArrayList<>();
  private Optional<DomainName> organizational = Optional.empty();
  private String undetermined = "";

  AlignmentCheck(DomainName author, DmarcRecord record, DnsTreeWalk tree) {
    this.author = author;
    this.record = record;
    this.tree = tree;
  }

  void add(AuthenticatedIdentifier identifier) {
    AlignmentMode mode =
        switch (identifier.mechanism()) {
          case SPF -> record.spfAlignment();
          case DKIM -> record.dkimAlignment();
        };
    Alignment alignment = compare(identifier, mode);
    if (alignment.aligned() && identifier.standing() == Standing.UNDETERMINED) {
      undetermined = identifier + " could not be checked";
    }
    results.add(alignment);
  }

  private Alignment compare(AuthenticatedIdentifier identifier, AlignmentMode mode) {
    DomainName domain = identifier.domain();
    if (domain.equals(author)) {
      return answer(identifier, mode, true, "is the author domain");
    }
    if (mode == AlignmentMode.STRICT) {
      return answer(identifier, mode, false, "is not the author domain, and alignment is strict");
    }
    if (identifier.standing() == Standing.FAILED) {
      return answer(identifier, mode, false, "not compared");
    }
    if (!domain.suffix(1).equals(author.suffix(1))) {
      return answer(identifier, mode, false, "has nothing in common with " + author);
    }
    DnsTreeWalk.Walk authors = tree.walk(author);
    if (authors.failed()) {
      return unknown(identifier, mode, authors.failure());
    }
    DomainName wanted = authors.organizationalDomain();
    organizational = Optional.of(wanted);
    // an organizational domain is the domain itself or above it, so there is nothing to ask for
    if (!domain.isWithin(wanted)) {
      return answer(identifier, mode, false, "is not within " + wanted);
    }
    DnsTreeWalk.Walk walk = tree.walk(domain);
    if (walk.failed()) {
      return unknown(identifier, mode, walk.failure());
    }
    DomainName its = walk.organizationalDomain();
    return answer(identifier, mode, its.equals(wanted), "has the organizational domain " + its);
  }

  private static Alignment answer(
      AuthenticatedIdentifier identifier, AlignmentMode mode, boolean aligned, String detail) {
    String verdict = aligned ? "aligned: " : "not aligned: ";
    return new Alignment(
        identifier, mode, aligned, identifier.standing() + ", " + verdict + detail);
  }

  private Alignment unknown(AuthenticatedIdentifier identifier, AlignmentMode mode, String why) {
    undetermined = why;
    return answer(identifier, mode, false, "look-up failed: " + why);
  }

  List<Alignment> results() {
    return List.copyOf(results);
  }

  /// True where a failed look-up could have made the message pass.
  boolean undetermined() {
    return !undetermined.isEmpty();
  }

  String whyUndetermined() {
    return undetermined;
  }

  /// The author domain's organizational domain, where it was looked for or is plain.
  Optional<DomainName> organizationalDomain() {
    boolean same =
        !results.isEmpty()
            && results.stream().allMatch(r -> r.identifier().domain().equals(author))
            && tree.lookup(author) instanceof DnsTreeWalk.LookUp.Found;
    return organizational.isEmpty() && same ? Optional.of(author) : organizational;
  }
}
