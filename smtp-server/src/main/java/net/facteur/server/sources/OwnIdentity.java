package net.facteur.server.sources;

import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import net.facteur.auth.dkim.KeyType;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeyRing;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.routing.RoutingSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// How this server is known in reports.
///
/// @param addresses from which it sends
/// @param hosts names of hosts that send for it, such as a smarthost, and names above them
/// @param selectors of its keys, in lower case; those with which it was seen to sign count as well
public record OwnIdentity(
    Set<InetAddress> addresses, Set<DomainName> hosts, Set<String> selectors) {
  private static final Logger LOG = LogManager.getLogger(OwnIdentity.class);

  public OwnIdentity {
    addresses = Set.copyOf(addresses);
    hosts = Set.copyOf(hosts);
    selectors = Set.copyOf(selectors);
  }

  /// What the settings and the DNS say: the addresses of the host's name, those that the settings
  /// name, those of the smarthost and the hosts beside it. Blocks.
  public static OwnIdentity of(Settings settings, Resolver resolver) {
    var addresses = new HashSet<InetAddress>(ListenerSettings.from(settings).ownAddresses());
    var hosts = new HashSet<DomainName>();
    DomainName name = HostSettings.from(settings).name();
    addresses.addAll(addresses(resolver, name));
    hosts.add(name);
    RoutingSettings.from(settings)
        .relay()
        .flatMap(relay -> DomainName.parse(relay.host()).toOptional())
        .filter(host -> host.labelCount() > 1)
        .ifPresent(
            host -> {
              addresses.addAll(addresses(resolver, host));
              hosts.add(besides(host));
            });
    var unmapped = new HashSet<InetAddress>();
    addresses.forEach(address -> unmapped.add(IpLiteral.unmapped(address)));
    return new OwnIdentity(unmapped, hosts, selectors(settings));
  }

  private static Set<InetAddress> addresses(Resolver resolver, DomainName host) {
    var addresses = new HashSet<InetAddress>();
    addresses.addAll(resolver.lookup(host, RecordType.A).orEmpty());
    addresses.addAll(resolver.lookup(host, RecordType.AAAA).orEmpty());
    return addresses;
  }

  /// What a smarthost takes in, others of its hosts send out.
  private static DomainName besides(DomainName host) {
    return host.parent().filter(parent -> parent.labelCount() > 1).orElse(host);
  }

  private static Set<String> selectors(Settings settings) {
    KeySettings keys = KeySettings.from(settings);
    var selectors = new HashSet<String>(keys.pinned().values());
    try {
      for (KeyRing.Entry entry : KeyWiring.journal(keys.directory()).read().entries()) {
        for (KeyType type : KeyType.values()) {
          selectors.add(entry.name().selector(type));
        }
      }
    } catch (IOException e) {
      // Those with which it was seen to sign are left.
      LOG.debug("the selectors of this server: {}", e.toString());
    }
    var lower = new HashSet<String>();
    selectors.forEach(selector -> lower.add(SourceSurvey.lower(selector)));
    return lower;
  }

  boolean sendsAs(DomainName name) {
    return hosts.stream().anyMatch(name::isWithin);
  }
}
