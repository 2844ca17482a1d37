package net.facteur.server.settings;

import static net.facteur.server.settings.SettingsTexts.SAY;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.acme.AcmeSettings;
import net.facteur.server.alerts.AlertSettings;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.language.Text;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.routes.RouteRule;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.routing.SrsSettings;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.web.WebSettings;

/// Settings that are right one by one but not together.
final class Consistency {
  private Consistency() {}

  static List<Mistake> mistakes(Settings settings) {
    var mistakes = new ArrayList<Mistake>();
    pair(settings, mistakes, TlsSettings.CERTIFICATE, TlsSettings.KEY);
    for (String name : settings.names("tls.names")) {
      pair(settings, mistakes, TlsSettings.NAME_CERTIFICATE, TlsSettings.NAME_KEY, name);
    }
    onePortOnce(settings, mistakes);
    if (settings.get(StoreSettings.FIRST_RETRY).compareTo(settings.get(StoreSettings.LONGEST_RETRY))
        > 0) {
      mistakes.add(
          new Mistake(
              settings.origin(StoreSettings.LONGEST_RETRY),
              SAY.firstRetryLonger(),
              ConfigTexts.SAY.type("queue { first-retry = 5m, longest-retry = 4h }")));
    }
    pair(
        settings,
        mistakes,
        DeliverySettings.SMARTHOST_USER,
        DeliverySettings.SMARTHOST_PASSWORD_FILE);
    directory(settings, mistakes);
    publishing(settings, mistakes);
    renewal(settings, mistakes);
    pair(settings, mistakes, AlertSettings.USER, AlertSettings.PASSWORD_FILE);
    metrics(settings, mistakes);
    relayDomains(settings, mistakes);
    routes(settings, mistakes);
    SrsSettings.from(settings)
        .domain()
        .filter(domain -> !settings.names("domains").contains(domain.text()))
        .ifPresent(
            domain ->
                mistakes.add(
                    new Mistake(
                        settings.origin(SrsSettings.DOMAIN),
                        SAY.srsElsewhere(domain),
                        SAY.nameSrsDomain())));
    return mistakes;
  }

