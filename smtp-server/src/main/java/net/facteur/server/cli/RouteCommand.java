package net.facteur.server.cli;

import static net.facteur.server.cli.RouteTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Text;
import net.facteur.server.routes.FallbackWish;
import net.facteur.server.routes.FallbackWishes;
import net.facteur.server.routes.RoutePattern;
import net.facteur.server.routes.RouteRule;
import net.facteur.server.routes.RouteTable;
import net.facteur.server.routes.RouteWiring;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Command(name = "route")
final class RouteCommand {
  private RouteCommand() {}

  /// The group with its commands.
  static CommandLine of(Workplace workplace) {
    var group = new CommandLine(new RouteCommand());
    group.addSubcommand(new ListThem(workplace));
    group.addSubcommand(new RouteShow(workplace));
    group.addSubcommand(new Fallback(workplace));
    return group;
  }

  /// What the commands share.
  abstract static class Routing implements Callable<Integer> {
    final Workplace workplace;
    @Mixin private final SettingsOption option = new SettingsOption();

    @Option(names = "--json")
    boolean json;

    Routing(Workplace workplace) {
      this.workplace = workplace;
    }

    Settings settings() {
      return option.readRight(workplace, workplace.err());
    }

    void tell(Text text) {
      workplace.out().println(option.typed(workplace, workplace.say(text)));
    }

    void print(Map<String, Object> line) {
      workplace.out().println(new JsonMapper().writeValueAsString(line));
    }

    /// The ways that are closed; empty where no server runs, which alone knows.
    Optional<List<JsonNode>> closed() throws IOException {
      Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
      if (server.isEmpty()) {
        return Optional.empty();
      }
      var lines = new ArrayList<JsonNode>();
      server.get().listRoutes(lines::add);
      return Optional.of(lines);
    }

    static Text closed(JsonNode line) {
      String provider = ControlledCommand.shown(line.path("provider"));
      String route = ControlledCommand.shown(line.path("route"));
      String since = line.path("since").asString("-");
      String said = ControlledCommand.shown(line.path("said"));
      if (!line.path("state").asString("").equals("away")) {
        return SAY.routeTroubled(provider, route, since, said);
      }
      var parts = new ArrayList<Text>();
      parts.add(SAY.routeAway(provider, route, ControlledCommand.shown(line.path("way")), since));
      parts.add(
          switch (line.path("reason").asString("")) {
            case "policy" -> SAY.routeAwayPolicy(said);
            case "down" -> SAY.routeAwayDown(said);
            default -> SAY.routeAwayHand();
          });
      if (line.has("probe")) {
        parts.add(SAY.routeAwayProbe(line.path("probe").asString("-")));
      }
      return Text.joined(" ", parts);
    }
  }

  /// How mail leaves by a route.
  static Text how(RouteRule rule) {
    return switch (rule.leaving()) {
      case RouteRule.Leaving.Direct(int port, var sources, var _) ->
          sources.isEmpty()
              ? SAY.routeBySystemAddress()
              : SAY.routeByExchangers(
                  port,
                  sources.stream()
                      .map(java.net.InetAddress::getHostAddress)
                      .collect(Collectors.joining(", ")));
      case RouteRule.Leaving.Smarthost smarthost -> {
        String host = smarthost.host().destination().text().substring("relay:".length());
        String tls = smarthost.tls().name().toLowerCase(java.util.Locale.ROOT);
        yield smarthost
            .user()
            .map(user -> SAY.routeByHostAs(host, user, tls))
            .orElseGet(() -> SAY.routeByHost(host, tls));
      }
      case RouteRule.Leaving.Lmtp(var server) ->
          SAY.routeByLmtp(server.destination().text().substring("lmtp:".length()));
    };
  }

