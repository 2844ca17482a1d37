package net.facteur.server.routing;

import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.map;
import static net.facteur.server.routing.RoutingTexts.SAY;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.Destination;
import net.facteur.server.config.ConfigTexts;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.MailTypes;
import net.facteur.server.report.received.ReceivedReportSettings;

/// Who is local, and where everything else goes.
///
/// Addresses in tables are `local-part@domain`; a bare local part as a key holds for every local
/// domain, as a target it means the domain of the address that led to it.
///
/// @param domains the local domains, the first of which also takes `<postmaster>` without a domain;
///   none means that nothing is delivered here
/// @param hostName the name of this host, whether it is a local domain or not: mail to postmaster
///   there is taken (RFC 5321, section 4.5.1); default none
/// @param literals address literals that are this host, such as `[192.0.2.1]`: mail to postmaster
///   there is taken (RFC 5321, section 4.1.3); default none
/// @param separators the characters that may part a user from a sub-address; empty for no
///   sub-addresses
/// @param aliases an address or local part to the addresses that stand for it, nested up to
///   `maxDepth`; an alias that names itself keeps a copy in the mailbox of that name
/// @param forwards an address or local part of a user to where the mail goes as well or instead
/// @param catchAll a local domain to the address that takes what nobody else does
/// @param postmaster takes mail for postmaster and abuse of every local domain where no user or
///   alias of that name exists (RFC 5321, section 4.5.1; RFC 2142)
/// @param lmtp the LMTP server that keeps the mailboxes; empty for Maildirs of our own
/// @param relayDomains domains of others that strangers may send mail for through us
/// @param smarthost `host` or `host:port` that takes all other foreign mail; empty for MX delivery
/// @param special addresses and domains that are treated in a way of their own
public record RoutingSettings(
    List<DomainName> domains,
    Optional<DomainName> hostName,
    Set<String> literals,
    String separators,
    Map<String, List<String>> aliases,
    Map<String, Forwarding> forwards,
    Map<DomainName, String> catchAll,
    Optional<String> postmaster,
    Optional<NextHop> lmtp,
    Map<DomainName, RelayDomain> relayDomains,
    Optional<NextHop> smarthost,
    Special special) {
  private static final int MAX_TARGETS = 1000;
  private static final String POSSIBLE_SEPARATORS = "+-=_.#~^!";

  public static final Setting<String> CATCH_ALL =
      Setting.optional(
          "domains.*.catch-all",
          MailTypes.addressOrName(),
          "unknown recipients are refused",
          "\"alice@example.org\"",
          "Who gets the mail to addresses of this domain that nobody has. Expect much spam with"
              + " it.");

  public static final Setting<Map<String, List<String>>> ALIASES =
      Setting.of(
              "aliases",
              map(MailTypes.addressOrName(), list(MailTypes.addressOrName(), MAX_TARGETS), 100_000),
              Map.of(),
              "Addresses that stand for others, here or elsewhere: one address or a list. An alias"
                  + " may lead to an alias, up to 10 deep.")
          .example(
              "{ \"info@example.org\" = \"alice@example.org\","
                  + " \"board@example.org\" = [\"alice@example.org\", \"bob@example.com\"] }");

  public static final Setting<Map<String, List<String>>> FORWARDS =
      Setting.of(
              "forwards",
              map(MailTypes.addressOrName(), list(MailTypes.addressOrName(), MAX_TARGETS), 100_000),
              Map.of(),
              "Users whose mail goes on to other addresses. List the user's own address too to keep"
                  + " a copy here.")
          .example("{ \"bob@example.org\" = [\"bob@example.org\", \"bob@example.com\"] }");

  public static final Setting<String> SEPARATORS =
      Setting.of(
          "sub-addresses.separators",
          separatorCharacters(),
          "+",
          "The characters that may part a user from a tag of his own: with +, mail to"
              + " alice+shop@example.org is for alice@example.org. Several may stand here, such as"
              + " +-; an empty text (\"\") turns it off. A user or alias who has the whole name"
              + " goes first. If another program keeps the mailboxes, let it know the same: in"
              + " Dovecot as recipient_delimiter.");

  public static final Setting<NextHop> LMTP =
      Setting.optional(
          "mailboxes.lmtp",
          lmtpServer(),
          "mail is put into Maildirs below directories.mail",
          "/run/dovecot/lmtp",
          "The LMTP server that keeps the mailboxes of all local domains, such as Dovecot's: the"
              + " path of its socket, or host:port. It takes the full address as the name of the"
              + " mailbox. Users are still listed here, so that others are refused at once.");

  public static final Setting<String> SMARTHOST =
      Setting.optional(
          "smarthost.host",
          NetworkTypes.host(),
          "mail goes straight to the servers of its recipients",
          "smtp.example.net",
          "The host that takes all mail for elsewhere, such as that of your provider.");

  public static final Setting<Integer> SMARTHOST_PORT =
      Setting.of(
          "smarthost.port", integer(1, 65_535), 587, "Its port; 465 speaks TLS from the start.");

  public static final Setting<DomainName> ALIAS_OF =
      Setting.optional(
          "domains.*.alias-of",
          NetworkTypes.domain(),
          "the domain has the addresses of its own and no others",
          "example.com",
          "Another of the domains, whose addresses this one has as well as its own: mail to"
              + " alice@ here is for alice@ there. An address that has a user or alias of its own"
              + " keeps it.");

  public static final Setting<List<String>> REFUSED =
      Setting.of(
              "refused-addresses",
              list(MailTypes.addressOrName(), 100_000),
              List.<String>of(),
              "Addresses that are refused although a catch-all, a user or a domain alias would take"
                  + " them. Mail to postmaster and abuse is always taken.")
          .example("[\"old-list@example.org\"]");

  public static final Setting<List<String>> DISCARDED =
      Setting.of(
              "discarded-addresses",
              list(MailTypes.addressOrName(), 100_000),
              List.<String>of(),
              "Addresses whose mail is taken and thrown away. Nobody hears of it, neither the"
                  + " sender nor anybody here.")
          .example("[\"noreply@example.org\"]");

  /// The block of relay domains.
  public static final String RELAY_BLOCK = "relay-domains";

  public static final Setting<List<String>> RELAY_RECIPIENTS =
      Setting.of(
              "relay-domains.*.recipients",
              list(MailTypes.addressOrName(), 100_000),
              List.<String>of(),
              "The addresses that this domain has; mail to others is refused. An empty list asks"
                  + " the domain's own server, and remembers what it says. If that cannot be asked,"
                  + " mail is taken, and a report goes to no sender who is not proven. [\"*\"]"
                  + " takes everything unasked, in the same way.")
          .named("friend.example")
          .example("[alice, bob]");

  public static final Setting<NextHop.HostPort> RELAY_HOST =
      Setting.optional(
              "relay-domains.*.host",
              hostAndPort(),
              "the domain's mail exchangers that are better than this server",
              "\"mail.inner.example:25\"",
              "The host that takes the mail of this domain, if this server stands in front of it.")
          .named("friend.example");

  /// Rows about domains of others.
  public static final Rows RELAY_DOMAINS = Rows.of(RELAY_RECIPIENTS, RELAY_HOST);

  /// Rows about single domains.
  public static final Rows DOMAINS = Rows.of(CATCH_ALL, ALIAS_OF);

  /// Rows about addresses.
  public static final Rows ADDRESSES = Rows.of(ALIASES, FORWARDS, REFUSED, DISCARDED, SEPARATORS);

  /// Rows about mailboxes.
  public static final Rows MAILBOXES = Rows.of(LMTP);

  /// Rows about the host that takes all mail for elsewhere.
  public static final Rows NEXT_HOP = Rows.of(SMARTHOST, SMARTHOST_PORT);

  /// Those of a host whose name nobody writes to.
  public RoutingSettings(
      List<DomainName> domains,
      Set<String> literals,
      String separators,
      Map<String, List<String>> aliases,
      Map<String, Forwarding> forwards,
      Map<DomainName, String> catchAll,
      Optional<String> postmaster,
      Optional<NextHop> lmtp,
      Map<DomainName, RelayDomain> relayDomains,
      Optional<NextHop> smarthost) {
    this(
        domains,
        Optional.empty(),
        literals,
        separators,
        aliases,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        Special.NONE);
  }

  /// Addresses and domains that are treated in a way of their own, as in [Addresses].
  ///
  /// @param readHere addresses that the server reads itself; what it cannot read is the
  ///   postmaster's
  public record Special(
      Set<String> refused,
      Set<String> discarded,
      Map<DomainName, DomainName> domains,
      Set<String> readHere) {
    static final Special NONE = new Special(Set.of(), Set.of(), Map.of(), Set.of());

    public Special {
      refused = Set.copyOf(refused);
      discarded = Set.copyOf(discarded);
      domains = Map.copyOf(domains);
      readHere = Set.copyOf(readHere);
    }
  }

  /// All that the settings say of addresses.
  public Addresses addresses() {
    return new Addresses(
        aliases, forwards, special.refused(), special.discarded(), special.domains());
  }

  /// Where a user's mail goes.
  ///
  /// @param to at least one address
  /// @param keep leave a copy in the mailbox
  public record Forwarding(List<String> to, boolean keep) {
    public Forwarding {
      to = List.copyOf(to);
      if (to.isEmpty()) {
        throw new IllegalArgumentException("a forward needs an address");
      }
    }
  }

  public RoutingSettings {
    domains = List.copyOf(domains);
    literals = Set.copyOf(literals);
    aliases = Map.copyOf(aliases);
    forwards = Map.copyOf(forwards);
    catchAll = Map.copyOf(catchAll);
    relayDomains = Map.copyOf(relayDomains);
  }

  public static RoutingSettings from(Settings settings) {
    var host = HostSettings.from(settings);
    Map<DomainName, String> catchAll = new HashMap<>();
    Map<DomainName, DomainName> aliasDomains = new HashMap<>();
    for (DomainName domain : host.domains()) {
      settings.find(CATCH_ALL, domain.text()).ifPresent(address -> catchAll.put(domain, address));
      settings
          .find(ALIAS_OF, domain.text())
          .filter(other -> !other.equals(domain))
          .ifPresent(other -> aliasDomains.put(domain, other));
    }
    Map<String, Forwarding> forwards = new HashMap<>();
    settings
        .get(FORWARDS)
        .forEach(
            (user, targets) -> {
              List<String> away = targets.stream().filter(t -> !t.equals(user)).toList();
              if (!away.isEmpty()) {
                forwards.put(user, new Forwarding(away, targets.contains(user)));
              }
            });
    Map<DomainName, RelayDomain> relayDomains = new HashMap<>();
    for (String name : settings.names(RELAY_BLOCK)) {
      relayDomains.put(
          DomainName.of(name),
          new RelayDomain(
              settings.find(RELAY_HOST, name).map(to -> new NextHop.Relay(to.host(), to.port())),
              recipients(settings.get(RELAY_RECIPIENTS, name))));
    }
    int port = settings.get(SMARTHOST_PORT);
    return new RoutingSettings(
        host.domains(),
        Optional.of(host.name()),
        Set.of(),
        settings.get(SEPARATORS),
        settings.get(ALIASES),
        forwards,
        catchAll,
        host.postmaster(),
        settings.find(LMTP),
        relayDomains,
        settings.find(SMARTHOST).map(name -> new NextHop.Relay(name, port)),
        new Special(
            Set.copyOf(settings.get(REFUSED)),
            Set.copyOf(settings.get(DISCARDED)),
            aliasDomains,
            ReceivedReportSettings.from(settings).addresses()));
  }

  /// An LMTP server: the absolute path of its socket, or its host and port.
  public static SettingType<NextHop> lmtpServer() {
    return SettingTypes.scalar(
        SAY.lmtpServer(),
        SAY.lmtpServerBounds(),
        text ->
            (text.startsWith("/") || !text.contains("/"))
                    && NextHop.parse(new Destination("lmtp:" + text))
                        instanceof Parsed.Ok<NextHop>(var server)
                ? Reading.good(server)
                : Reading.wrong(SAY.notLmtpServer(text), "/run/dovecot/lmtp"),
        server -> server.destination().text().substring("lmtp:".length()));
  }

  private static RelayDomain.Recipients recipients(List<String> names) {
    if (names.isEmpty()) {
      return new RelayDomain.Recipients.Asked();
    }
    return names.contains("*")
        ? new RelayDomain.Recipients.Any()
        : new RelayDomain.Recipients.Listed(
            names.stream()
                .map(name -> Ascii.lower(name.split("@", 2)[0]))
                .collect(Collectors.toSet()));
  }

  /// A host with a port, 25 where none is named.
  private static SettingType<NextHop.HostPort> hostAndPort() {
    return SettingTypes.scalar(
        ConfigTexts.SAY.host(),
        SAY.relayHostBounds(),
        text ->
            switch (NextHop.hostPort(text, 0, 25)) {
              case Parsed.Ok<NextHop.HostPort>(NextHop.HostPort host) -> Reading.good(host);
              case Parsed.Malformed<NextHop.HostPort> _ ->
                  Reading.wrong(SAY.notRelayHost(text), "\"mail.inner.example:25\"");
            },
        NextHop.HostPort::text);
  }

  private static SettingType<String> separatorCharacters() {
    return SettingTypes.scalar(
        SAY.separators(),
        SAY.separatorsBounds(POSSIBLE_SEPARATORS),
        text -> {
          boolean possible = text.chars().allMatch(c -> POSSIBLE_SEPARATORS.indexOf(c) >= 0);
          return possible
              ? Reading.good(text)
              : Reading.wrong(SAY.notSeparators(text, POSSIBLE_SEPARATORS), "\"+\"");
        },
        text -> text);
  }

  /// The defaults for these local domains.
  public static RoutingSettings of(DomainName... domains) {
    return new RoutingSettings(
        List.of(domains),
        Set.of(),
        Settings.DEFAULTS.get(SEPARATORS),
        Map.of(),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  /// The smarthost, where it is a host.
  public Optional<NextHop.Relay> relay() {
    return smarthost.flatMap(
        hop -> hop instanceof NextHop.Relay relay ? Optional.of(relay) : Optional.empty());
  }

  /// The same without the host that takes all mail for elsewhere: where each message goes is then
  /// chosen when it leaves.
  public RoutingSettings withoutSmarthost() {
    return new RoutingSettings(
        domains,
        hostName,
        literals,
        separators,
        aliases,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        Optional.empty(),
        special);
  }

  /// The same with other aliases.
  public RoutingSettings withAliases(Map<String, List<String>> others) {
    return new RoutingSettings(
        domains,
        hostName,
        literals,
        separators,
        others,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        special);
  }

  /// The same for a host of this name and these address literals.
  public RoutingSettings withHost(DomainName name, Set<String> own) {
    return new RoutingSettings(
        domains,
        Optional.of(name),
        own,
        separators,
        aliases,
        forwards,
        catchAll,
        postmaster,
        lmtp,
        relayDomains,
        smarthost,
        special);
  }
}
