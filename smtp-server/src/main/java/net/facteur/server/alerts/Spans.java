package net.facteur.server.alerts;

import java.time.Duration;

/// Spans of time and room as people say them.
final class Spans {
  private static final int DAYS_FROM = 48;

  private Spans() {}

  /// Such as `5h` or `3d`.
  static String text(Duration span) {
    if (span.toHours() >= DAYS_FROM) {
      return span.toDays() + "d";
    }
    return span.toHours() > 0 ? span.toHours() + "h" : span.toMinutes() + "m";
  }

  /// Such as `300 MiB`.
  static String octets(long octets) {
    return (octets >> 20) + " MiB";
  }
}
