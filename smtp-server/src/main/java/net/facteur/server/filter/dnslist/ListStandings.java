package net.facteur.server.filter.dnslist;

import static net.facteur.server.filter.dnslist.DnsListTexts.SAY;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.auth.dnslist.ListAnswer;
import net.facteur.auth.dnslist.ListStanding;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Which lists work: their test points are looked at every hour, and every five minutes of a list
/// that does not work. Safe for use by many threads.
public final class ListStandings {
  private static final Logger LOG = LogManager.getLogger(ListStandings.class);
  private static final Duration SOUND = Duration.ofHours(1);
  private static final Duration UNSOUND = Duration.ofMinutes(5);

  /// A list may be down for a while; later somebody should know.
  private static final Duration SILENT = Duration.ofHours(1);

  private final Resolver resolver;
  private final InstantSource clock;
  private final Map<DnsList, Known> known = new ConcurrentHashMap<>();
  private final Map<DnsList, LocalDate> told = new ConcurrentHashMap<>();

  /// @param until when it is looked at again
  /// @param since from when on it has been as it is, sound or not
  private record Known(ListStanding standing, Instant until, Instant since) {}

  public ListStandings(Resolver resolver, InstantSource clock) {
    this.resolver = resolver;
    this.clock = clock;
  }

  /// Whether a list works. Asks it where that is not known, or known for too long: a few look-ups.
  ListStanding of(DnsList list) {
    Instant now = clock.instant();
    Known before = known.get(list);
    if (before != null && now.isBefore(before.until())) {
      return before.standing();
    }
    ListStanding standing = ListStanding.test(resolver, list);
    keep(list, standing, now);
    return standing;
  }

  /// Takes note of an answer that says that the list does not work.
  void met(DnsList list, ListAnswer.Unusable answer) {
    keep(list, new ListStanding.Useless(answer), clock.instant());
  }

  private void keep(DnsList list, ListStanding standing, Instant now) {
    boolean sound = standing instanceof ListStanding.Sound;
    Known after =
        known.compute(
            list,
            (_, before) ->
                new Known(
                    standing,
                    now.plus(sound ? SOUND : UNSOUND),
                    before != null && sound == before.standing() instanceof ListStanding.Sound
                        ? before.since()
                        : now));
    if (after.since().equals(now)) {
      LOG.info("dnslist list={} standing=\"{}\"", list, text(standing).in(Language.ENGLISH));
    }
  }

  /// What is wrong with which lists, as far as nobody was told today: lists that answer in a way
  /// that counts for nothing, and those that have not answered for an hour. Telling once is enough
  /// for a day.
  List<Text> troubles(List<DnsList> lists) {
    Instant now = clock.instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    var troubles = new ArrayList<Text>();
    for (DnsList list : lists) {
      ListStanding standing = of(list);
      Known seen = known.get(list);
      boolean worth =
          switch (standing) {
            case ListStanding.Sound _ -> false;
            case ListStanding.ListsNothing _,
                ListStanding.ListsEverything _,
                ListStanding.Useless _ ->
                true;
            case ListStanding.Silent _ -> seen != null && !now.isBefore(seen.since().plus(SILENT));
          };
      if (worth && !today.equals(told.put(list, today))) {
        troubles.add(Text.joined(": ", List.of(Text.of(list.zone().text()), text(standing))));
      }
    }
    return troubles;
  }

  /// What there is to say of a list, for an administrator.
  public static Text text(ListStanding standing) {
    return switch (standing) {
      case ListStanding.Sound(boolean ipv6) -> ipv6 ? SAY.sound() : SAY.soundIpv4();
      case ListStanding.ListsNothing() -> SAY.listsNothing();
      case ListStanding.ListsEverything() -> SAY.listsEverything();
      case ListStanding.Useless(ListAnswer.Unusable answer) ->
          switch (answer.why()) {
            case OUTSIDE -> SAY.outside(IpLiteral.print(answer.code()));
            case REFUSED -> SAY.refused(IpLiteral.print(answer.code()));
          };
      case ListStanding.Silent(String reason) -> SAY.silent(reason);
    };
  }
}
