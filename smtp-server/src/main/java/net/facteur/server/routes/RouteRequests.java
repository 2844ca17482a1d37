package net.facteur.server.routes;

import static net.facteur.server.routes.RoutesTexts.SAY;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.language.Text;

/// What is asked of the fallbacks of a running server, in names and values.
public record RouteRequests(RouteTable table, Fallbacks fallbacks) {
  /// Tells of each first way that is not open: `route`, `provider`, `state` (`troubled` or `away`),
  /// `since`, `said`, and for `away` `reason`, `way` and `probe`.
  public void list(Consumer<Map<String, Object>> out) {
    fallbacks.all().forEach((target, standing) -> out.accept(row(target, standing)));
  }

  private static Map<String, Object> row(Target target, Standing standing) {
    var row = new LinkedHashMap<String, Object>();
    row.put("route", target.route());
    row.put("provider", target.provider());
    switch (standing) {
      case Standing.Open() -> row.put("state", "open");
      case Standing.Troubled(Instant since, String said) -> {
        row.put("state", "troubled");
        row.put("since", time(since));
        row.put("said", said);
      }
      case Standing.Away away -> {
        row.put("state", "away");
        row.put("since", time(away.since()));
        row.put("said", away.said());
        row.put("reason", away.reason().word());
        row.put("way", away.way());
        if (away.reason() != Standing.Reason.HAND) {
          row.put("probe", time(away.probe()));
        }
      }
    }
    return row;
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// Begins or ends a fallback, and tells how it is then, as [#list] does.
  ///
  /// @return what is wrong; empty where it was done
  public Optional<Text> act(FallbackWish wish, Consumer<Map<String, Object>> out) {
    return switch (wish.verb()) {
      case NOW -> begin(wish, out);
      case END -> end(wish, out);
    };
  }

  private Optional<Text> begin(FallbackWish wish, Consumer<Map<String, Object>> out) {
    Optional<RouteRule> first = first(wish);
    if (first.isEmpty()) {
      return Optional.of(SAY.noRoute(wish.route().orElse(wish.name())));
    }
    Optional<String> second =
        table.settings().second(first.get()).filter(way -> table.settings().way(way).isPresent());
    if (second.isEmpty()) {
      return Optional.of(SAY.noSecond(first.get().name()));
    }
    Optional<Target> target =
        RouteTable.target(first.get(), () -> Optional.of(Ascii.lower(wish.name())));
    if (target.isEmpty()) {
      return Optional.of(SAY.noRoute(wish.name()));
    }
    var _ = fallbacks.begin(target.get(), second.get(), Standing.Reason.HAND, Duration.ZERO, "-");
    out.accept(row(target.get(), fallbacks.of(target.get())));
    return Optional.empty();
  }

  private Optional<RouteRule> first(FallbackWish wish) {
    if (wish.route().isPresent()) {
      return table.settings().way(wish.route().get());
    }
    return table.settings().way(wish.name()).or(() -> Optional.of(table.settings().usual()));
  }

  private Optional<Text> end(FallbackWish wish, Consumer<Map<String, Object>> out) {
    String name = Ascii.lower(wish.name());
    List<Target> meant =
        fallbacks.all().entrySet().stream()
            .filter(each -> each.getValue() instanceof Standing.Away)
            .map(Map.Entry::getKey)
            .filter(
                target ->
                    wish.route().map(target.route()::equals).orElse(true)
                        && (target.provider().equals(name)
                            || (wish.route().isEmpty() && target.route().equals(name))))
            .toList();
    if (meant.isEmpty()) {
      return Optional.of(SAY.noFallback(wish.name()));
    }
    for (Target target : meant) {
      var _ = fallbacks.end(target);
      out.accept(row(target, fallbacks.of(target)));
    }
    return Optional.empty();
  }
}
