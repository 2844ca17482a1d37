package net.facteur.server.net;

import static net.facteur.server.config.SettingTypes.duration;
import static net.facteur.server.config.SettingTypes.integer;
import static net.facteur.server.config.SettingTypes.list;
import static net.facteur.server.config.SettingTypes.size;
import static net.facteur.server.net.NetTexts.SAY;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.config.Rows;
import net.facteur.server.config.Setting;
import net.facteur.server.config.SettingType;
import net.facteur.server.config.SettingType.Reading;
import net.facteur.server.config.SettingTypes;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Text;

/// What the transport of one listener allows.
///
/// @param times how long everything may take
/// @param connections how many there may be
/// @param trustedProxies peers that must send a PROXY header (v1 or v2), and whose word on the
///   client's address is taken; no other peer may send one
/// @param friends hosts of our own: they may have any part of the connections, and make errors
public record TransportSettings(
    Times times,
    Connections connections,
    List<AddressBlock> trustedProxies,
    List<AddressBlock> friends) {
  public static final Setting<Integer> CONNECTIONS =
      Setting.of(
          "limits.connections",
          integer(1, 100_000),
          1000,
          "Open connections of one listener; further ones get 421.");

  public static final Setting<Integer> CONNECTIONS_PER_NETWORK =
      Setting.of(
          "limits.connections-per-network",
          integer(1, 100_000),
          100,
          "Of these, from one client network (IPv4 /24, IPv6 /56).");

  public static final Setting<Long> MEMORY =
      Setting.of(
              "limits.memory",
              size(0, 1L << 40),
              0L,
              "Memory that all clients together may make the server hold: lines, recipients,"
                  + " headers, and bodies that are not in a file. Beyond it they get 452. 0 is a"
                  + " quarter of what Java may use; no client network has more than half of what is"
                  + " left.")
          .atStart();

  public static final Setting<Duration> COMMAND_TIME =
      Setting.of(
          "limits.command-time",
          duration(Duration.ofSeconds(5), Duration.ofHours(1)),
          Duration.ofMinutes(5),
          "How long a client may be silent; RFC 5321, section 4.5.3.2.7, wants 5 minutes.");

  public static final Setting<Duration> CONTENT_TIME =
      Setting.of(
          "limits.content-time",
          duration(Duration.ofSeconds(10), Duration.ofHours(6)),
          Duration.ofMinutes(10),
          "How long one message may take to come in, with a second more for each 8 KiB.");

  public static final Setting<List<AddressBlock>> TRUSTED_PROXIES =
      Setting.of(
              "listen.trusted-proxies",
              list(network(), 64),
              List.<AddressBlock>of(),
              "Proxies in front of this server, such as HAProxy or nginx, that say by the PROXY"
                  + " protocol (version 1 or 2) who the client is. What they say is believed in"
                  + " everything: limits, SPF, logs. A connection from one of these networks has to"
                  + " begin so, on each listener for mail; from everybody else it is an error. So"
                  + " name the addresses of the proxies alone.")
          .example("[\"192.0.2.10\"]");

  /// Rows about who stands in front of us.
  public static final Rows PROXIES = Rows.of(TRUSTED_PROXIES);

  public static final Setting<Duration> GREETING_DELAY =
      Setting.of(
          "limits.greeting-delay",
          duration(Duration.ZERO, Duration.ofSeconds(30)),
          Duration.ZERO,
          "How long other servers wait for our greeting. Who talks before it, as programs do that"
              + " only send spam, is refused with 554. Mail servers wait for minutes. A few seconds"
              + " are usual; 0s is for none. Users and reception.gateways never wait.");

  /// Rows about the number of connections.
  public static final Rows CONNECTION_LIMITS =
      Rows.of(CONNECTIONS, CONNECTIONS_PER_NETWORK, MEMORY);

  /// Rows about time.
  public static final Rows TIME_LIMITS = Rows.of(COMMAND_TIME, CONTENT_TIME, GREETING_DELAY);

  public static final TransportSettings DEFAULTS = from(Settings.DEFAULTS);

  public static TransportSettings from(Settings settings) {
    return new TransportSettings(
        Times.from(settings), Connections.from(settings), settings.get(TRUSTED_PROXIES), List.of());
  }

  /// The same behind these proxies.
  public TransportSettings withTrustedProxies(List<AddressBlock> proxies) {
    return new TransportSettings(times, connections, proxies, friends);
  }

  /// The same with these hosts of our own.
  public TransportSettings withFriends(List<AddressBlock> hosts) {
    return new TransportSettings(times, connections, trustedProxies, hosts);
  }

  /// The same for clients who need not wait for the greeting.
  public TransportSettings withoutGreetingDelay() {
    return new TransportSettings(
        times.withoutGreetingDelay(), connections, trustedProxies, friends);
  }

  /// How long a client waits for the greeting.
  Duration greetingDelay(InetAddress client) {
    return isFriend(client) ? Duration.ZERO : times.greetingDelay();
  }

  /// Whether a peer is one of our own hosts.
  public boolean isFriend(InetAddress peer) {
    return friends.stream().anyMatch(network -> network.contains(peer));
  }

  /// A block of addresses.
  public static SettingType<AddressBlock> network() {
    return SettingTypes.scalar(
        SAY.network(),
        SAY.networkBounds(),
        text ->
            switch (AddressBlock.parse(text)) {
              case Parsed.Ok<AddressBlock>(AddressBlock block) -> Reading.good(block);
              case Parsed.Malformed<AddressBlock>(int at, String expected) ->
                  Reading.wrong(
                      SAY.notNetwork(text, expected(text, at, expected)), "\"192.0.2.0/24\"");
            },
        AddressBlock::toString);
  }

  private static Text expected(String text, int at, String expected) {
    if (at > 0) {
      return SAY.prefixLength(text.contains(":") ? 128 : 32);
    }
    return expected.equals(AddressBlock.ZERO_BITS) ? SAY.zeroBits() : SAY.anyAddress();
  }

  public TransportSettings {
    trustedProxies = List.copyOf(trustedProxies);
    friends = List.copyOf(friends);
  }

  /// Time limits.
  ///
  /// @param command how long the server waits for a command, counted from its last reply, however
  ///   the octets of the command dribble in
  /// @param contentPause the longest silence within DATA or BDAT
  /// @param content how long one DATA or BDAT may take; each `minimumRate` octets received give
  ///   another second, so that only slow peers meet the limit
  /// @param minimumRate octets per second above which content is never too slow
  /// @param handshake the limit of a TLS handshake, and of a PROXY header
  /// @param service how long a reply may take on our side, before the connection is given up
  /// @param greetingDelay the pause before the greeting, zero for none; who talks into it is
  ///   refused
  public record Times(
      Duration command,
      Duration contentPause,
      Duration content,
      int minimumRate,
      Duration handshake,
      Duration service,
      Duration greetingDelay) {
    /// A message has a second more for each 8 KiB.
    public static final Times DEFAULTS = from(Settings.DEFAULTS);

    /// 5 minutes of silence in content (RFC 5321, 4.5.3.2.7), 30 s for a handshake, 9 minutes for
    /// the service (clients wait 10 for the end of data).
    static Times from(Settings settings) {
      return new Times(
          settings.get(COMMAND_TIME),
          Duration.ofMinutes(5),
          settings.get(CONTENT_TIME),
          8 * 1024,
          Duration.ofSeconds(30),
          Duration.ofMinutes(9),
          settings.get(GREETING_DELAY));
    }

    Times withoutGreetingDelay() {
      return new Times(
          command, contentPause, content, minimumRate, handshake, service, Duration.ZERO);
    }

    public Times {
      if (minimumRate < 1) {
        throw new IllegalArgumentException("limits start at 1");
      }
    }
  }

  /// Limits on the number of open connections. Who comes on top gets 421.
  ///
  /// @param total of this listener
  /// @param perNetwork from one client network
  public record Connections(int total, int perNetwork) {
    public static final Connections DEFAULTS = from(Settings.DEFAULTS);

    static Connections from(Settings settings) {
      return new Connections(settings.get(CONNECTIONS), settings.get(CONNECTIONS_PER_NETWORK));
    }
  }
}
