package net.facteur.server.delivery;

import static net.facteur.server.config.SettingTypes.bool;
import static net.facteur.server.config.SettingTypes.choice;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.path;
import static net.facteur.server.config.SettingTypes.text;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.Settings;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.host.HostSettings;
import net.facteur.server.routing.NextHop;
import net.facteur.server.routing.RoutingSettings;

/// How mail leaves.
///
/// @param hostName what we call ourselves in EHLO; must resolve to our address
/// @param port of mail exchangers
/// @param families which addresses are used and which go first
/// @param sources local addresses to connect from, one per family at most; default none, the system
///   chooses
/// @param ownAddresses addresses of this server: a mail exchanger there is ourselves; default none
/// @param chunking send by BDAT where the host offers CHUNKING
/// @param reuse connections kept for the next message
/// @param timeouts how long each phase may take
/// @param relays settings of smarthosts, by `host:port`
public record DeliverySettings(
    String hostName,
    int port,
    Families families,
    List<InetAddress> sources,
    Set<InetAddress> ownAddresses,
    boolean chunking,
    Reuse reuse,
    Timeouts timeouts,
    Map<String, RelayHost> relays) {
  public static final Setting<String> SMARTHOST_USER =
      Setting.optional(
          "smarthost.user", text(255), "no login", "alice", "The user to log in there as.");

  public static final Setting<Path> SMARTHOST_PASSWORD_FILE =
      Setting.optional(
          "smarthost.password-file",
          path(),
          "no login",
          "/etc/facteur/smarthost.password",
          "A file with the password on its first line, readable by the server alone.");

  public static final Setting<RelayTls> SMARTHOST_TLS =
      Setting.of(
          "smarthost.tls",
          choice(RelayTls.class),
          RelayHost.DEFAULT.tls(),
          "How the connection is protected: implicit and verified check the certificate; encrypt"
              + " does not; opportunistic and none are for a host on this machine.");

  public static final Setting<Integer> PORT =
      Setting.of(
          "delivery.port",
          integer(1, 65_535),
          25,
          "The port of other mail servers; anything but 25 is for trials.");

  public static final Setting<Families> FAMILIES =
      Setting.of(
          "delivery.families",
          choice(Families.class),
          Families.IPV4_FIRST,
          "Which kind of address is used towards other servers, and which goes first.");

  public static final Setting<Boolean> CHUNKING =
      Setting.of(
          "delivery.chunking",
          bool(),
          true,
          "Whether mail is sent by BDAT where the other server offers CHUNKING.");

  public static final Setting<List<InetAddress>> SOURCES =
      Setting.of(
              "delivery.sources",
              list(NetworkTypes.ipAddress(), 2),
              List.<InetAddress>of(),
              "The local addresses that mail leaves from, at most one IPv4 and one IPv6 address. A"
                  + " host with several addresses names those that its SPF record lists; otherwise"
                  + " the system chooses.")
          .example("[\"192.0.2.25\"]");

  public static final Setting<RelayTls> RELAY_DOMAIN_TLS =
      Setting.of(
              "relay-domains.*.tls",
              choice(RelayTls.class),
              RelayTls.OPPORTUNISTIC,
              "How the connection to the host of relay-domains.*.host is protected, in the words of"
                  + " smarthost.tls. The mail exchangers of a domain are treated like all others.")
          .named("friend.example");

  /// Rows about hosts that take the mail of domains of others.
  public static final Rows RELAY_DOMAINS = Rows.of(RELAY_DOMAIN_TLS);

  /// Rows about the host that takes all mail for elsewhere.
  public static final Rows SMARTHOST =
      Rows.of(SMARTHOST_USER, SMARTHOST_PASSWORD_FILE, SMARTHOST_TLS);

  /// Rows about how mail leaves.
  public static final Rows ROWS = Rows.of(PORT, FAMILIES, CHUNKING, SOURCES);

  /// Which address families are used.
  public enum Families {
    IPV4_FIRST,
    IPV6_FIRST,
    IPV4_ONLY,
    IPV6_ONLY
  }

  /// Connection reuse.
  ///
  /// @param maxMessages messages sent over one connection, 1 to 10,000, default 100
  /// @param idle how long a connection waits for the next message, 0 to 5 min, default 3 s; zero
  ///   switches reuse off
  /// @param maxIdle waiting connections in all, 0 to 10,000, default 200
  /// @param maxIdlePerHost waiting connections to one host, default 20
  public record Reuse(int maxMessages, Duration idle, int maxIdle, int maxIdlePerHost) {
    public static final Reuse DEFAULT = new Reuse(100, Duration.ofSeconds(3), 200, 20);

    public Reuse {
      check(maxMessages >= 1 && maxMessages <= 10_000, "messages over a connection: 1 to 10,000");
      check(
          !idle.isNegative() && idle.compareTo(Duration.ofMinutes(5)) <= 0,
          "idle time: 0 to 5 minutes");
      check(maxIdle >= 0 && maxIdle <= 10_000, "idle connections: 0 to 10,000");
      check(maxIdlePerHost >= 0, "idle connections of a host: 0 or more");
    }
  }

  /// The time limits, each over 0 and at most 1 hour. They are those of the RFC but for the
  /// connection itself and the handshake.
  ///
  /// @param connect default 30 s
  /// @param greeting default 5 min
  /// @param hello EHLO, STARTTLS, AUTH; default 5 min
  /// @param handshake that of TLS, in all; default 1 min
  /// @param mail MAIL and RSET; default 5 min
  /// @param recipient RCPT; default 5 min
  /// @param dataInitiation DATA to 354; default 2 min
  /// @param dataBlock one write of content; default 3 min
  /// @param dataTermination final dot to its reply; default 10 min
  /// @param quit default 5 s
  /// @spec https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.2 RFC 5321, section 4.5.3.2:
  ///   Timeouts
  public record Timeouts(
      Duration connect,
      Duration greeting,
      Duration hello,
      Duration handshake,
      Duration mail,
      Duration recipient,
      Duration dataInitiation,
      Duration dataBlock,
      Duration dataTermination,
      Duration quit) {
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofSeconds(5));

    public Timeouts {
      for (Duration d :
          List.of(
              connect,
              greeting,
              hello,
              handshake,
              mail,
              recipient,
              dataInitiation,
              dataBlock,
              dataTermination,
              quit)) {
        check(
            d.isPositive() && d.compareTo(Duration.ofHours(1)) <= 0,
            "a time limit is over 0 and at most 1 hour");
      }
    }

    /// All phases alike.
    public static Timeouts all(Duration limit) {
      return new Timeouts(limit, limit, limit, limit, limit, limit, limit, limit, limit, limit);
    }
  }

  /// A host that mail goes to, whatever the DNS says.
  ///
  /// @param tls default VERIFIED; port 465 means IMPLICIT
  /// @param login what to authenticate with
  /// @param loginInClear allow AUTH where the host's name is not verified; default false
  /// @param word what asks for the protection, for people
  public record RelayHost(RelayTls tls, Optional<Login> login, boolean loginInClear, String word) {
    public static final RelayHost DEFAULT =
        new RelayHost(RelayTls.VERIFIED, Optional.empty(), false);

    /// A smarthost.
    public RelayHost(RelayTls tls, Optional<Login> login, boolean loginInClear) {
      this(tls, login, loginInClear, "smarthost.tls");
    }
  }

  /// How a smarthost is protected.
  public enum RelayTls {
    /// TLS from the first octet, certificate verified (RFC 8314).
    IMPLICIT,
    /// STARTTLS, certificate verified.
    VERIFIED,
    /// STARTTLS, certificate not looked at.
    ENCRYPT,
    /// STARTTLS where offered.
    OPPORTUNISTIC,
    /// No TLS; for loopback.
    NONE
  }

  /// A user name and a password, which never shows.
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  public DeliverySettings {
    sources = List.copyOf(sources);
    ownAddresses = Set.copyOf(ownAddresses);
    relays = Map.copyOf(relays);
    check(!hostName.isEmpty(), "a host name is needed");
  }

  /// @throws IOException where the password of the smarthost cannot be read
  public static DeliverySettings from(Settings settings) throws IOException {
    Map<String, RelayHost> relays = new HashMap<>();
    var routing = RoutingSettings.from(settings);
    routing
        .relayDomains()
        .forEach(
            (domain, relayed) ->
                relayed
                    .host()
                    .ifPresent(
                        host ->
                            relays.put(
                                host.host() + ":" + host.port(),
                                new RelayHost(
                                    settings.get(RELAY_DOMAIN_TLS, domain.text()),
                                    Optional.empty(),
                                    false,
                                    "relay-domains.tls"))));
    Optional<NextHop.Relay> relay = routing.relay();
    if (relay.isPresent()) {
      String host = relay.get().host();
      int port = relay.get().port();
      Optional<Login> login =
          login(
              settings.find(SMARTHOST_USER),
              settings.find(SMARTHOST_PASSWORD_FILE).map(settings::resolve));
      relays.put(
          host + ":" + port,
          new RelayHost(
              port == 465 ? RelayTls.IMPLICIT : settings.get(SMARTHOST_TLS), login, false));
    }
    return from(settings, HostSettings.from(settings).name().text(), relays);
  }

  private static Optional<Login> login(Optional<String> user, Optional<Path> file)
      throws IOException {
    if (user.isEmpty() || file.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Login(user.get(), new PasswordFile(file.get()).read()));
  }

  /// The same with other time limits.
  public DeliverySettings withTimeouts(Timeouts others) {
    return new DeliverySettings(
        hostName, port, families, sources, ownAddresses, chunking, reuse, others, relays);
  }

  /// The same with other addresses of this server.
  public DeliverySettings withOwnAddresses(Set<InetAddress> own) {
    return new DeliverySettings(
        hostName, port, families, sources, own, chunking, reuse, timeouts, relays);
  }

  /// The same with one more host.
  public DeliverySettings withRelay(NextHop.Relay hop, RelayHost how) {
    Map<String, RelayHost> more = new HashMap<>(relays);
    more.put(hop.host() + ":" + hop.port(), how);
    return new DeliverySettings(
        hostName, port, families, sources, ownAddresses, chunking, reuse, timeouts, more);
  }

  /// The defaults for a host of this name.
  public static DeliverySettings of(String hostName) {
    return from(Settings.DEFAULTS, hostName, Map.of());
  }

  private static DeliverySettings from(
      Settings settings, String hostName, Map<String, RelayHost> relays) {
    return new DeliverySettings(
        hostName,
        settings.get(PORT),
        settings.get(FAMILIES),
        settings.get(SOURCES),
        Set.of(),
        settings.get(CHUNKING),
        Reuse.DEFAULT,
        Timeouts.DEFAULT,
        relays);
  }

  private static void check(boolean right, String rule) {
    if (!right) {
      throw new IllegalArgumentException(rule);
    }
  }
}
