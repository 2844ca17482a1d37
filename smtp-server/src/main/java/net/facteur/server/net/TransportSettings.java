package net.facteur.server.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// What the transport of one listener allows.
///
/// @param times how long everything may take
/// @param connections how many there may be
/// @param maxBuffered octets received ahead of what is being worked on, before reading pauses
/// @param backlog the accept queue of the socket
/// @param trustedProxies peers that must send a PROXY header (v1 or v2), and whose word on the
///   client's address is taken; no other peer may send one
public record TransportSettings(
    Times times,
    Connections connections,
    int maxBuffered,
    int backlog,
    List<AddressBlock> trustedProxies) {
  /// Buffers of 64 KiB, no proxies.
  public static final TransportSettings DEFAULTS =
      new TransportSettings(Times.DEFAULTS, Connections.DEFAULTS, 64 * 1024, 1_024, List.of());

  public TransportSettings {
    trustedProxies = List.copyOf(trustedProxies);
    if (maxBuffered < 1 || backlog < 1) {
      throw new IllegalArgumentException("limits start at 1");
    }
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
    /// 5 minutes per command and per silence in content (RFC 5321, 4.5.3.2.7), 10 minutes per
    /// message and a second more for each 8 KiB, 30 s for a handshake, 9 minutes for the service
    /// (clients wait 10 for the end of data), no greeting delay.
    public static final Times DEFAULTS =
        new Times(
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            8 * 1024,
            Duration.ofSeconds(30),
            Duration.ofMinutes(9),
            Duration.ZERO);

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
  /// @param prefix4 bits of an IPv4 address that make a client network
  /// @param prefix6 bits of an IPv6 address that make a client network
  public record Connections(int total, int perNetwork, int prefix4, int prefix6) {
    /// 1,000 connections, 100 per /24 or /56: a /56 is what one customer of a provider has.
    public static final Connections DEFAULTS =
        new Connections(1_000, 100, AddressBlock.CLIENT_4, AddressBlock.CLIENT_6);

    public Connections {
      if (total < 1 || perNetwork < 1) {
        throw new IllegalArgumentException("limits start at 1");
      }
      if (prefix4 < 0 || prefix4 > 32 || prefix6 < 0 || prefix6 > 128) {
        throw new IllegalArgumentException("no prefix length");
      }
    }

    AddressBlock networkOf(InetAddress address) {
      return AddressBlock.around(address, address.getAddress().length == 4 ? prefix4 : prefix6);
    }
  }
}
