package net.facteur.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.queue.MailAddress;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.config.Settings;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.dnslist.DnsListFilter;
import net.facteur.server.filter.dnslist.DnsListSettings;
import net.facteur.server.filter.dnslist.DnsListWatch;
import net.facteur.server.filter.dnslist.ListStandings;
import net.facteur.server.filter.ownnames.OwnNamesFilter;
import net.facteur.server.filter.ownnames.OwnNamesSettings;
import net.facteur.server.filter.rules.AttachmentFilter;
import net.facteur.server.filter.rules.AttachmentSettings;
import net.facteur.server.filter.rules.RulesFile;
import net.facteur.server.filter.rules.RulesWatch;
import net.facteur.server.filter.rules.SenderFilter;
import net.facteur.server.filter.rules.SenderRules;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.notices.Notices;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.upkeep.Upkeep;

/// The filters that need no program beside us, in the order in which they are asked: what the house
/// decides, then what lists of others say.
///
/// @param filters none of those that are off
record HouseFilters(
    List<MessageFilter> filters,
    SenderRules rules,
    DnsListSettings lists,
    ListStandings standings,
    LastingParts lasting) {
  HouseFilters {
    filters = List.copyOf(filters);
  }

  static HouseFilters of(
      Settings settings, LastingParts lasting, Resolver resolver, Router router) {
    var filters = new ArrayList<MessageFilter>();
    var rules = new SenderRules(RulesFile.beside(AccountsSettings.file(settings)));
    var senders = new SenderFilter(rules, address -> owners(router, address));
    filters.add(senders);
    filters.add(
        new OwnNamesFilter(
            OwnNamesSettings.from(settings),
            RoutingSettings.from(settings).domains(),
            ReceptionSettings.from(settings).trustedSealers(),
            lasting.ownNames()));
    var attachments = AttachmentSettings.from(settings);
    if (!attachments.types().isEmpty()) {
      filters.add(new AttachmentFilter(attachments, lasting.workers()));
    }
    var lists = DnsListSettings.from(settings);
    var standings = new ListStandings(resolver, lasting.clock());
    if (!lists.off()) {
      filters.add(
          new DnsListFilter(
              lists,
              resolver,
              standings,
              ownHosts(settings).or(senders::welcomes),
              ownDomains(settings),
              lasting.workers()));
    }
    return new HouseFilters(filters, rules, lists, standings, lasting);
  }

  /// Who reads the rules again, keeps the counts, and tells the postmaster of lists that do not
  /// work.
  Stream<Upkeep.Chore> chores(Notices notices) {
    return Stream.of(
        new RulesWatch(rules, notices),
        lasting.ownNames(),
        new DnsListWatch(lists.lists(), standings, notices, lasting.clock()));
  }

  /// Whose mailboxes an address leads to; empty where its mail goes elsewhere, too.
  private static Set<UserName> owners(Router router, MailAddress address) {
    if (!(router.resolve(address) instanceof Resolution.Routed(List<Resolution.End> ends))) {
      return Set.of();
    }
    Set<UserName> owners = new HashSet<>();
    for (Resolution.End end : ends) {
      Optional<UserName> owner = end.user().flatMap(UserName::parse);
      if (owner.isEmpty()) {
        return Set.of();
      }
      owners.add(owner.get());
    }
    return owners;
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
