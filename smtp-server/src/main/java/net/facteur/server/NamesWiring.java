package net.facteur.server;

import java.util.List;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.acme.CertificateLife;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.volunteer.NamesPage;
import net.facteur.server.zone.ZoneLook;
import net.facteur.server.zone.ZoneLooks;
import net.facteur.server.zone.ZonePlans;

/// The names of a running server: how zones are looked at, and what the page of names sees.
final class NamesWiring {
  private NamesWiring() {}

  /// Looks at the zone of a domain as the settings say.
  static ZoneLooks.Looking looking(Settings settings, ReloadedParts parts, LastingParts lasting) {
    Resolver resolver = parts.security().resolver();
    return domain ->
        ZoneLook.of(
            new ZonePlans(settings, resolver, List.of(), ZonePlans.USUAL_AUTHORITY).of(domain),
            KeyWiring.authorities(KeySettings.from(settings), resolver),
            lasting.clock());
  }

  /// Looks at the zones of all domains, one after the other.
  static void lookAtAll(Settings settings, ReloadedParts parts, LastingParts lasting) {
    ZoneLooks.Looking looking = looking(settings, parts, lasting);
    domains(settings).forEach(domain -> lasting.zones().look(domain, looking));
  }

  private static List<DomainName> domains(Settings settings) {
    return settings.names("domains").stream().map(DomainName::of).toList();
  }

  /// What stands behind the page.
  static NamesPage.Doors doors(Settings settings, ReloadedParts parts, LastingParts lasting) {
    return new NamesPage.Doors(
        domains(settings),
        HostSettings.from(settings).name(),
        KeySettings.from(settings),
        lasting.journal()::read,
        () -> CertificateLife.of(settings),
        lasting.zones(),
        looking(settings, parts, lasting),
        parts.keyRequests()::fulfil,
        lasting.workers(),
        lasting.clock());
  }
}
