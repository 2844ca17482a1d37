package net.facteur.server.keys;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DnsUpdates;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;

/// Writes records by signed updates (RFC 2136).
///
/// It touches names below `_domainkey` of the domain only, or where a CNAME leads from there names
/// within the zone of keys, and never anything but a record that it put there itself.
public final class UpdatePublisher implements Publisher {
  private final Authorities authorities;
  private final Function<DomainName, Optional<DnsUpdates>> primaries;
  private final Optional<DomainName> keyZone;
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
    this.ttl = ttl;
  }

  @Override
  public Result ensure(Wanted wanted) {
    Survey<TxtRecord> survey = authorities.ask(wanted.owner(), RecordType.TXT);
    if (survey.servers().isEmpty()) {
      return new Result.Failed(survey.problem().orElse("no name server was found"));
    }
    if (!ours(wanted, survey.owner())) {
      return new Result.Conflict(
          wanted.owner() + " leads by a CNAME to " + survey.owner() + ", which is not ours");
    }
    if (survey.servers().stream().anyMatch(said -> holds(said.reply(), wanted.text()))) {
      // A secondary can only have it from the primary.
      return new Result.Handed("the name servers have it");
    }
    Optional<DnsUpdates> primary = primaries.apply(survey.zone());
    if (primary.isEmpty()) {
      return new Result.Failed("the primary name server of " + survey.zone() + " is not known");
    }
    DnsUpdates.Change change =
        wanted
            .before()
            .<DnsUpdates.Change>map(
                before ->
                    new DnsUpdates.Change.ReplaceText(survey.owner(), before, wanted.text(), ttl))
            .orElseGet(() -> new DnsUpdates.Change.AddText(survey.owner(), wanted.text(), ttl));
    DnsUpdates.Outcome outcome = primary.get().apply(survey.zone(), change);
    if (outcome instanceof DnsUpdates.Outcome.Differs
        && keyZone.filter(survey.owner()::isWithin).isPresent()) {
      // In the zone of keys a name serves again once its last key is revoked.
      outcome = primary.get().apply(survey.zone(), again(wanted, survey.owner()));
    }
    return switch (outcome) {
      case DnsUpdates.Outcome.Done() -> new Result.Handed("the update was answered");
      case DnsUpdates.Outcome.Differs() ->
          new Result.Conflict(
              survey.owner()
                  + (wanted.before().isPresent()
                      ? " does not hold the record that we put there"
                      : " holds a record that is not ours"));
      case DnsUpdates.Outcome.Refused(String why) -> new Result.Failed(why);
      case DnsUpdates.Outcome.Unanswered(String why) -> new Result.Failed(why);
    };
  }

  private DnsUpdates.Change again(Wanted wanted, DomainName owner) {
    TxtRecord revoked =
        DkimKeyRecord.parse(wanted.text().text())
            .toOptional()
            .map(record -> record.revoke().toTxt())
            .orElse(wanted.text());
    return new DnsUpdates.Change.ReplaceText(owner, revoked, wanted.text(), ttl);
  }

  private static boolean holds(Survey.Reply<TxtRecord> reply, TxtRecord text) {
    return reply instanceof Survey.Reply.Holds<TxtRecord>(var values, Duration _)
        && values.size() == 1
        && values.getFirst().text().equals(text.text());
  }

  private boolean ours(Wanted wanted, DomainName owner) {
    boolean below =
        wanted
            .domain()
            .child("_domainkey")
            .filter(base -> wanted.owner().isWithin(base) && !wanted.owner().equals(base))
            .isPresent();
    return below && (owner.equals(wanted.owner()) || keyZone.filter(owner::isWithin).isPresent());
  }
}