  private static void directory(Settings settings, List<Mistake> mistakes) {
    pair(settings, mistakes, LdapSettings.BIND_DN, LdapSettings.BIND_PASSWORD_FILE);
    if (!settings.get(LdapSettings.SERVERS).isEmpty()
        && settings.find(LdapSettings.BASE).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(LdapSettings.SERVERS),
              SAY.directoryWithoutBase(),
              ConfigTexts.SAY.type("ldap.base = \"dc=example,dc=org\"")));
    }
  }

  private static void metrics(Settings settings, List<Mistake> mistakes) {
    MetricsSettings metrics = MetricsSettings.from(settings);
    boolean open =
        metrics.listeners().stream().anyMatch(at -> !at.getAddress().isLoopbackAddress());
    if (open && metrics.tokenFile().isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(MetricsSettings.LISTEN),
              SAY.metricsWithoutToken(),
              ConfigTexts.SAY.type("listen.metrics = [\"127.0.0.1:9825\"]")));
    }
    if (open && TlsSettings.from(settings).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(MetricsSettings.LISTEN),
              SAY.metricsWithoutCertificate(),
              ConfigTexts.SAY.type("listen.metrics = [\"127.0.0.1:9825\"]")));
    }
  }

  private static void routes(Settings settings, List<Mistake> mistakes) {
    RoutesSettings routes = RoutesSettings.from(settings);
    for (RouteRule rule : routes.rules()) {
      String name = rule.name();
      pair(settings, mistakes, RoutesSettings.USER, RoutesSettings.PASSWORD_FILE, name);
      if (List.of(RoutesSettings.DIRECT, RoutesSettings.SMARTHOST, RoutesSettings.NONE)
          .contains(name)) {
        mistakes.add(new Mistake(rule.where(), SAY.routeReserved(name), SAY.routeOtherName()));
      }
      boolean host = settings.find(RoutesSettings.HOST, name).isPresent();
      if (!host && settings.find(RoutesSettings.USER, name).isPresent()) {
        mistakes.add(
            new Mistake(
                settings.origin(RoutesSettings.USER, name),
                SAY.routeUserWithoutHost(name),
                ConfigTexts.SAY.type("routes { \"" + name + "\" { host = smtp.example.net } }")));
      }
      settings
          .find(RoutesSettings.RULE_FALLBACK, name)
          .ifPresent(
              second ->
                  second(settings, mistakes, routes, second, RoutesSettings.RULE_FALLBACK, name));
    }
    routes
        .fallback()
        .ifPresent(second -> second(settings, mistakes, routes, second, RoutesSettings.FALLBACK));
  }

  private static void second(
      Settings settings,
      List<Mistake> mistakes,
      RoutesSettings routes,
      String second,
      Setting<String> setting,
      String... names) {
    if (!second.equals(RoutesSettings.NONE) && routes.way(second).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(setting, names),
              SAY.routeUnknown(new Settings.Key(setting, List.of(names)).text(), second),
              SAY.routeNameOne()));
    }
  }

  private static void relayDomains(Settings settings, List<Mistake> mistakes) {
    for (String domain : settings.names(RoutingSettings.RELAY_BLOCK)) {
      Origin where = settings.origin(RoutingSettings.RELAY_RECIPIENTS, domain);
      if (settings.names("domains").contains(domain)) {
        mistakes.add(new Mistake(where, SAY.domainTwice(domain), SAY.leaveInOne()));
      }
      for (String name : settings.get(RoutingSettings.RELAY_RECIPIENTS, domain)) {
        int at = name.lastIndexOf('@');
        if (at >= 0 && !name.substring(at + 1).equalsIgnoreCase(domain)) {
          mistakes.add(
              new Mistake(
                  where,
                  SAY.strangeRecipient(name, domain),
                  SAY.namesAlone("recipients = [alice, bob]")));
        }
      }
    }
  }

  private static void publishing(Settings settings, List<Mistake> mistakes) {
    KeySettings.Method method = settings.get(KeySettings.PUBLISH);
    boolean updates =
        switch (method) {
          case UPDATE, DELEGATED -> true;
          case ASSISTED, COMMAND -> false;
        };
    if (updates && settings.find(KeySettings.UPDATE_KEY).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(KeySettings.PUBLISH),
              SAY.noUpdateKey(),
              ConfigTexts.SAY.type("keys.update-key-file = /etc/facteur/tsig.key")));
    }
    if (method == KeySettings.Method.COMMAND && settings.find(KeySettings.COMMAND).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(KeySettings.PUBLISH),
              SAY.publishUnset("command", KeySettings.COMMAND.name()),
              ConfigTexts.SAY.type("keys.publish-command = /etc/facteur/dns-gandi")));
    }
    if (method == KeySettings.Method.DELEGATED && settings.find(KeySettings.ZONE).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(KeySettings.PUBLISH),
              SAY.publishUnset("delegated", KeySettings.ZONE.name()),
              ConfigTexts.SAY.type("keys.zone = keys.example.net")));
    }
  }

  private static void renewal(Settings settings, List<Mistake> mistakes) {
    if (settings.find(AcmeSettings.DIRECTORY).isEmpty()) {
      return;
    }
    if (settings.find(TlsSettings.CERTIFICATE).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(AcmeSettings.DIRECTORY),
              SAY.noFirstCertificate(),
              SAY.makeSelfSigned()));
    }
    if (settings.get(AcmeSettings.CHALLENGE) == AcmeSettings.Method.DNS_01
        && settings.find(KeySettings.UPDATE_KEY).isEmpty()) {
      mistakes.add(
          new Mistake(
              settings.origin(AcmeSettings.CHALLENGE),
              SAY.noChallengeKey(),
              ConfigTexts.SAY.type("keys.update-key-file = /etc/facteur/tsig.key")));
    }
  }

  private static void pair(
      Settings settings,
      List<Mistake> mistakes,
      Setting<?> one,
      Setting<?> other,
      String... names) {
    Optional<?> first = settings.find(one, names);
    Optional<?> second = settings.find(other, names);
    if (first.isPresent() != second.isPresent()) {
      Setting<?> there = first.isPresent() ? one : other;
      Setting<?> missing = first.isPresent() ? other : one;
      String key = new Settings.Key(missing, List.of(names)).text();
      mistakes.add(
          new Mistake(
              settings.origin(there, names),
              SAY.without(new Settings.Key(there, List.of(names)).text(), key),
              ConfigTexts.SAY.type(key + " = " + missing.example())));
    }
  }

  private static void onePortOnce(Settings settings, List<Mistake> mistakes) {
    Map<InetSocketAddress, String> taken = new LinkedHashMap<>();
    for (Setting<List<InetSocketAddress>> listener :
        List.of(
            ListenerSettings.RECEPTION,
            ListenerSettings.SUBMISSION,
            ListenerSettings.SUBMISSIONS,
            WebSettings.LISTEN_POLICY,
            WebSettings.LISTEN_WEB,
            WebSettings.LISTEN_CHALLENGES,
            MetricsSettings.LISTEN,
            ImapSettings.LISTEN)) {
      for (InetSocketAddress endpoint :
          listener.equals(ImapSettings.LISTEN)
              ? ImapSettings.from(settings).open()
              : settings.get(listener)) {
        taken.entrySet().stream()
            .filter(before -> collide(before.getKey(), endpoint))
            .findFirst()
            .ifPresent(
                before ->
                    mistakes.add(
                        new Mistake(
                            settings.origin(listener),
                            collision(listener, endpoint, before.getValue(), before.getKey()),
                            SAY.ownPorts())));
        taken.put(endpoint, listener.name());
      }
    }
  }

  private static Text collision(
      Setting<?> listener, InetSocketAddress endpoint, String before, InetSocketAddress taken) {
    String both = NetworkTypes.print(endpoint);
    return taken.equals(endpoint)
        ? SAY.collide(listener.name(), before, both)
        : SAY.collideByWildcard(
            listener.name(),
            before,
            both,
            NetworkTypes.print(endpoint.getAddress().isAnyLocalAddress() ? endpoint : taken));
  }

  /// True where two sockets cannot be open at once; each address family is for itself.
  private static boolean collide(InetSocketAddress one, InetSocketAddress other) {
    return one.getPort() == other.getPort()
        && one.getPort() != 0
        && one.getAddress().getClass().equals(other.getAddress().getClass())
        && (one.equals(other)
            || one.getAddress().isAnyLocalAddress()
            || other.getAddress().isAnyLocalAddress());
  }
}
