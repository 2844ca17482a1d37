package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
import net.facteur.server.routes.RoutePattern;
import net.facteur.server.routes.RouteRule;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.RoutingSettings;

/// Routes that are legal and hardly meant.
final class RouteCautions {
  private final Settings settings;
  private final RoutesSettings routes;
  private final List<Mistake> found = new ArrayList<>();

  RouteCautions(Settings settings) {
    this.settings = settings;
    this.routes = RoutesSettings.from(settings);
  }

  List<Mistake> all() {
    Map<Object, String> seen = new HashMap<>();
    for (RouteRule rule : routes.rules()) {
      unused(rule);
      otherDomains(rule);
      if (rule.conditional()) {
        Optional.ofNullable(
                seen.putIfAbsent(
                    List.of(
                        Set.copyOf(rule.to()),
                        Set.copyOf(rule.providers()),
                        Set.copyOf(rule.from())),
                    rule.name()))
            .ifPresent(twin -> say(rule, SAY.routeTwin(rule.name(), twin), SAY.routeTakeOut()));
      }
      if (settings.find(RoutesSettings.LMTP, rule.name()).isPresent()
          && settings.find(RoutesSettings.HOST, rule.name()).isPresent()) {
        say(rule, SAY.routeHostAndLmtp(rule.name()), SAY.routeTakeOut());
      }
      boolean unrated =
          !rule.from().isEmpty() || (rule.to().isEmpty() && rule.providers().isEmpty());
      if (unrated && settings.find(RoutesSettings.RATE, rule.name()).isPresent()) {
        say(rule, SAY.routeRateOfSender(rule.name()), SAY.routeTakeOut());
      }
      itself(rule);
      sources(rule);
    }
    routes.fallback().ifPresent(this::second);
    return List.copyOf(found);
  }

  private void say(RouteRule rule, Text what, Text remedy) {
    found.add(new Mistake(rule.where(), what, remedy));
  }

  private void unused(RouteRule rule) {
    boolean named =
        routes.fallback().filter(rule.name()::equals).isPresent()
            || routes.rules().stream()
                .anyMatch(other -> other.fallback().filter(rule.name()::equals).isPresent());
    if (!rule.conditional() && !named) {
      say(
          rule,
          SAY.routeUnused(rule.name()),
          ConfigTexts.SAY.type("routes { \"" + rule.name() + "\" { to = [\"example.org\"] } }"));
    }
  }

  /// Our domains and those that are relayed for never take a route.
  private void otherDomains(RouteRule rule) {
    Set<DomainName> others =
        Stream.concat(
                HostSettings.from(settings).domains().stream(),
                RoutingSettings.from(settings).relayDomains().keySet().stream())
            .collect(Collectors.toSet());
    for (RoutePattern pattern : rule.to()) {
      if (pattern instanceof RoutePattern.Exact(DomainName domain) && others.contains(domain)) {
        say(rule, SAY.routeNotForeign(rule.name(), domain), SAY.routeTakeOut());
      }
    }
  }

  private void itself(RouteRule rule) {
    if (rule.leaving() instanceof RouteRule.Leaving.Smarthost smarthost
        && smarthost.host().host().equalsIgnoreCase(HostSettings.from(settings).name().text())) {
      say(rule, SAY.routeItself(rule.name()), SAY.routeNameHost());
    }
  }

  private void sources(RouteRule rule) {
    List<InetAddress> sources =
        switch (rule.leaving()) {
          case RouteRule.Leaving.Direct direct -> direct.sources();
          case RouteRule.Leaving.Smarthost smarthost -> smarthost.sources();
          case RouteRule.Leaving.Lmtp _ -> List.of();
        };
    for (InetAddress source : sources) {
      if (!isHere(source)) {
        say(
            rule,
            SAY.routeSourceElsewhere(rule.name(), source.getHostAddress()),
            SAY.routeNameSource());
      }
    }
    if (sources.size() == 2 && sources.getFirst().getClass() == sources.getLast().getClass()) {
      say(rule, SAY.routeSourcesAlike(rule.name()), SAY.routeNameSource());
    }
  }

  /// What cannot be known is no trouble.
  private static boolean isHere(InetAddress address) {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException _) {
      return true;
    }
  }

  private void second(String name) {
    Optional<RouteRule> second = routes.way(name);
    boolean same = second.filter(way -> way.leaving().equals(routes.usual().leaving())).isPresent();
    if (same) {
      found.add(
          new Mistake(
              settings.origin(RoutesSettings.FALLBACK),
              SAY.routeSecondIsFirst(name),
              SAY.routeNameSecond()));
    }
  }
}
