package net.facteur.server.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TlsaRecord;
import net.facteur.auth.dns.TxtRecord;

/// Writes records by signed updates (RFC 2136).
///
/// It touches [OwnRecords] only, and never anything but a record that it put there itself.
public final class UpdatePublisher implements Publisher {
  private static final int MAX_FORMS = 8;
  private static final String THERE = "the name servers have it so";

  private final Authorities authorities;
  private final Function<DomainName, Optional<DnsUpdates>> primaries;
  private final Optional<DomainName> keyZone;
  private final OwnRecords own;
  private final Duration ttl;

  /// @param primaries leads from a zone to where it is updated; empty where that is not known
  /// @param keyZone where CNAMEs may lead
  /// @param ttl of the records
  public UpdatePublisher(
      Authorities authorities,
      Function<DomainName, Optional<DnsUpdates>> primaries,
      Optional<DomainName> keyZone,
      Duration ttl) {
    this.authorities = authorities;
    this.primaries = primaries;
    this.keyZone = keyZone;
    this.own = new OwnRecords(keyZone);
    this.ttl = ttl;
  }

  @Override
  public Result ensure(Wanted wanted) {
    return switch (wanted) {
      case Wanted.Text text -> ensure(text);
      case Wanted.Tlsa tlsa -> ensure(tlsa);
    };
  }

  private Result ensure(Wanted.Text wanted) {
    Survey<TxtRecord> survey = authorities.ask(wanted.owner(), RecordType.TXT);
    Optional<Result> problem = own.problem(wanted, survey);
    if (problem.isPresent()) {
      return problem.get();
    }
    if (survey.any(values -> OwnRecords.only(values, wanted.text()))) {
      // A secondary can only have it from the primary.
      return new Result.Handed(THERE);
    }
    Optional<DnsUpdates> primary = primaries.apply(survey.zone());
    if (primary.isEmpty()) {
      return unknownPrimary(survey);
    }
    DnsUpdates.Outcome outcome = new DnsUpdates.Outcome.Differs();
    for (DnsUpdates.Change change : changes(wanted, survey)) {
      outcome = primary.get().apply(survey.zone(), change);
      if (!(outcome instanceof DnsUpdates.Outcome.Differs)) {
        break;
      }
    }
    if (outcome instanceof DnsUpdates.Outcome.Differs
        && keyZone.filter(survey.owner()::isWithin).isPresent()) {
      // In the zone of keys a name serves again once its last key is revoked.
      outcome = primary.get().apply(survey.zone(), again(wanted, survey.owner()));
    }
    return result(
        outcome,
        survey.owner()
            + (wanted.before().isPresent()
                ? " does not hold the record that we put there"
                : " holds a record that is not ours"));
  }

  /// What may be tried, one after the other: an update states exactly what is there, down to where
  /// the strings of a record are cut, and whoever pasted ours may have cut it elsewhere. What a
  /// name server has is tried first, then what we would have written.
  private List<DnsUpdates.Change> changes(Wanted.Text wanted, Survey<TxtRecord> survey) {
    DomainName owner = survey.owner();
    if (wanted.before().isEmpty()) {
      return List.of(new DnsUpdates.Change.AddText(owner, wanted.text(), ttl));
    }
    TxtRecord before = wanted.before().get();
    var changes = new ArrayList<DnsUpdates.Change>();
    OwnRecords.held(survey).stream()
        .distinct()
        .limit(MAX_FORMS)
        .forEach(
            there -> {
              List<TxtRecord> ours =
                  there.stream().filter(each -> OwnRecords.sameKey(each, before)).toList();
              if (!ours.isEmpty()) {
                changes.add(
                    new DnsUpdates.Change.ReplaceText(owner, there, ours, wanted.text(), ttl));
              }
            });
    changes.add(new DnsUpdates.Change.ReplaceText(owner, before, wanted.text(), ttl));
    return changes.stream().distinct().toList();
  }

  private Result ensure(Wanted.Tlsa wanted) {
    Survey<TlsaRecord> survey = authorities.ask(wanted.owner(), RecordType.TLSA);
    Optional<Result> problem = own.problem(wanted, survey);
    if (problem.isPresent()) {
      return problem.get();
    }
    if (wanted.there() && survey.any(values -> values.contains(wanted.tlsa()))) {
      return new Result.Handed(THERE);
    }
    Optional<DnsUpdates> primary = primaries.apply(survey.zone());
    if (primary.isEmpty()) {
      return unknownPrimary(survey);
    }
    DnsUpdates.Change change =
        wanted.there()
            ? new DnsUpdates.Change.AddTlsa(survey.owner(), wanted.tlsa(), ttl)
            : new DnsUpdates.Change.RemoveTlsa(survey.owner(), wanted.tlsa());
    return result(
        primary.get().apply(survey.zone(), change), survey.owner() + " is an alias of other names");
  }

  private static Result unknownPrimary(Survey<?> survey) {
    return new Result.Failed("the primary name server of " + survey.zone() + " is not known");
  }

  private static Result result(DnsUpdates.Outcome outcome, String conflict) {
    return switch (outcome) {
      case DnsUpdates.Outcome.Done() -> new Result.Handed("the update was answered");
      case DnsUpdates.Outcome.Differs() -> new Result.Conflict(conflict);
      case DnsUpdates.Outcome.Refused(String why) -> new Result.Failed(why);
      case DnsUpdates.Outcome.Unanswered(String why) -> new Result.Failed(why);
    };
  }

  private DnsUpdates.Change again(Wanted.Text wanted, DomainName owner) {
    TxtRecord revoked =
        DkimKeyRecord.parse(wanted.text().text())
            .toOptional()
            .map(record -> record.revoke().toTxt())
            .orElse(wanted.text());
    return new DnsUpdates.Change.ReplaceText(owner, revoked, wanted.text(), ttl);
  }
}
