package net.facteur.server.keys;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.dkim.DkimKeyRecord;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.server.keys.Publisher.Result;
import net.facteur.server.keys.Publisher.Wanted;

/// The records that publishers may touch: below `_domainkey` of the domain and at `_25._tcp` of the
/// host, or where a CNAME leads from there within the zone of keys.
///
/// @param keyZone where CNAMEs may lead
record OwnRecords(Optional<DomainName> keyZone) {
  /// Why a record cannot be written at all; empty where it can.
  Optional<Result> problem(Wanted wanted, Survey<?> survey) {
    if (survey.servers().isEmpty()) {
      return Optional.of(new Result.Failed(survey.problem().orElse("no name server was found")));
    }
    return ours(wanted, survey.owner())
        ? Optional.empty()
        : Optional.of(
            new Result.Conflict(
                wanted.owner() + " leads by a CNAME to " + survey.owner() + ", which is not ours"));
  }

  /// What each server holds.
  static List<List<TxtRecord>> held(Survey<TxtRecord> survey) {
    var all = new ArrayList<List<TxtRecord>>();
    survey
        .servers()
        .forEach(
            said -> {
              if (said.reply() instanceof Survey.Reply.Holds<TxtRecord>(var values, var _)) {
                all.add(values);
              }
            });
    return all;
  }

  /// True where a verifier finds the same key in both, however they are cut and spaced, whatever
  /// else they say.
  static boolean sameKey(TxtRecord one, TxtRecord other) {
    return one.text().equals(other.text())
        || key(one).filter(key(other).orElse("")::equals).isPresent();
  }

  /// The key as it stands in `p=`; empty where there is none.
  private static Optional<String> key(TxtRecord text) {
    return DkimKeyRecord.parse(text.text())
        .toOptional()
        .filter(record -> !record.revoked())
        .map(DkimKeyRecord::publicKey);
  }

  /// True where the text is there, and no other.
  static boolean only(List<TxtRecord> values, TxtRecord text) {
    return values.size() == 1 && values.getFirst().text().equals(text.text());
  }

  /// The names that may be touched: below `_domainkey` of the domain, and the port of mail of the
  /// host.
  private boolean ours(Wanted wanted, DomainName owner) {
    boolean right =
        switch (wanted) {
          case Wanted.Text _ ->
              wanted
                  .domain()
                  .child("_domainkey")
                  .filter(base -> wanted.owner().isWithin(base) && !wanted.owner().equals(base))
                  .isPresent();
          case Wanted.Tlsa _ ->
              wanted.domain().child("_25._tcp").equals(Optional.of(wanted.owner()));
        };
    return right && (owner.equals(wanted.owner()) || keyZone.filter(owner::isWithin).isPresent());
  }
}
