package net.facteur.server.cli;

import static net.facteur.server.cli.RouteTexts.SAY;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.UserName;
import net.facteur.server.accounts.UsersFile;
import net.facteur.server.away.AddressesInForce;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.DestinationProbe;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.delivery.TransportSecurity;
import net.facteur.server.host.HostSettings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.routes.RouteRule;
import net.facteur.server.routes.RouteTable;
import net.facteur.server.routes.RouteWiring;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.ForwardStanding;
import net.facteur.server.routing.LocalUsers;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsReversePaths;
import net.facteur.server.web.PolicyHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Says which way mail to an address takes, step by step, and who decides each.
@Command(name = "show")
final class RouteShow extends RouteCommand.Routing {
  @Parameters(paramLabel = "ADDRESS")
  private String address = "";

  @Option(names = "--from", paramLabel = "ADDRESS")
  private Optional<String> from = Optional.empty();

  RouteShow(Workplace workplace) {
    super(workplace);
  }

  /// One end of the address.
  ///
  /// @param fields for programs
  /// @param steps for people
  private record End(Map<String, Object> fields, List<Text> steps) {
    static End of() {
      return new End(new LinkedHashMap<>(), new ArrayList<>());
    }

    void step(Text text) {
      steps.add(text);
    }
  }

  @Override
  public Integer call() throws IOException {
    var to =
        SrsReversePaths.address(VerifyCommand.bare(address)).orElseThrow(() -> notAddress(address));
    Optional<DomainName> sender =
        from.map(
                text ->
                    SrsReversePaths.address(VerifyCommand.bare(text))
                        .orElseThrow(() -> notAddress(text)))
            .flatMap(its -> DomainName.parse(its.domain()).toOptional());
    Settings settings = settings();
    Resolution resolution = router(settings).resolve(to);
    List<End> ends =
        switch (resolution) {
          case Resolution.Routed(List<Resolution.End> all) -> ends(settings, sender, all);
          case Resolution.Undecided(List<Resolution.End> all) -> {
            List<End> found = ends(settings, sender, all);
            found.forEach(end -> end.steps().addFirst(SAY.routeUncertain()));
            yield found;
          }
          case Resolution.UnknownUser() -> List.of(nobody("unknown-user", SAY.routeNobody()));
          case Resolution.Rests() -> List.of(nobody("rests", SAY.routeRests()));
          case Resolution.BadDomain() -> List.of(nobody("bad-domain", SAY.routeBadDomain()));
          case Resolution.Misconfigured(Text why) ->
              List.of(nobody("misconfigured", SAY.routeMisconfigured(why)));
        };
    for (End end : ends) {
      if (json) {
        end.fields()
            .put("steps", end.steps().stream().map(step -> step.in(Language.ENGLISH)).toList());
        print(end.fields());
      } else {
        workplace.out().println(end.fields().getOrDefault("address", to.text()));
        end.steps().forEach(step -> workplace.out().println("  " + workplace.say(step)));
      }
    }
    return resolution.refusal().isPresent() && !(resolution instanceof Resolution.Undecided)
        ? Facteur.PROBLEM
        : Facteur.OK;
  }

  private static CommandFailedException notAddress(String text) {
    return CommandFailedException.notUnderstood(
        SAY.routeNoAddress(text), UserTexts.SAY.userTypeWhole("alice@example.org"));
  }

  private End nobody(String kind, Text why) {
    End end = End.of();
    end.fields().put("address", address);
    end.fields().put("kind", kind);
    end.step(why);
    return end;
  }

  private Router router(Settings settings) {
    return new Router(
            RoutesSettings.from(settings).queued(RoutingSettings.from(settings)),
            users(settings),
            ReversePathRewriter.identity(),
            Optional.empty(),
            AddressesInForce.receiving(settings, workplace.clock()))
        .with(standing(settings));
  }

  /// What the server, or its memory, says of targets elsewhere.
  private ForwardStanding standing(Settings settings) {
    Set<String> resting =
        new FeedbackReading(workplace, settings)
            .forwards().stream()
                .filter(line -> line.path("state").asString("").equals("rests"))
                .map(line -> line.path("target").asString(""))
                .collect(Collectors.toSet());
    return target ->
        resting.contains(Ascii.lower(target.text()))
            ? ForwardStanding.Standing.RESTS
            : ForwardStanding.Standing.OPEN;
  }

  /// The users of the file; anybody may be one where it cannot be read.
  private LocalUsers users(Settings settings) {
    Path file = AccountsSettings.file(settings);
    boolean elsewhere = LdapSettings.from(settings).isPresent();
    Optional<UsersFile.Content> content = Optional.empty();
    try {
      content = Optional.of(new UsersFile(file, workplace.random()).read());
    } catch (IOException _) {
      workplace.err().println(workplace.say(SAY.routeUsersUnread(file.toString())));
    }
    Optional<UsersFile.Content> known = content;
    return new LocalUsers() {
      @Override
      public boolean exists(String localPart, DomainName domain) {
        return known.flatMap(all -> all.find(new UserName(localPart, domain))).isPresent();
      }

      @Override
      public boolean uncertain(String localPart, DomainName domain) {
        return known.isEmpty() || elsewhere;
      }
    };
  }

