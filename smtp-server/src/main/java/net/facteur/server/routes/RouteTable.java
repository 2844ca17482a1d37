package net.facteur.server.routes;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RoutingSettings;

/// Which routes mail for a destination has. Immutable; asks nobody but for the provider.
///
/// @param settings the rules
/// @param routing domains of others that are relayed for, which no rule and no fallback touches
/// @param provider the provider of a mail exchanger, by the exchanger's name
public record RouteTable(
    RoutesSettings settings, RoutingSettings routing, Function<String, String> provider) {
  /// What mail does.
  ///
  /// @param first the first way; empty where the queue's destination says it
  /// @param second the second way, if there is one
  /// @param target who may close the first way; empty where nobody knows
  /// @param decided why
  public record Choice(
      Optional<RouteRule> first,
      Optional<RouteRule> second,
      Optional<Target> target,
      Decided decided) {}

  /// What decided.
  public enum Decided {
    /// A rule.
    RULE,
    /// No rule names it.
    USUAL,
    /// A domain that this server relays for.
    RELAY_DOMAIN,
    /// It was queued for a host.
    QUEUED
  }

  /// @param exchangers the mail exchangers of the domain, the best first; asked at most once
  public Choice choose(
      NextHop hop, Optional<DomainName> sender, Supplier<List<DomainName>> exchangers) {
    return switch (hop) {
      case NextHop.Mx(DomainName domain) when routing.relayDomains().containsKey(domain) ->
          new Choice(Optional.empty(), Optional.empty(), Optional.empty(), Decided.RELAY_DOMAIN);
      case NextHop.Mx(DomainName domain) -> foreign(Optional.of(domain), sender, exchangers);
      case NextHop.Literal _ -> foreign(Optional.empty(), sender, List::of);
      case NextHop.Relay relay when isUsual(relay) ->
          routed(settings.usual(), Optional::empty, Decided.USUAL);
      case NextHop.Relay _,
          NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.LmtpSocket _,
          NextHop.LmtpHost _,
          NextHop.LmtpJunk _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _ ->
          new Choice(Optional.empty(), Optional.empty(), Optional.empty(), Decided.QUEUED);
    };
  }

  private boolean isUsual(NextHop.Relay relay) {
    return settings.usual().leaving() instanceof RouteRule.Leaving.Smarthost smarthost
        && smarthost.host().equals(relay);
  }

  private Choice foreign(
      Optional<DomainName> domain,
      Optional<DomainName> sender,
      Supplier<List<DomainName>> exchangers) {
    var asked = new ProviderAnswer(exchangers);
    for (RouteRule rule : settings.rules()) {
      if (rule.holds(domain, sender, asked)) {
        return routed(rule, asked, Decided.RULE);
      }
    }
    return routed(settings.usual(), asked, Decided.USUAL);
  }

  private Choice routed(RouteRule first, Supplier<Optional<String>> asked, Decided decided) {
    Optional<RouteRule> second =
        settings
            .second(first)
            .flatMap(name -> settings.way(name))
            .filter(way -> !way.leaving().equals(first.leaving()));
    return new Choice(
        Optional.of(first),
        second,
        second.isPresent() ? target(first, asked) : Optional.empty(),
        decided);
  }

  /// Who may close a way.
  ///
  /// @param asked the provider of the destination
  static Optional<Target> target(RouteRule first, Supplier<Optional<String>> asked) {
    return switch (first.leaving()) {
      case RouteRule.Leaving.Direct _ ->
          asked.get().map(provider -> new Target(first.name(), provider));
      case RouteRule.Leaving.Smarthost smarthost ->
          Optional.of(new Target(first.name(), Ascii.lower(smarthost.host().host())));
      case RouteRule.Leaving.Lmtp(NextHop server) ->
          Optional.of(new Target(first.name(), server.destination().text()));
    };
  }

  /// The provider of the best mail exchanger, asked when it is needed, and once.
  private final class ProviderAnswer implements Supplier<Optional<String>> {
    private final Supplier<List<DomainName>> exchangers;
    private Optional<Optional<String>> answer = Optional.empty();

    ProviderAnswer(Supplier<List<DomainName>> exchangers) {
      this.exchangers = exchangers;
    }

    @Override
    public Optional<String> get() {
      if (answer.isEmpty()) {
        answer =
            Optional.of(
                exchangers.get().stream().findFirst().map(host -> provider.apply(host.text())));
      }
      return answer.get();
    }
  }
}
