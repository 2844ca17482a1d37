package net.facteur.server.routes;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.Destination;
import net.facteur.queue.Pace;
import net.facteur.server.routing.NextHop;

/// Keeps to the rate of each route, beside what each provider may have. The attempts of a route
/// begin one after the other, each after its part of the minute. Safe for use by many threads, and
/// quick.
///
/// A route that names senders has no rate: the queue asks for a destination, whoever sends to it.
public final class RoutePace implements Pace {
  private static final String ROUTE = "route ";
  private static final char BEFORE_OTHER = '\t';

  private final RoutesSettings settings;
  private final Map<String, Integer> rates;
  private final Function<String, Optional<String>> providers;
  private final Pace other;
  private final Map<String, Instant> next = new HashMap<>();

  /// @param rates attempts in a minute by the name of the route; each at least 1
  /// @param providers the provider of a domain, by name, where somebody knows
  /// @param other what holds beside
  private RoutePace(
      RoutesSettings settings,
      Map<String, Integer> rates,
      Function<String, Optional<String>> providers,
      Pace other) {
    this.settings = settings;
    this.rates = Map.copyOf(rates);
    this.providers = providers;
    this.other = other;
  }

  /// @param providers the provider of a domain, by name, where somebody knows
  /// @param other what holds beside
  public static Pace of(
      RoutesSettings settings,
      Map<String, Integer> rates,
      Function<String, Optional<String>> providers,
      Pace other) {
    return rates.isEmpty() ? other : new RoutePace(settings, rates, providers, other);
  }

  /// What a group is made of.
  ///
  /// @param route with a rate
  /// @param within the group beside it, if there is one
  private record Group(String route, Optional<String> within) {
    String text() {
      return ROUTE + route + within.map(name -> BEFORE_OTHER + name).orElse("");
    }

    static Optional<Group> parse(String text) {
      if (!text.startsWith(ROUTE)) {
        return Optional.empty();
      }
      int at = text.indexOf(BEFORE_OTHER);
      return Optional.of(
          at < 0
              ? new Group(text.substring(ROUTE.length()), Optional.empty())
              : new Group(text.substring(ROUTE.length(), at), Optional.of(text.substring(at + 1))));
    }
  }

  @Override
  public Optional<String> group(Destination destination) {
    Optional<String> within = other.group(destination);
    return route(destination).map(route -> new Group(route, within).text()).or(() -> within);
  }

  /// The route of a destination, if it has a rate.
  private Optional<String> route(Destination destination) {
    if (!(NextHop.parse(destination).toOptional().orElse(null) instanceof NextHop.Mx mx)) {
      return Optional.empty();
    }
    Optional<DomainName> domain = Optional.of(mx.domain());
    return settings.rules().stream()
        .filter(rule -> rule.from().isEmpty())
        .filter(
            rule -> rule.holds(domain, Optional.empty(), () -> providers.apply(mx.domain().text())))
        .findFirst()
        .map(RouteRule::name)
        .filter(rates::containsKey);
  }

  @Override
  public Room room(String group, int running, Instant now) {
    Optional<Group> rated = Group.parse(group);
    if (rated.isEmpty()) {
      return other.room(group, running, now);
    }
    Optional<Room> beside = rated.get().within().map(within -> other.room(within, running, now));
    if (beside.isPresent() && beside.get().attempts() == 0) {
      return beside.get();
    }
    Instant free = free(rated.get().route(), now);
    return free.isAfter(now) ? Room.after(free) : Room.attempts(1);
  }

  private synchronized Instant free(String route, Instant now) {
    Instant free = next.getOrDefault(route, Instant.MIN);
    // No wait is longer than this, so one that seems to be was begun by a clock that was ahead.
    return free.isAfter(now.plus(interval(route))) ? now : free;
  }

  @Override
  public void begins(String group, Instant now) {
    Optional<Group> rated = Group.parse(group);
    rated.ifPresent(its -> begun(its.route(), now));
    rated.map(Group::within).orElse(Optional.of(group)).ifPresent(its -> other.begins(its, now));
  }

  private synchronized void begun(String route, Instant now) {
    next.put(route, now.plus(interval(route)));
  }

  private Duration interval(String route) {
    return Duration.ofMinutes(1).dividedBy(rates.getOrDefault(route, 1));
  }
}
