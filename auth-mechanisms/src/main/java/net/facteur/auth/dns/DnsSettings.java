package net.facteur.auth.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// How the DNS is asked and what is remembered.
///
/// @param servers recursive resolvers in order of preference; empty means those of the system
/// @param tryTimeout how long one server may take for one try
/// @param tries how often the whole list is gone through, from 1
/// @param lookupTimeout for one look-up with all tries, TCP, and CNAMEs
/// @param ednsSize octets of UDP announced to servers; 1232 passes every path unfragmented
/// @param maxCnames CNAMEs followed for one question
/// @param cacheOctets how much memory answers may take, roughly
/// @param minTtl answers are kept this long at least
/// @param maxTtl answers are kept this long at most
/// @param maxNegativeTtl answers without records are kept this long at most (RFC 2308, section 5)
/// @param failureTtl failures are kept this long (RFC 2308, section 7: at most 5 minutes)
public record DnsSettings(
    List<InetSocketAddress> servers,
    Duration tryTimeout,
    int tries,
    Duration lookupTimeout,
    int ednsSize,
    int maxCnames,
    long cacheOctets,
    Duration minTtl,
    Duration maxTtl,
    Duration maxNegativeTtl,
    Duration failureTtl) {
  /// The defaults, with the servers of the system.
  public static final DnsSettings DEFAULTS =
      new DnsSettings(
          List.of(),
          Duration.ofSeconds(3),
          2,
          Duration.ofSeconds(10),
          1232,
          8,
          16L << 20,
          Duration.ZERO,
          Duration.ofDays(1),
          Duration.ofHours(1),
          Duration.ofSeconds(5));

  public DnsSettings {
    servers = List.copyOf(servers);
    if (tries < 1 || ednsSize < 512 || ednsSize > 65_535 || maxCnames < 0 || cacheOctets < 0) {
      throw new IllegalArgumentException("DNS settings out of bounds");
    }
  }

  /// These settings with other servers.
  public DnsSettings withServers(List<InetSocketAddress> others) {
    return new DnsSettings(
        others,
        tryTimeout,
        tries,
        lookupTimeout,
        ednsSize,
        maxCnames,
        cacheOctets,
        minTtl,
        maxTtl,
        maxNegativeTtl,
        failureTtl);
  }

  /// These settings with other times for one try and for one look-up.
  public DnsSettings withTimeouts(Duration oneTry, int rounds, Duration whole) {
    return new DnsSettings(
        servers,
        oneTry,
        rounds,
        whole,
        ednsSize,
        maxCnames,
        cacheOctets,
        minTtl,
        maxTtl,
        maxNegativeTtl,
        failureTtl);
  }
}
