package net.facteur.server.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.IpLiteral;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MailAddress;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Origin;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.DeliverySettings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.dsn.DsnSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.language.Language;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.routing.LocalUsers;
import net.facteur.server.routing.RelayDomain;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.tls.TlsSettings;

/// Settings that are legal and hardly meant: addresses that lead to nobody, names of others. A
/// change of users may bring them about, so they never stop a start.
final class Cautions {
  /// More are only counted.
  private static final int SHOWN = 50;

  /// The largest usual size whose record fits.
  private static final int LARGEST_RSA_FOR_UDP = 2048;

  private final Settings settings;
  private final List<DomainName> domains;
  private final Router router;
  private final List<Mistake> found = new ArrayList<>();

  /// @param users the addresses of all users; empty where they cannot be known
  Cautions(Settings settings, Optional<Set<String>> users) {
    this.settings = settings;
    RoutingSettings routing = RoutingSettings.from(settings);
    this.domains = routing.domains();
    this.router = new Router(routing, known(users), ReversePathRewriter.identity());
  }

  private static LocalUsers known(Optional<Set<String>> users) {
    return new LocalUsers() {
      @Override
      public boolean exists(String localPart, DomainName domain) {
        return users.filter(all -> all.contains(localPart + "@" + domain.text())).isPresent();
      }

      @Override
      public boolean uncertain(String localPart, DomainName domain) {
        return users.isEmpty();
      }
    };
  }

  List<Mistake> all() {
    hostname();
    domains();
    languages();
    keySize();
    proxies();
    gateways();
    relays();
    smarthost();
    clientCertificate();
    logins();
    table(RoutingSettings.ALIASES, "alias");
    table(RoutingSettings.FORWARDS, "forward");
    forwardsOfNobody();
    HostSettings.from(settings).postmaster().ifPresent(this::postmaster);
    for (String domain : settings.names("domains")) {
      settings
          .find(RoutingSettings.CATCH_ALL, domain)
          .ifPresent(target -> catchAll(DomainName.of(domain), target));
    }
    for (DomainName domain : settings.get(KeySettings.REVEAL).keySet()) {
      if (!domains.contains(domain)) {
        say(
            settings.origin(KeySettings.REVEAL),
            "keys.reveal names " + domain + ", which is none of the domains",
            "Name one of the domains, or take the line out.");
      }
    }
    if (found.size() > SHOWN) {
      int more = found.size() - SHOWN;
      found.subList(SHOWN, found.size()).clear();
      say(settings.origin(RoutingSettings.ALIASES), "and " + more + " more of the kind", "");
    }
    return List.copyOf(found);
  }

  /// RFC 6376, 3.3.3: a record has to fit into 512 octets of UDP to reach everybody.
  private void keySize() {
    int bits = settings.get(KeySettings.RSA_BITS);
    if (bits > LARGEST_RSA_FOR_UDP) {
      say(
          settings.origin(KeySettings.RSA_BITS),
          "keys.rsa-bits is "
              + bits
              + ": the record of such a key does not fit into 512 octets, so that receivers must"
              + " ask again by TCP, and some cannot",
          "Type: keys.rsa-bits = 2048");
    }
  }

  private void proxies() {
    Origin where = settings.origin(TransportSettings.TRUSTED_PROXIES);
    List<AddressBlock> open = SmtpSettings.from(settings).submission().trustedNetworks();
    for (AddressBlock proxy : TransportSettings.from(settings).trustedProxies()) {
      if (proxy.isWide()) {
        say(
            where,
            "listen.trusted-proxies holds "
                + proxy
                + ": whoever connects from there may say that he is any other host",
            "Name the addresses of your proxies alone: listen.trusted-proxies = [\"192.0.2.10\"]");
      }
      for (AddressBlock network : open) {
        if (network.overlaps(proxy)) {
          say(
              where,
              "listen.trusted-proxies and submission.networks both hold "
                  + (proxy.prefix() > network.prefix() ? proxy : network)
                  + ": a client whom the proxy does not name counts as the proxy, and may send"
                  + " without a password",
              "Take the proxy out of submission.networks.");
        }
      }
    }
  }

  private void gateways() {
    for (AddressBlock gateway : ReceptionSettings.from(settings).gateways()) {
      if (gateway.isWide()) {
        say(
            settings.origin(ReceptionSettings.GATEWAYS),
            "reception.gateways holds "
                + gateway
                + ": whoever connects from there may say from whom he has a message, and passes"
                + " SPF as anybody",
            "Name the addresses of your gateways alone: reception.gateways = [\"192.0.2.10\"]");
      }
    }
  }

