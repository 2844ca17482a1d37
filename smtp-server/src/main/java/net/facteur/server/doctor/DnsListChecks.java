package net.facteur.server.doctor;

import java.util.List;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.dnslist.DnsList;
import net.facteur.auth.dnslist.ListStanding;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.dnslist.ListStandings;

/// The lists in the DNS that the settings name: whether each has its test points.
public final class DnsListChecks {
  private static final String CHECK = "dnslist";

  private DnsListChecks() {}

  /// Asks each list about its test points. Nothing where the settings name none.
  public static List<Finding> examine(Settings settings, Resolver resolver) {
    return DnsListSettings.from(settings).lists().stream()
        .map(list -> finding(list, ListStanding.test(resolver, list)))
        .toList();
  }

  private static Finding finding(DnsList list, ListStanding standing) {
    String name = list.zone().text();
    return switch (standing) {
      case ListStanding.Sound _ -> Finding.ok(CHECK, name, ListStandings.text(standing));
      case ListStanding.Silent _ -> Finding.warning(CHECK, name, ListStandings.text(standing));
      case ListStanding.ListsNothing _, ListStanding.ListsEverything _, ListStanding.Useless _ ->
          Finding.warning(
              CHECK, name, ListStandings.text(standing), "facteur dnslist test 127.0.0.2");
    };
  }
}
