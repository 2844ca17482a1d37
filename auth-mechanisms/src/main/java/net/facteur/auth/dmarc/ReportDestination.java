package net.facteur.auth.dmarc;

import java.util.List;
import java.util.Optional;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.syntax.Parsed;

/// Asks whether a host of another organization wants the reports about a domain, so that nobody can
/// have reports sent to strangers.
///
/// @spec https://www.rfc-editor.org/rfc/rfc9990#section-4 RFC 9990, section 4: Verifying External
///   Destinations
public final class ReportDestination {
  private final Resolver resolver;

  public ReportDestination(Resolver resolver) {
    this.resolver = resolver;
  }

  /// Which reports.
  public enum Kind {
    /// `rua`
    AGGREGATE,
    /// `ruf`
    FAILURE
  }

  /// Whether reports may be sent.
  public sealed interface Verdict {
    /// To these URIs, which the destination may have put in place of the one that was asked for.
    record Allowed(List<ReportUri> uris) implements Verdict {
      public Allowed {
        uris = List.copyOf(uris);
      }
    }

    /// Not at all.
    record Refused(String reason) implements Verdict {}

    /// Not known because of an error that may pass.
    record Undetermined(String reason) implements Verdict {}
  }

  /// Checks one URI of a record.
  ///
  /// @param policyDomain where the record was found
  public Verdict check(DomainName policyDomain, ReportUri uri, Kind kind) {
    Optional<DomainName> host = host(uri);
    if (host.isEmpty()) {
      return new Verdict.Refused("no mailto: URI with one address");
    }
    if (host.get().equals(policyDomain)) {
      return new Verdict.Allowed(List.of(uri));
    }
    var tree = new DnsTreeWalk(resolver);
    DnsTreeWalk.Walk ours = tree.walk(policyDomain);
    DnsTreeWalk.Walk theirs = tree.walk(host.get());
    if (ours.failed() || theirs.failed()) {
      return new Verdict.Undetermined(ours.failed() ? ours.failure() : theirs.failure());
    }
    return ours.organizationalDomain().equals(theirs.organizationalDomain())
        ? new Verdict.Allowed(List.of(uri))
        : external(policyDomain, host.get(), uri, kind);
  }

  private Verdict external(DomainName policyDomain, DomainName host, ReportUri uri, Kind kind) {
    Optional<DomainName> name = host.child(policyDomain + "._report._dmarc");
    if (name.isEmpty()) {
      return new Verdict.Refused("the name to ask for would be too long");
    }
    return switch (resolver.lookup(name.get(), RecordType.TXT)) {
      case Answer.Records<TxtRecord> records -> answer(records.values(), host, uri, kind);
      case Answer.NoData<TxtRecord> _, Answer.NxDomain<TxtRecord> _ ->
          new Verdict.Refused("nothing at " + name.get());
      case Answer.Failed<TxtRecord>(String reason) -> new Verdict.Undetermined(reason);
      case Answer.Bogus<TxtRecord>(String reason) -> new Verdict.Undetermined(reason);
    };
  }

  private static Verdict answer(List<TxtRecord> values, DomainName host, ReportUri uri, Kind kind) {
    List<DmarcRecord> records =
        values.stream()
            .map(txt -> DmarcRecord.parse(txt.text()))
            .map(Parsed::toOptional)
            .flatMap(Optional::stream)
            .toList();
    if (records.isEmpty()) {
      return new Verdict.Refused("no DMARC record among the answers");
    }
    List<ReportUri> instead =
        records.stream()
            .flatMap(
                record ->
                    switch (kind) {
                      case AGGREGATE -> record.aggregateReports().stream();
                      case FAILURE -> record.failureReports().stream();
                    })
            // only the destination itself may be put in its place
            .filter(other -> host(other).equals(Optional.of(host)))
            .limit(DmarcRecord.MAX_URIS)
            .toList();
    return new Verdict.Allowed(instead.isEmpty() ? List.of(uri) : instead);
  }

  private static Optional<DomainName> host(ReportUri uri) {
    return uri.mailbox()
        .map(mailbox -> mailbox.substring(mailbox.lastIndexOf('@') + 1))
        .flatMap(text -> DomainName.parse(text).toOptional());
  }
}
