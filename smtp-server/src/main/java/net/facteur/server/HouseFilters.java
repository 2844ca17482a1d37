package net.facteur.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.dnslist.DnsListFilter;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.dnslist.DnsListWatch;
import net.facteur.server.filter.dnslist.ListStandings;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.notices.Notices;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.upkeep.Upkeep;

/// The filters that need no program beside us, in the order in which they are asked: what the house
/// decides, then what lists of others say.
///
/// @param filters none of those that are off
record HouseFilters(
    List<MessageFilter> filters,
    DnsListSettings lists,
    ListStandings standings,
    LastingParts lasting) {
  HouseFilters {
    filters = List.copyOf(filters);
  }

  static HouseFilters of(Settings settings, LastingParts lasting, Resolver resolver) {
    var filters = new ArrayList<MessageFilter>();
    var lists = DnsListSettings.from(settings);
    var standings = new ListStandings(resolver, lasting.clock());
    if (!lists.off()) {
      filters.add(
          new DnsListFilter(
              lists,
              resolver,
              standings,
              ownHosts(settings),
              ownDomains(settings),
              lasting.workers()));
    }
    return new HouseFilters(filters, lists, standings, lasting);
  }

  /// Who tells the postmaster of lists that do not work.
  Upkeep.Chore listWatch(Notices notices) {
    return new DnsListWatch(lists.lists(), standings, notices, lasting.clock());
  }

  /// Mail of hosts that we trust: gateways, as far as they make it themselves, and those who may
  /// hand in mail without a password.
  private static Predicate<FilteredMessage> ownHosts(Settings settings) {
    List<AddressBlock> networks =
        Stream.concat(
                ReceptionSettings.from(settings).gateways().stream(),
                SmtpSettings.from(settings).submission().trustedNetworks().stream())
            .toList();
    return message -> networks.stream().anyMatch(network -> network.contains(message.origin()));
  }

  private static Predicate<DomainName> ownDomains(Settings settings) {
    List<DomainName> domains = RoutingSettings.from(settings).domains();
    return name -> domains.stream().anyMatch(name::isWithin);
  }
}
