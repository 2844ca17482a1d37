package net.facteur.server.web;

import java.time.Duration;

/// What clients may take. What is asked here takes less than a second.
///
/// @param connections at a time
/// @param ofNetwork of them from one client network (IPv4 /24, IPv6 /56)
/// @param exchange from the arrival, or from the last answer, until the next answer is sent
/// @param requests in one connection
/// @param burst requests that a client network may make at once
/// @param interval after each of which it may make one more
record WebLimits(
    int connections, int ofNetwork, Duration exchange, int requests, int burst, Duration interval) {
  static final WebLimits DEFAULTS =
      new WebLimits(200, 20, Duration.ofSeconds(20), 100, 300, Duration.ofMillis(200));

  /// For a program beside us that asks for each login of each user, in as many connections as it
  /// has processes.
  static final WebLimits OF_PROGRAM =
      new WebLimits(
          500, 500, Duration.ofSeconds(30), 1_000_000, 1_000_000, Duration.ofNanos(1_000));

  /// Octets of the request line.
  static final int LINE = 4096;

  /// Octets of the header.
  static final int HEADER = 8192;

  /// Octets of the body.
  static final int BODY = 16 << 10;

  /// Octets in which a client says hello.
  static final int CLIENT_HELLO = 16 << 10;
}
