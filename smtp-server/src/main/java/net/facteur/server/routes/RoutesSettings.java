package net.facteur.server.routes;

import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.text;
import static net.facteur.server.routes.RoutesTexts.SAY;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.DeliverySettings.RelayTls;
import net.facteur.server.delivery.Way;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RoutingSettings;

/// Which way mail for elsewhere takes.
///
/// @param rules the narrowest first
/// @param usual how mail leaves that no rule names
/// @param port of mail exchangers
/// @param fallback the second way of mail that goes the usual way, and of rules that lead to mail
///   exchangers; empty for none
/// @param after how long nothing may get through before the second way is taken
/// @param pause how long a provider that refused us is left alone before one message tries again
public record RoutesSettings(
    List<RouteRule> rules,
    RouteRule usual,
    int port,
    Optional<String> fallback,
    Duration after,
    Duration pause) {
  /// The block of routes.
  public static final String BLOCK = "routes";

  /// The usual way, straight to the mail exchangers.
  public static final String DIRECT = "direct";

  /// The usual way, by the smarthost of the settings.
  public static final String SMARTHOST = "smarthost";

  /// No fallback.
  public static final String NONE = "none";

  private static final int MAX_PATTERNS = 1000;
  private static final int SUBMISSION = 587;
  private static final int SUBMISSIONS = 465;

  public static final Setting<List<RoutePattern>> TO =
      Setting.of(
              "routes.*.to",
              list(pattern(), MAX_PATTERNS),
              List.<RoutePattern>of(),
              "The domains of recipients that this route is for: example.org, *.example.org for"
                  + " all below it, or * for all. The narrowest route wins.")
          .named("partner")
          .example("[\"example.org\", \"*.example.org\"]");

  public static final Setting<List<String>> PROVIDER =
      Setting.of(
              "routes.*.provider",
              list(provider(), MAX_PATTERNS),
              List.<String>of(),
              "The providers that this route is for, whichever domains they take mail for:"
                  + " microsoft, google, or the domain of their mail exchangers, such as"
                  + " provider.example.")
          .named("partner")
          .example("[microsoft]");

  public static final Setting<List<RoutePattern>> FROM =
      Setting.of(
              "routes.*.from",
              list(pattern(), MAX_PATTERNS),
              List.<RoutePattern>of(),
              "The domains of senders that this route is for, as they stand in the envelope. With"
                  + " to or provider, both have to fit.")
          .named("partner")
          .example("[\"news.example.org\"]");

  public static final Setting<String> HOST =
      Setting.optional(
              "routes.*.host",
              NetworkTypes.host(),
              "straight to the mail exchangers of each domain",
              "smtp.example.net",
              "The host that takes the mail of this route.")
          .named("partner");

  public static final Setting<Integer> PORT =
      Setting.optional(
              "routes.*.port",
              integer(1, 65_535),
              "587 with a host, delivery.port without",
              "2525",
              "Its port, or that of the mail exchangers if no host is named. 465 speaks TLS from"
                  + " the start.")
          .named("partner");

  public static final Setting<NextHop> LMTP =
      Setting.optional(
              "routes.*.lmtp",
              RoutingSettings.lmtpServer(),
              "mail goes by SMTP",
              "/run/partner/lmtp",
              "The LMTP server that takes the mail of this route, in place of a host.")
          .named("partner");

  public static final Setting<String> USER =
      Setting.optional(
              "routes.*.user",
              text(255),
              "no login",
              "alice",
              "The user to log in as at the host of this route.")
          .named("partner");

  public static final Setting<Path> PASSWORD_FILE =
      Setting.optional(
              "routes.*.password-file",
              path(),
              "no login",
              "/etc/facteur/partner.password",
              "A file with the password on its first line, readable by the server alone.")
          .named("partner");

  public static final Setting<RelayTls> TLS =
      Setting.optional(
              "routes.*.tls",
              choice(RelayTls.class),
              "verified with a host; what each domain publishes without",
              "verified",
              "How the connection is protected, in the words of smarthost.tls. Without a host,"
                  + " encrypt and verified demand that of every mail exchanger; DANE and MTA-STS"
                  + " hold all the same.")
          .named("partner");

  public static final Setting<List<InetAddress>> SOURCES =
      Setting.of(
              "routes.*.sources",
              list(NetworkTypes.ipAddress(), 2),
              List.<InetAddress>of(),
              "The local addresses that mail leaves from by this route, at most one IPv4 and one"
                  + " IPv6 address. If there are none, those of delivery.sources.")
          .named("partner")
          .example("[\"192.0.2.26\"]");

  public static final Setting<Integer> RATE =
      Setting.optional(
              "routes.*.rate",
              integer(1, 1_000_000),
              "no limit but what each provider may have",
              "30",
              "How many messages may begin to leave by this route in a minute, one after the"
                  + " other, by each server for itself. Not with from.")
          .atStart()
          .named("partner");

  public static final Setting<String> RULE_FALLBACK =
      Setting.optional(
              "routes.*.fallback",
              wayName(),
              "fallback.route if this route names no host, none otherwise",
              "direct",
              "The second way if this one is closed: the name of another route, direct, smarthost,"
                  + " or none.")
          .named("partner");

  public static final Setting<String> FALLBACK =
      Setting.optional(
          "fallback.route",
          wayName(),
          "none: mail that a provider refuses goes back to its sender",
          "partner",
          "The second way for mail that a provider refuses because of us, such as a blocked"
              + " address, or that does not get through for a time: the name of one of the routes,"
              + " or direct if a smarthost is the first way. It never takes what is refused because"
              + " of its recipient or its content.");

  public static final Setting<Duration> AFTER =
      Setting.of(
          "fallback.after",
          duration(Duration.ofMinutes(5), Duration.ofDays(5)),
          Duration.ofHours(4),
          "How long no mail may get through to a provider before the second way is taken.");

  public static final Setting<Duration> PAUSE =
      Setting.of(
          "fallback.pause",
          duration(Duration.ofMinutes(5), Duration.ofDays(30)),
          Duration.ofHours(12),
          "How long a provider that refused us is left alone. Then one message tries the first way"
              + " again; after each one that is refused, the pause is twice as long, up to a"
              + " week.");

  /// Rows about routes.
  public static final Rows ROWS =
      Rows.of(
          TO,
          PROVIDER,
          FROM,
          HOST,
          PORT,
          LMTP,
          USER,
          PASSWORD_FILE,
          TLS,
          SOURCES,
          RATE,
          RULE_FALLBACK);

  /// Rows about the second way.
  public static final Rows FALLBACKS = Rows.of(FALLBACK, AFTER, PAUSE);

  /// No routes, and no smarthost.
  public static final RoutesSettings NOTHING =
      new RoutesSettings(
          List.of(),
          new RouteRule(
              DIRECT,
              List.of(),
              List.of(),
              List.of(),
              new RouteRule.Leaving.Direct(25, List.of(), Way.LeastTls.NOTHING),
              Optional.empty(),
              new Origin.BuiltIn()),
          25,
          Optional.empty(),
          Duration.ofHours(4),
          Duration.ofHours(12));

  public RoutesSettings {
    rules = List.copyOf(rules);
  }

  public static RoutesSettings from(Settings settings) {
    var rules = new ArrayList<RouteRule>();
    for (String name : settings.names(BLOCK)) {
      rules.add(
          new RouteRule(
              name,
              settings.get(TO, name),
              settings.get(PROVIDER, name),
              settings.get(FROM, name),
              leaving(settings, name),
              settings.find(RULE_FALLBACK, name),
              where(settings, name)));
    }
    rules.sort(RouteRule.NARROWEST);
    return new RoutesSettings(
        rules,
        usual(settings),
        settings.get(DeliverySettings.PORT),
        settings.find(FALLBACK).filter(way -> !way.equals(NONE)),
        settings.get(AFTER),
        settings.get(PAUSE));
  }

  /// Messages in a minute, by the name of the route.
  public static Map<String, Integer> rates(Settings settings) {
    var rates = new HashMap<String, Integer>();
    for (String name : settings.names(BLOCK)) {
      settings.find(RATE, name).ifPresent(rate -> rates.put(name, rate));
    }
    return rates;
  }

  private static Origin where(Settings settings, String name) {
    return Stream.of(TO, PROVIDER, FROM, HOST, LMTP, SOURCES, PORT, TLS)
        .map(setting -> settings.origin(setting, name))
        .filter(origin -> !(origin instanceof Origin.BuiltIn))
        .findFirst()
        .orElseGet(() -> new Origin.InFile(settings.file(), 0));
  }

  private static RouteRule.Leaving leaving(Settings settings, String name) {
    Optional<NextHop> lmtp = settings.find(LMTP, name);
    if (lmtp.isPresent()) {
      return new RouteRule.Leaving.Lmtp(lmtp.get());
    }
    Optional<String> host = settings.find(HOST, name);
    Optional<Integer> port = settings.find(PORT, name);
    Optional<RelayTls> tls = settings.find(TLS, name);
    List<InetAddress> sources = settings.get(SOURCES, name);
    if (host.isEmpty()) {
      return new RouteRule.Leaving.Direct(
          port.orElse(settings.get(DeliverySettings.PORT)), sources, least(tls));
    }
    int at =
        port.orElse(tls.filter(RelayTls.IMPLICIT::equals).isPresent() ? SUBMISSIONS : SUBMISSION);
    return new RouteRule.Leaving.Smarthost(
        new NextHop.Relay(host.get(), at),
        at == SUBMISSIONS ? RelayTls.IMPLICIT : tls.orElse(RelayTls.VERIFIED),
        settings.find(USER, name),
        settings.find(PASSWORD_FILE, name).map(settings::resolve),
        sources);
  }

  private static Way.LeastTls least(Optional<RelayTls> tls) {
    return tls.map(
            level ->
                switch (level) {
                  case IMPLICIT, VERIFIED -> Way.LeastTls.VERIFIED;
                  case ENCRYPT -> Way.LeastTls.ENCRYPT;
                  case OPPORTUNISTIC, NONE -> Way.LeastTls.NOTHING;
                })
        .orElse(Way.LeastTls.NOTHING);
  }

  private static RouteRule usual(Settings settings) {
    Optional<NextHop.Relay> relay = RoutingSettings.from(settings).relay();
    return new RouteRule(
        relay.isPresent() ? SMARTHOST : DIRECT,
        List.of(),
        List.of(),
        List.of(),
        relay
            .<RouteRule.Leaving>map(
                host ->
                    new RouteRule.Leaving.Smarthost(
                        host,
                        host.port() == SUBMISSIONS
                            ? RelayTls.IMPLICIT
                            : settings.get(DeliverySettings.SMARTHOST_TLS),
                        settings.find(DeliverySettings.SMARTHOST_USER),
                        settings
                            .find(DeliverySettings.SMARTHOST_PASSWORD_FILE)
                            .map(settings::resolve),
                        List.of()))
            .orElseGet(() -> direct(settings)),
        Optional.empty(),
        relay.isPresent() ? settings.origin(RoutingSettings.SMARTHOST) : new Origin.BuiltIn());
  }

  private static RouteRule.Leaving direct(Settings settings) {
    return new RouteRule.Leaving.Direct(
        settings.get(DeliverySettings.PORT), List.of(), Way.LeastTls.NOTHING);
  }

  /// Where mail goes when it is queued: if there are rules, to the domain and not to the smarthost,
  /// so that its way can be chosen when it leaves.
  public RoutingSettings queued(RoutingSettings routing) {
    return rules.stream().anyMatch(RouteRule::conditional) ? routing.withoutSmarthost() : routing;
  }

  /// The hosts that routes lead to, and the usual one, as next hops by the name of the route: where
  /// queued mail may be moved.
  public SortedMap<String, String> hops() {
    var hops = new TreeMap<String, String>();
    Stream.concat(rules.stream(), Stream.of(usual))
        .forEach(
            rule -> {
              switch (rule.leaving()) {
                case RouteRule.Leaving.Direct _ -> {}
                case RouteRule.Leaving.Smarthost smarthost ->
                    hops.put(rule.name(), smarthost.host().destination().text());
                case RouteRule.Leaving.Lmtp(NextHop server) ->
                    hops.put(rule.name(), server.destination().text());
              }
            });
    return hops;
  }

  /// A way by its name.
  public Optional<RouteRule> way(String name) {
    if (usual.name().equals(name)) {
      return Optional.of(usual);
    }
    if (name.equals(DIRECT)) {
      return Optional.of(
          new RouteRule(
              DIRECT,
              List.of(),
              List.of(),
              List.of(),
              new RouteRule.Leaving.Direct(port, List.of(), Way.LeastTls.NOTHING),
              Optional.empty(),
              new Origin.BuiltIn()));
    }
    return rules.stream().filter(rule -> rule.name().equals(name)).findFirst();
  }

  /// The name of the second way of a route; empty where it has none.
  public Optional<String> second(RouteRule first) {
    boolean usualToo = first.equals(usual) || first.leaving() instanceof RouteRule.Leaving.Direct;
    return first
        .fallback()
        .or(() -> usualToo ? fallback : Optional.empty())
        .filter(name -> !name.equals(NONE) && !name.equals(first.name()));
  }

  private static SettingType<RoutePattern> pattern() {
    return SettingTypes.scalar(
        SAY.pattern(),
        SAY.patternBounds(),
        text ->
            switch (RoutePattern.parse(text)) {
              case Parsed.Ok<RoutePattern>(RoutePattern pattern) -> Reading.good(pattern);
              case Parsed.Malformed<RoutePattern> _ ->
                  Reading.wrong(
                      SAY.notPattern(text),
                      text.startsWith(".") || text.startsWith("@")
                          ? "\"" + (text.startsWith(".") ? "*" + text : text.substring(1)) + "\""
                          : "");
            },
        RoutePattern::text);
  }

  private static SettingType<String> provider() {
    return SettingTypes.scalar(
        SAY.provider(),
        SAY.providerBounds(),
        text ->
            text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
                ? Reading.good(Ascii.lower(text))
                : Reading.wrong(SAY.notProvider(text)),
        name -> name);
  }

  private static SettingType<String> wayName() {
    return SettingTypes.scalar(
        SAY.wayName(),
        SAY.wayNameBounds(),
        text ->
            text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
                ? Reading.good(Ascii.lower(text))
                : Reading.wrong(SAY.notWayName(text)),
        name -> name);
  }
}
