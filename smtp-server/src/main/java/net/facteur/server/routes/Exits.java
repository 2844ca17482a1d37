package net.facteur.server.routes;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;

/// From where mail of a domain may come to others, so that its SPF record can name it. A second way
/// counts like the first.
///
/// @param own from the addresses of this server's name
/// @param sources from these addresses of this machine
/// @param smarthosts through these hosts, whose addresses only they know
public record Exits(boolean own, List<InetAddress> sources, List<String> smarthosts) {
  /// From this server alone.
  public static final Exits DIRECT = new Exits(true, List.of(), List.of());

  public Exits {
    sources = List.copyOf(sources);
    smarthosts = List.copyOf(smarthosts);
  }

  /// Those of mail whose sender has a domain.
  public static Exits of(RoutesSettings routes, DomainName sender) {
    var ways = new ArrayList<RouteRule>();
    for (RouteRule rule : routes.rules()) {
      if (rule.conditional() && mayHold(rule, sender)) {
        ways.add(rule);
      }
    }
    boolean all = ways.stream().anyMatch(rule -> takesAll(rule, sender));
    if (!all) {
      ways.add(routes.usual());
    }
    for (RouteRule first : List.copyOf(ways)) {
      routes.second(first).flatMap(routes::way).ifPresent(ways::add);
    }
    boolean own = false;
    Set<InetAddress> sources = new LinkedHashSet<>();
    Set<String> smarthosts = new LinkedHashSet<>();
    for (RouteRule way : ways) {
      switch (way.leaving()) {
        case RouteRule.Leaving.Direct direct -> {
          own |= direct.sources().isEmpty();
          sources.addAll(direct.sources());
        }
        case RouteRule.Leaving.Smarthost smarthost -> smarthosts.add(smarthost.host().host());
        case RouteRule.Leaving.Lmtp _ -> {} // the recipient's own
      }
    }
    return new Exits(own, List.copyOf(sources), List.copyOf(smarthosts));
  }

  /// A host that is named for single destinations is theirs, and asks no SPF record.
  private static boolean mayHold(RouteRule rule, DomainName sender) {
    boolean theirs =
        rule.leaving() instanceof RouteRule.Leaving.Smarthost
            && rule.providers().isEmpty()
            && !rule.to().isEmpty()
            && rule.to().stream().noneMatch(RoutePattern.Any.class::isInstance);
    return !theirs && isFrom(rule, sender);
  }

  private static boolean isFrom(RouteRule rule, DomainName sender) {
    return rule.from().isEmpty()
        || rule.from().stream().anyMatch(pattern -> pattern.matches(Optional.of(sender)));
  }

  private static boolean takesAll(RouteRule rule, DomainName sender) {
    return isFrom(rule, sender)
        && rule.providers().isEmpty()
        && (rule.to().isEmpty() || rule.to().stream().anyMatch(RoutePattern.Any.class::isInstance));
  }
}
