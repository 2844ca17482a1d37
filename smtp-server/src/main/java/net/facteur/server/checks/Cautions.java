package net.facteur.server.checks;

import static net.facteur.server.checks.ChecksTexts.SAY;

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
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.config.ConfigTexts;
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
import net.facteur.server.language.Text;
import net.facteur.server.ldap.LdapSettings;
import net.facteur.server.net.AddressBlock;
import net.facteur.server.net.ListenerSettings;
import net.facteur.server.net.TransportSettings;
import net.facteur.server.reception.ReceptionSettings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routing.AddressBook;
import net.facteur.server.routing.ListedUsers;
import net.facteur.server.routing.RelayDomain;
import net.facteur.server.routing.Resolution;
import net.facteur.server.routing.ReversePathRewriter;
import net.facteur.server.routing.Router;
import net.facteur.server.routing.RoutingSettings;
import net.facteur.server.signin.SignInSettings;
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
  private final StoredAddresses stored;
  private final Optional<Set<String>> users;
  private final List<Mistake> found = new ArrayList<>();

  /// A table that leads from addresses to others.
  private enum Kind {
    ALIAS,
    FORWARD;

    Text of(String key) {
      return switch (this) {
        case ALIAS -> SAY.alias(key);
        case FORWARD -> SAY.forward(key);
      };
    }
  }

  /// @param users the addresses of all users; empty where they cannot be known
  /// @param stored what commands have written down of addresses
  /// @param roles addresses that lead to whoever holds them
  Cautions(
      Settings settings, Optional<Set<String>> users, StoredAddresses stored, AddressBook roles) {
    this.stored = stored;
    this.users = users;
    this.settings = settings;
    RoutingSettings routing = RoutingSettings.from(settings);
    this.domains = routing.domains();
    this.router =
        new Router(
            routing,
            new ListedUsers(users, LdapSettings.from(settings).isPresent()),
            ReversePathRewriter.identity(),
            Optional.empty(),
            AddressBook.of(stored.book(), roles));
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
    found.addAll(new RouteCautions(settings).all());
    found.addAll(new ReportCautions(settings).all());
    clientCertificate();
    LdapSettings.from(settings)
        .filter(LdapSettings::inTheClear)
        .ifPresent(_ -> directoryInTheClear());
    logins();
    table(RoutingSettings.ALIASES, Kind.ALIAS);
    table(RoutingSettings.FORWARDS, Kind.FORWARD);
    forwardsOfNobody();
    administrators();
    reportAddresses();
    stored.inForce().forEach(this::stored);
    HostSettings.from(settings).postmaster().ifPresent(this::postmaster);
    for (String domain : settings.names("domains")) {
      settings
          .find(RoutingSettings.CATCH_ALL, domain)
          .ifPresent(target -> catchAll(DomainName.of(domain), target));
      settings
          .find(RoutingSettings.ALIAS_OF, domain)
          .ifPresent(other -> aliasDomain(DomainName.of(domain), other));
    }
    for (DomainName domain : settings.get(KeySettings.REVEAL).keySet()) {
      if (!domains.contains(domain)) {
        say(settings.origin(KeySettings.REVEAL), SAY.revealsOther(domain), SAY.nameDomain());
      }
    }
    if (found.size() > SHOWN) {
      int more = found.size() - SHOWN;
      found.subList(SHOWN, found.size()).clear();
      say(settings.origin(RoutingSettings.ALIASES), SAY.more(more), Text.nothing());
    }
    return List.copyOf(found);
  }

  /// RFC 6376, 3.3.3: a record has to fit into 512 octets of UDP to reach everybody.
  private void keySize() {
    int bits = settings.get(KeySettings.RSA_BITS);
    if (bits > LARGEST_RSA_FOR_UDP) {
      say(
          settings.origin(KeySettings.RSA_BITS),
          SAY.largeKey(bits),
          ConfigTexts.SAY.type("keys.rsa-bits = 2048"));
    }
  }

  private void proxies() {
    Origin where = settings.origin(TransportSettings.TRUSTED_PROXIES);
    List<AddressBlock> open = SmtpSettings.from(settings).submission().trustedNetworks();
    for (AddressBlock proxy : TransportSettings.from(settings).trustedProxies()) {
      if (proxy.isWide()) {
        say(
            where,
            SAY.wideProxy(proxy),
            SAY.nameProxies("listen.trusted-proxies = [\"192.0.2.10\"]"));
      }
      for (AddressBlock network : open) {
        if (network.overlaps(proxy)) {
          say(
              where,
              SAY.openProxy(proxy.prefix() > network.prefix() ? proxy : network),
              SAY.takeProxyOut());
        }
      }
    }
  }

  private void gateways() {
    for (AddressBlock gateway : ReceptionSettings.from(settings).gateways()) {
      if (gateway.isWide()) {
        say(
            settings.origin(ReceptionSettings.GATEWAYS),
            SAY.wideGateway(gateway),
            SAY.nameGateways("reception.gateways = [\"192.0.2.10\"]"));
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
                    SAY.anyRecipient(domain),
                    SAY.askRecipients());
              }
            });
  }

  private void smarthost() {
    Optional<String> smarthost = settings.find(RoutingSettings.SMARTHOST);
    if (smarthost.isEmpty() && settings.find(DeliverySettings.SMARTHOST_USER).isPresent()) {
      say(
          settings.origin(DeliverySettings.SMARTHOST_USER),
          SAY.userWithoutSmarthost(),
          ConfigTexts.SAY.type("smarthost.host = " + RoutingSettings.SMARTHOST.example()));
    }
    String host = HostSettings.from(settings).name().text();
    if (smarthost.filter(host::equalsIgnoreCase).isPresent()) {
      say(settings.origin(RoutingSettings.SMARTHOST), SAY.smarthostItself(), SAY.nameSmarthost());
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
          SAY.nothingShown(there.name(), missing.name()),
          ConfigTexts.SAY.type(missing.name() + " = " + missing.example()));
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
          SAY.nobodyLogsIn(),
          ConfigTexts.SAY.type(
              "tls { certificate = "
                  + TlsSettings.CERTIFICATE.example()
                  + ", key = "
                  + TlsSettings.KEY.example()
                  + " }"));
    }
  }

  private void languages() {
    settings
        .find(DsnSettings.REPORT_LANGUAGES)
        .ifPresent(
            languages ->
                say(
                    settings.origin(DsnSettings.REPORT_LANGUAGES),
                    SAY.olderSpelling(),
                    ConfigTexts.SAY.type(
                        "languages = "
                            + languages.stream()
                                .map(Language::code)
                                .collect(Collectors.joining(", ", "[", "]")))));
  }

  private void domains() {
    if (domains.isEmpty() && RoutingSettings.from(settings).relayDomains().isEmpty()) {
      say(
          new Origin.InFile(settings.file(), 0),
          SAY.noDomain(),
          SAY.typeDomain("domains { \"example.org\" {} }"));
    }
  }

  private void hostname() {
    DomainName host = HostSettings.from(settings).name();
    if (IpLiteral.parse(host.text()).toOptional().isPresent()
        || host.text().matches(".*\\.[0-9]+")) {
      say(
          settings.origin(HostSettings.HOSTNAME),
          SAY.addressAsName(host),
          ConfigTexts.SAY.typeName("hostname = mail.example.org"));
    }
  }

  private void table(Setting<Map<String, List<String>>> setting, Kind kind) {
    Origin where = settings.origin(setting);
    Map<String, String> written = new HashMap<>();
    new TreeMap<>(settings.get(setting))
        .forEach(
            (key, targets) -> {
              String twin = written.putIfAbsent(Ascii.lower(key), key);
              if (twin != null) {
                say(
                    where,
                    switch (kind) {
                      case ALIAS -> SAY.twinAliases(twin, key);
                      case FORWARD -> SAY.twinForwards(twin, key);
                    },
                    SAY.oneLine());
              }
              List<MailAddress> addresses =
                  addresses(key).stream()
                      .filter(
                          address ->
                              key.contains("@")
                                  || !settings.get(setting).containsKey(address.text()))
                      .toList();
              if (addresses.stream().anyMatch(address -> !router.isLocal(address))) {
                say(where, SAY.notOurs(kind.of(key)), SAY.addDomain());
                return;
              }
              if (targets.isEmpty()) {
                say(where, SAY.leadsNowhere(kind.of(key)), SAY.nameOne());
              }
              for (String target : targets) {
                target(where, kind.of(key), addresses, target);
              }
            });
  }

  private void stored(AddressEntry entry) {
    switch (entry) {
      case AddressEntry.Alias(UserName name, List<String> to, var _) ->
          stored(name, Kind.ALIAS, to);
      case AddressEntry.Forward(UserName name, List<String> to, var _, var _) ->
          stored(name, Kind.FORWARD, to);
      case AddressEntry.Domain(DomainName name, DomainName other) -> {
        if (!domains.contains(other)) {
          say(stored.origin(), SAY.aliasOfForeign(name, other), SAY.nameOurDomain());
        }
      }
      case AddressEntry.Refused _, AddressEntry.Discarded _ -> {}
    }
  }

  private void stored(UserName name, Kind kind, List<String> targets) {
    var from = new MailAddress(name.localPart(), name.domain().text());
    for (String target : targets) {
      target(stored.origin(), kind.of(name.text()), List.of(from), target);
    }
  }

  private void target(Origin where, Text what, List<MailAddress> addresses, String target) {
    if (target.startsWith("|") || target.startsWith("/") || target.startsWith(":")) {
      say(where, SAY.leadsToProgram(what, target), SAY.nameAddress());
      return;
    }
    for (MailAddress from : addresses) {
      MailAddress to = near(target, from);
      if (to.text().equalsIgnoreCase(from.text())) {
        itself(where, what, from);
      } else if (router.isLocal(to)) {
        leads(where, what, to);
      }
    }
  }

  /// Who names itself keeps a copy in the mailbox, where there is one.
  private void itself(Origin where, Text what, MailAddress from) {
    if (!router.hasMailbox(from)) {
      say(where, SAY.leadsToItself(what), SAY.makeUserOrName("facteur user add " + from.text()));
    }
  }

  private void directoryInTheClear() {
    say(settings.origin(LdapSettings.STARTTLS), SAY.directoryInTheClear(), SAY.encryptDirectory());
  }

  /// A directory may have them, which is not asked here.
  private void administrators() {
    if (users.isEmpty() || LdapSettings.from(settings).isPresent()) {
      return;
    }
    for (UserName name : settings.get(SignInSettings.ADMINISTRATORS)) {
      if (!users.get().contains(name.text())) {
        say(
            settings.origin(SignInSettings.ADMINISTRATORS),
            SAY.administratorNobody(name.text()),
            SAY.makeAdministrator("facteur user add " + name.text()));
      }
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
            SAY.forwardOfNobody(key),
            SAY.makeUserOrAlias("facteur user add " + nobody.getFirst().text()));
      }
    }
  }

  /// Whoever has the address of reports gets them in place of the server.
  private void reportAddresses() {
    var reports = ReceivedReportSettings.from(settings);
    for (DomainName domain : domains) {
      reportAddress(ReceivedReportSettings.DMARC_ADDRESS, reports.dmarcAddress(domain));
      reportAddress(ReceivedReportSettings.TLS_ADDRESS, reports.tlsAddress(domain));
    }
  }

  private void reportAddress(Setting<String> setting, MailAddress address) {
    switch (router.holder(address)) {
      case NOBODY, UNKNOWN -> {}
      case USER -> taken(setting, SAY.reportsUser(address.text()));
      case LIST -> taken(setting, SAY.reportsList(address.text()));
      case ALIAS -> taken(setting, SAY.reportsAlias(address.text()));
      case REFUSED -> taken(setting, SAY.reportsRefused(address.text()));
      case DISCARDED -> taken(setting, SAY.reportsDiscarded(address.text()));
      case FORWARD_OF_NOBODY -> taken(setting, SAY.reportsForward(address.text()));
    }
  }

  private void taken(Setting<String> setting, Text what) {
    say(settings.origin(setting), what, SAY.nameReports(setting.name()));
  }

  private void postmaster(String target) {
    for (DomainName domain : domains) {
      MailAddress to = near(target, new MailAddress("postmaster", domain.text()));
      if (router.isLocal(to)) {
        leads(settings.origin(HostSettings.POSTMASTER), SAY.postmaster(), to);
      }
    }
  }

  private void catchAll(DomainName domain, String target) {
    MailAddress to = near(target, new MailAddress("anybody", domain.text()));
    if (router.isLocal(to)) {
      leads(settings.origin(RoutingSettings.CATCH_ALL, domain.text()), SAY.catchAll(domain), to);
    }
  }

  private void aliasDomain(DomainName domain, DomainName other) {
    if (domain.equals(other)) {
      say(
          settings.origin(RoutingSettings.ALIAS_OF, domain.text()),
          SAY.aliasOfItself(domain),
          SAY.takeOut());
    } else if (!domains.contains(other)) {
      say(
          settings.origin(RoutingSettings.ALIAS_OF, domain.text()),
          SAY.aliasOfForeign(domain, other),
          SAY.nameOurDomain());
    }
  }

  private void leads(Origin where, Text what, MailAddress to) {
    switch (router.resolve(to)) {
      case Resolution.Routed _, Resolution.Rests _, Resolution.Undecided _ -> {}
      case Resolution.UnknownUser _, Resolution.BadDomain _ ->
          say(
              where,
              SAY.leadsToNobody(what, to.text()),
              SAY.makeUser("facteur user add " + to.text()));
      case Resolution.Misconfigured(Text detail) ->
          say(where, SAY.leadsAstray(what, to.text(), detail), SAY.breakCircle());
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

  private void say(Origin where, Text what, Text remedy) {
    var mistake = new Mistake(where, what, remedy);
    if (!found.contains(mistake)) { // one sentence for all domains
      found.add(mistake);
    }
  }
}