  private void relays() {
    RoutingSettings.from(settings)
        .relayDomains()
        .forEach(
            (domain, relayed) -> {
              if (relayed.recipients() instanceof RelayDomain.Recipients.Any) {
                say(
                    settings.origin(RoutingSettings.RELAY_RECIPIENTS, domain.text()),
                    "relay-domains takes mail for every address of "
                        + domain
                        + ": what its server then refuses ends here, and few senders may be told",
                    "Leave recipients out, so that its server is asked, or list them.");
              }
            });
  }

  private void smarthost() {
    Optional<String> smarthost = settings.find(RoutingSettings.SMARTHOST);
    if (smarthost.isEmpty() && settings.find(DeliverySettings.SMARTHOST_USER).isPresent()) {
      say(
          settings.origin(DeliverySettings.SMARTHOST_USER),
          "smarthost.user is set without smarthost.host: mail goes straight to the servers of its"
              + " recipients",
          "Type: smarthost.host = " + RoutingSettings.SMARTHOST.example());
    }
    String host = HostSettings.from(settings).name().text();
    if (smarthost.filter(host::equalsIgnoreCase).isPresent()) {
      say(
          settings.origin(RoutingSettings.SMARTHOST),
          "smarthost.host is this server itself, which never delivers to itself: all mail for"
              + " elsewhere fails",
          "Name the host of your provider, or leave smarthost.host out.");
    }
  }

  private void clientCertificate() {
    Optional<Path> chain = settings.find(OutboundTlsSettings.CLIENT_CERTIFICATE);
    Optional<Path> key = settings.find(OutboundTlsSettings.CLIENT_KEY);
    if (chain.isPresent() != key.isPresent()) {
      Setting<Path> there =
          chain.isPresent()
              ? OutboundTlsSettings.CLIENT_CERTIFICATE
              : OutboundTlsSettings.CLIENT_KEY;
      Setting<Path> missing =
          chain.isPresent()
              ? OutboundTlsSettings.CLIENT_KEY
              : OutboundTlsSettings.CLIENT_CERTIFICATE;
      say(
          settings.origin(there),
          there.name()
              + " is set without "
              + missing.name()
              + ": no certificate is shown to others",
          "Type: " + missing.name() + " = " + missing.example());
    }
  }

  /// Whoever logs in does it over TLS (RFC 8314).
  private void logins() {
    if (TlsSettings.from(settings).isEmpty()
        && ListenerSettings.from(settings).submissions().isEmpty()
        && !ListenerSettings.from(settings).submission().isEmpty()
        && SmtpSettings.from(settings).submission().trustedNetworks().isEmpty()) {
      say(
          settings.origin(ListenerSettings.SUBMISSION),
          "no certificate is named, so that nobody can log in to hand in mail",
          "Type: tls { certificate = "
              + TlsSettings.CERTIFICATE.example()
              + ", key = "
              + TlsSettings.KEY.example()
              + " }");
    }
  }

  private void languages() {
    settings
        .find(DsnSettings.REPORT_LANGUAGES)
        .ifPresent(
            languages ->
                say(
                    settings.origin(DsnSettings.REPORT_LANGUAGES),
                    "queue.report-languages is an older spelling, and counts for reports alone",
                    "Type: languages = "
                        + languages.stream()
                            .map(Language::code)
                            .collect(Collectors.joining(", ", "[", "]"))));
  }

  private void domains() {
    if (domains.isEmpty() && RoutingSettings.from(settings).relayDomains().isEmpty()) {
      say(
          new Origin.InFile(settings.file(), 0),
          "there is no domain of ours, so that no mail is kept here and nobody can log in",
          "Type: domains { \"example.org\" {} }   (with your own domain)");
    }
  }

  private void hostname() {
    DomainName host = HostSettings.from(settings).name();
    if (IpLiteral.parse(host.text()).toOptional().isPresent()
        || host.text().matches(".*\\.[0-9]+")) {
      say(
          settings.origin(HostSettings.HOSTNAME),
          "hostname is " + host + ", which is an address and no name; many servers refuse it",
          "Type: hostname = mail.example.org   (with the name that the DNS has for this host)");
    }
  }

