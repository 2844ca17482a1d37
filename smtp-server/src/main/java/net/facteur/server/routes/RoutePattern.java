package net.facteur.server.routes;

import java.util.Optional;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Parsed;

/// The domains that a rule holds for: `example.org`, `*.example.org` for all below it, or `*`.
public sealed interface RoutePattern {
  /// One domain.
  record Exact(DomainName domain) implements RoutePattern {}

  /// All domains below one, and not that itself.
  record Below(DomainName domain) implements RoutePattern {}

  /// Every domain, and every address literal.
  record Any() implements RoutePattern {}

  static Parsed<RoutePattern> parse(String text) {
    if (text.equals("*")) {
      return Parsed.ok(new Any());
    }
    boolean below = text.startsWith("*.");
    return switch (DomainName.parse(below ? text.substring(2) : text)) {
      case Parsed.Ok<DomainName>(DomainName name) ->
          name.isHostName() && !name.isRoot()
              ? Parsed.ok(below ? new Below(name) : new Exact(name))
              : Parsed.malformed(0, "a domain");
      case Parsed.Malformed<DomainName>(int at, String expected) ->
          Parsed.malformed(below ? at + 2 : at, expected);
    };
  }

  /// @param domain empty for an address literal
  default boolean matches(Optional<DomainName> domain) {
    return switch (this) {
      case Exact(DomainName its) -> domain.filter(its::equals).isPresent();
      case Below(DomainName its) ->
          domain.filter(name -> name.isWithin(its) && !name.equals(its)).isPresent();
      case Any() -> true;
    };
  }

  /// How narrow it is: more than one that holds for more.
  default int narrowness() {
    return switch (this) {
      case Exact _ -> 1000;
      case Below(DomainName its) -> its.labelCount();
      case Any _ -> 0;
    };
  }

  /// As it is written.
  default String text() {
    return switch (this) {
      case Exact(DomainName its) -> its.text();
      case Below(DomainName its) -> "*." + its.text();
      case Any() -> "*";
    };
  }
}
