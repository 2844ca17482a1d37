package net.facteur.server.routes;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.config.Origin;
import net.facteur.server.delivery.DeliverySettings.RelayTls;
import net.facteur.server.delivery.Way;
import net.facteur.server.routing.NextHop;

/// A route that is set: for which mail it holds, and how that leaves. One without any condition
/// holds for nothing by itself; others name it as their fallback.
///
/// @param name of its block
/// @param to domains of recipients; none means all
/// @param providers who takes their mail, by name; none means all
/// @param from domains of senders; none means all
/// @param leaving how
/// @param fallback the way that is taken if this one is closed; empty for that of `fallback.route`
/// @param where it is written
public record RouteRule(
    String name,
    List<RoutePattern> to,
    List<String> providers,
    List<RoutePattern> from,
    Leaving leaving,
    Optional<String> fallback,
    Origin where) {
  /// The narrowest first; of two that are equal, the one whose name comes first.
  public static final Comparator<RouteRule> NARROWEST =
      Comparator.comparingInt((RouteRule rule) -> rule.rank()[0])
          .thenComparingInt(rule -> rule.rank()[1])
          .thenComparingInt(rule -> rule.rank()[2])
          .reversed()
          .thenComparing(RouteRule::name);

  public RouteRule {
    to = List.copyOf(to);
    providers = List.copyOf(providers);
    from = List.copyOf(from);
  }

  /// How mail leaves.
  public sealed interface Leaving {
    /// By the mail exchangers of each domain.
    ///
    /// @param port of the exchangers
    /// @param sources addresses of this machine; none for those of `delivery.sources`
    record Direct(int port, List<InetAddress> sources, Way.LeastTls least) implements Leaving {
      public Direct {
        sources = List.copyOf(sources);
      }
    }

    /// By one host.
    ///
    /// @param user who logs in there
    /// @param passwordFile absolute
    record Smarthost(
        NextHop.Relay host,
        RelayTls tls,
        Optional<String> user,
        Optional<Path> passwordFile,
        List<InetAddress> sources)
        implements Leaving {
      public Smarthost {
        sources = List.copyOf(sources);
      }
    }

    /// By an LMTP server.
    record Lmtp(NextHop server) implements Leaving {}
  }

  /// True if it holds for some mail by itself.
  public boolean conditional() {
    return !to.isEmpty() || !providers.isEmpty() || !from.isEmpty();
  }

  /// True if it holds for this mail.
  ///
  /// @param domain of the recipient; empty for an address literal
  /// @param sender the domain of the reverse-path; empty for a report
  /// @param provider asked only if the answer decides
  boolean holds(
      Optional<DomainName> domain,
      Optional<DomainName> sender,
      Supplier<Optional<String>> provider) {
    return conditional()
        && (to.isEmpty() || to.stream().anyMatch(pattern -> pattern.matches(domain)))
        && (from.isEmpty()
            || (sender.isPresent() && from.stream().anyMatch(each -> each.matches(sender))))
        && (providers.isEmpty() || provider.get().filter(providers::contains).isPresent());
  }

  /// Destination before provider before sender.
  private int[] rank() {
    return new int[] {narrowest(to), providers.isEmpty() ? 0 : 1, narrowest(from)};
  }

  private static int narrowest(List<RoutePattern> patterns) {
    return patterns.stream().mapToInt(RoutePattern::narrowness).min().orElse(0);
  }
}