  private void table(Setting<Map<String, List<String>>> setting, String kind) {
    Origin where = settings.origin(setting);
    Map<String, String> written = new HashMap<>();
    new TreeMap<>(settings.get(setting))
        .forEach(
            (key, targets) -> {
              String twin = written.putIfAbsent(Ascii.lower(key), key);
              if (twin != null) {
                say(
                    where,
                    "the "
                        + kind
                        + "s `"
                        + twin
                        + "` and `"
                        + key
                        + "` are one address: case does"
                        + " not count, and only one of them is obeyed",
                    "Write one line with the targets of both.");
              }
              List<MailAddress> addresses =
                  addresses(key).stream()
                      .filter(
                          address ->
                              key.contains("@")
                                  || !settings.get(setting).containsKey(address.text()))
                      .toList();
              if (addresses.stream().anyMatch(address -> !router.isLocal(address))) {
                say(
                    where,
                    "the "
                        + kind
                        + " `"
                        + key
                        + "` is of a domain that is not ours; it is never"
                        + " asked for",
                    "Add the domain to domains, or take the line out.");
                return;
              }
              if (targets.isEmpty()) {
                say(
                    where,
                    "the " + kind + " `" + key + "` leads to no address",
                    "Name one, or take the line out.");
              }
              for (String target : targets) {
                target(where, kind, key, addresses, target);
              }
            });
  }

  private void target(
      Origin where, String kind, String key, List<MailAddress> addresses, String target) {
    if (target.startsWith("|") || target.startsWith("/") || target.startsWith(":")) {
      say(
          where,
          "the "
              + kind
              + " `"
              + key
              + "` leads to `"
              + target
              + "`, which other servers take for a"
              + " command or a file; here it is an address",
          "Name an address; Facteur starts no programs and writes into no files for mail.");
      return;
    }
    for (MailAddress from : addresses) {
      MailAddress to = near(target, from);
      String what = "the " + kind + " `" + key + "`";
      if (to.text().equalsIgnoreCase(from.text())) {
        itself(where, what, from);
      } else if (router.isLocal(to)) {
        leads(where, what, to);
      }
    }
  }

  /// Who names itself keeps a copy in the mailbox, where there is one.
  private void itself(Origin where, String what, MailAddress from) {
    if (!router.hasMailbox(from)) {
      say(
          where,
          what + " leads to itself, and there is no such user",
          "Make the user: facteur user add " + from.text() + "; or name another address.");
    }
  }

  private void forwardsOfNobody() {
    for (String key : settings.get(RoutingSettings.FORWARDS).keySet()) {
      List<MailAddress> nobody =
          addresses(key).stream()
              .filter(router::isLocal)
              .filter(address -> router.resolve(address) instanceof Resolution.UnknownUser)
              .toList();
      if (!nobody.isEmpty() && nobody.size() == addresses(key).size()) {
        say(
            settings.origin(RoutingSettings.FORWARDS),
            "the forward `" + key + "` is of nobody: there is no such user",
            "Make the user: facteur user add "
                + nobody.getFirst().text()
                + "; or write it as an alias.");
      }
    }
  }

  private void postmaster(String target) {
    for (DomainName domain : domains) {
      MailAddress to = near(target, new MailAddress("postmaster", domain.text()));
      if (router.isLocal(to)) {
        leads(settings.origin(HostSettings.POSTMASTER), "postmaster", to);
      }
    }
  }

  private void catchAll(DomainName domain, String target) {
    MailAddress to = near(target, new MailAddress("anybody", domain.text()));
    if (router.isLocal(to)) {
      leads(
          settings.origin(RoutingSettings.CATCH_ALL, domain.text()),
          "the catch-all of " + domain,
          to);
    }
  }

  private void leads(Origin where, String what, MailAddress to) {
    switch (router.resolve(to)) {
      case Resolution.Routed _, Resolution.Undecided _ -> {}
      case Resolution.UnknownUser _, Resolution.BadDomain _ ->
          say(
              where,
              what + " leads to " + to.text() + ", and there is no such user",
              "Make the user: facteur user add " + to.text());
      case Resolution.Misconfigured(String detail) ->
          say(
              where,
              what + " leads to " + to.text() + ": " + detail,
              "Name the last addresses at once, or break the circle.");
    }
  }

  /// A bare name counts for every local domain.
  private List<MailAddress> addresses(String key) {
    return key.contains("@")
        ? List.of(near(key, new MailAddress(key, "")))
        : domains.stream().map(domain -> new MailAddress(key, domain.text())).toList();
  }

  private static MailAddress near(String text, MailAddress other) {
    int at = text.lastIndexOf('@');
    return at < 0
        ? new MailAddress(text, other.domain())
        : new MailAddress(text.substring(0, at), text.substring(at + 1));
  }

  private void say(Origin where, String what, String remedy) {
    var mistake = new Mistake(where, what, remedy);
    if (!found.contains(mistake)) { // one sentence for all domains
      found.add(mistake);
    }
  }
}