  private List<End> ends(Settings settings, Optional<DomainName> sender, List<Resolution.End> all)
      throws IOException {
    var ends = new ArrayList<End>();
    Optional<List<JsonNode>> closed = closed();
    for (Resolution.End its : all) {
      End end = End.of();
      end.fields().put("address", its.address().text());
      its.via().ifPresent(via -> end.step(SAY.routeVia(via.text())));
      switch (its.hop()) {
        case NextHop.Maildir _, NextHop.Junk _ -> local(end, "mailbox", SAY.routeLocal());
        case NextHop.LmtpSocket _, NextHop.LmtpHost _, NextHop.LmtpJunk _ ->
            local(end, "mailbox", SAY.routeLmtp(its.hop().destination().text()));
        case NextHop.ToList(String list) -> local(end, "list", SAY.routeList(list));
        case NextHop.ToMembers(String list) -> local(end, "list", SAY.routeList(list));
        case NextHop.Discard _ -> local(end, "discarded", SAY.routeDiscarded());
        case NextHop.Nowhere _, NextHop.Refused _ -> local(end, "nobody", SAY.routeNobody());
        case NextHop.Mx _, NextHop.Literal _, NextHop.Relay _ ->
            abroad(end, settings, sender, its, closed);
      }
      ends.add(end);
    }
    return ends;
  }

  private static void local(End end, String kind, Text says) {
    end.fields().put("kind", kind);
    end.step(says);
  }

  private void abroad(
      End end,
      Settings settings,
      Optional<DomainName> sender,
      Resolution.End its,
      Optional<List<JsonNode>> closed)
      throws IOException {
    end.fields().put("kind", "abroad");
    RouteTable table = RouteWiring.table(settings);
    Optional<DestinationProbe.Walk> walk =
        its.hop() instanceof NextHop.Mx(DomainName domain)
            ? Optional.of(probe(settings).look(domain))
            : Optional.empty();
    List<DomainName> exchangers =
        walk.stream().flatMap(w -> w.hosts().stream()).map(h -> h.host().name()).toList();
    RouteTable.Choice choice = table.choose(its.hop(), sender, () -> exchangers);
    switch (choice.decided()) {
      case RELAY_DOMAIN -> relayDomain(end, settings, its.address().domain());
      case QUEUED -> {
        end.fields().put("route", "relay-domains");
        end.step(
            SAY.routeRelayDomain(
                its.address().domain(),
                settings.origin(RoutingSettings.RELAY_HOST, its.address().domain()).text()));
        end.step(SAY.routeRelayHost(its.hop().destination().text()));
      }
      case RULE, USUAL -> choice.first().ifPresent(rule -> chosen(end, choice, rule, closed));
    }
    if (!exchangers.isEmpty()) {
      String provider = table.provider().apply(exchangers.getFirst().text());
      end.fields().put("provider", provider);
      end.step(
          SAY.routeProvider(
              provider, String.join(", ", exchangers.stream().map(DomainName::text).toList())));
    }
    boolean direct =
        choice.first().map(rule -> rule.leaving() instanceof RouteRule.Leaving.Direct).orElse(true);
    if (direct) {
      walk.flatMap(DestinationProbe.Walk::problem)
          .ifPresent(why -> end.step(SAY.routeProviderUnknown(why)));
      walk.ifPresent(found -> hosts(end, found));
    }
  }

  private static void relayDomain(End end, Settings settings, String domain) {
    end.fields().put("route", "relay-domains");
    Origin where = settings.origin(RoutingSettings.RELAY_RECIPIENTS, domain);
    end.step(SAY.routeRelayDomain(domain, where.text()));
  }

  private static void chosen(
      End end, RouteTable.Choice choice, RouteRule rule, Optional<List<JsonNode>> closed) {
    end.fields().put("route", rule.name());
    end.fields().put("where", rule.where().text().in(Language.ENGLISH));
    end.step(
        choice.decided() == RouteTable.Decided.RULE
            ? SAY.routeRule(rule.name(), rule.where().text())
            : SAY.routeDefault(rule.name(), rule.where().text()));
    end.step(SAY.routeLeaves(RouteCommand.how(rule)));
    end.fields().put("by", RouteCommand.how(rule).in(Language.ENGLISH));
    choice
        .second()
        .ifPresentOrElse(
            second -> {
              end.fields().put("fallback", second.name());
              end.step(SAY.routeSecond(second.name(), RouteCommand.how(second)));
            },
            () -> end.step(SAY.routeNoSecond()));
    Optional<JsonNode> mine =
        closed.stream()
            .flatMap(List::stream)
            .filter(
                line ->
                    choice
                        .target()
                        .filter(
                            target ->
                                target.provider().equals(line.path("provider").asString(""))
                                    && target.route().equals(line.path("route").asString("")))
                        .isPresent())
            .findFirst();
    mine.ifPresent(line -> end.step(closed(line)));
    boolean away = mine.filter(line -> line.path("state").asString("").equals("away")).isPresent();
    if (closed.isPresent()) {
      String now = away ? choice.second().map(RouteRule::name).orElse(rule.name()) : rule.name();
      end.fields().put("now", now);
      end.step(SAY.routeNow(now));
    } else if (choice.second().isPresent()) {
      end.step(SAY.routeUnseen());
    }
  }

  private static void hosts(End end, DestinationProbe.Walk walk) {
    var hosts = new ArrayList<Map<String, Object>>();
    for (DestinationProbe.Host host : walk.hosts()) {
      String name = host.host().name().text();
      String tls = host.decision().requirement().word();
      hosts.add(Map.of("host", name, "tls", tls, "why", host.decision().why()));
      end.step(SAY.routeHost(name, tls, host.decision().why()));
    }
    end.fields().put("hosts", hosts);
  }

  private DestinationProbe probe(Settings settings) throws IOException {
    var security =
        TransportSecurity.of(
            settings,
            workplace.random(),
            workplace.clock(),
            resolver ->
                OutboundTlsSettings.from(settings).honoursMtaSts()
                    ? PolicyHost.asking(settings, resolver)
                    : MtaStsPolicies.NONE,
            TlsReporter.NONE);
    return new DestinationProbe(
        DeliverySettings.of(HostSettings.from(settings).name().text()),
        security.resolver(),
        security.tls(),
        workplace.random());
  }
}