  @Command(name = "list")
  static final class ListThem extends Routing {
    ListThem(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      RouteTable table = RouteWiring.table(settings());
      List<RouteRule> all =
          Stream.concat(table.settings().rules().stream(), Stream.of(table.settings().usual()))
              .toList();
      Optional<List<JsonNode>> closed = closed();
      if (json) {
        all.forEach(rule -> print(row(table, rule)));
        closed.ifPresent(lines -> lines.forEach(workplace.out()::println));
        return Facteur.OK;
      }
      var rows = Table.of(workplace, SAY.routeColumns());
      for (RouteRule rule : all) {
        rows.add(
            rule.name(),
            workplace.say(conditions(table, rule)),
            workplace.say(how(rule)),
            table.settings().second(rule).orElse("-"));
      }
      rows.print(workplace);
      workplace.out().println();
      if (closed.isEmpty()) {
        tell(SAY.routeUnseen());
      } else if (closed.get().isEmpty()) {
        tell(SAY.routeAllOpen());
      } else {
        closed.get().forEach(line -> tell(closed(line)));
      }
      return Facteur.OK;
    }

    private static Map<String, Object> row(RouteTable table, RouteRule rule) {
      var row = new LinkedHashMap<String, Object>();
      row.put("route", rule.name());
      row.put("to", rule.to().stream().map(RoutePattern::text).toList());
      row.put("provider", rule.providers());
      row.put("from", rule.from().stream().map(RoutePattern::text).toList());
      row.put("usual", rule.equals(table.settings().usual()));
      row.put("by", how(rule).in(net.facteur.server.language.Language.ENGLISH));
      table.settings().second(rule).ifPresent(second -> row.put("fallback", second));
      return row;
    }

    private static Text conditions(RouteTable table, RouteRule rule) {
      if (rule.equals(table.settings().usual())) {
        return SAY.routeUsual();
      }
      if (!rule.conditional()) {
        return SAY.routeForNothing();
      }
      var parts = new ArrayList<Text>();
      if (!rule.to().isEmpty()) {
        parts.add(SAY.routeTo(patterns(rule.to())));
      }
      if (!rule.providers().isEmpty()) {
        parts.add(SAY.routeAt(String.join(", ", rule.providers())));
      }
      if (!rule.from().isEmpty()) {
        parts.add(SAY.routeOf(patterns(rule.from())));
      }
      return Text.joined(" ", parts);
    }

    private static String patterns(List<RoutePattern> patterns) {
      return patterns.stream().map(RoutePattern::text).collect(Collectors.joining(", "));
    }
  }

  @Command(name = "fallback")
  static final class Fallback extends Routing {
    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Option(names = "--route", paramLabel = "ROUTE")
    private Optional<String> route = Optional.empty();

    @Option(names = "--now")
    private boolean now;

    @Option(names = "--end")
    private boolean end;

    Fallback(Workplace workplace) {
      super(workplace);
    }

    @Override
    public Integer call() throws IOException {
      if (now == end) {
        throw CommandFailedException.notUnderstood(SAY.routeOneOf(), SAY.routeNameIt());
      }
      if (!FallbackWish.isName(name) || !route.map(FallbackWish::isName).orElse(true)) {
        throw CommandFailedException.notUnderstood(SAY.routeMisnamed(name), SAY.routeTypeName());
      }
      var wish = new FallbackWish(now ? FallbackWish.Verb.NOW : FallbackWish.Verb.END, name, route);
      Optional<RunningServer> server = RunningServer.of(settings(), workplace.language());
      if (server.isEmpty()) {
        wishes().add(wish);
        if (json) {
          print(Map.of("provider", name, "later", true));
        } else {
          tell(SAY.routeLater());
        }
        return Facteur.OK;
      }
      server
          .get()
          .act(
              wish,
              line -> {
                String provider = ControlledCommand.shown(line.path("provider"));
                if (json) {
                  workplace.out().println(line);
                } else {
                  tell(
                      line.path("state").asString("").equals("away")
                          ? SAY.routeDone(provider, ControlledCommand.shown(line.path("way")))
                          : SAY.routeEnded(provider));
                }
              });
      return Facteur.OK;
    }

    private FallbackWishes wishes() throws IOException {
      Path file = HostSettings.from(settings()).inData(Path.of(FallbackWishes.FILE_NAME));
      Optional<ClosedPlace> closed = ClosedPlace.before(file, false);
      if (closed.isPresent()) {
        throw new ClosedPlaceException(SAY.routeClosed(), closed.get());
      }
      ClosedPlace.followNoLinkOfOthers(file);
      return new FallbackWishes(file);
    }
  }
}
