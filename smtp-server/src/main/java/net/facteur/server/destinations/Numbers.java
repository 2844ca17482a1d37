package net.facteur.server.destinations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What was counted at a provider within some time. Immutable.
///
/// @param attempts of one message each, to one or many recipients
/// @param delivered recipients
/// @param deferred recipients, each time they were
/// @param refused recipients for good
/// @param delays recipients that were delivered, by how long after the message was accepted here:
///   up to each of [#DELAYS], and later
/// @param tls attempts by the protocol that they were protected by, such as `TLSv1.3` or `none`
public record Numbers(
    long attempts,
    long delivered,
    long deferred,
    long refused,
    List<Long> delays,
    Map<String, Long> tls) {
  /// Upper ends of the times to delivery that are told apart.
  public static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(4),
          Duration.ofHours(12),
          Duration.ofDays(1),
          Duration.ofDays(2));

  /// Kinds of protection that are told apart; the rest is not counted.
  static final int MOST_TLS = 8;

  public static final Numbers NONE =
      new Numbers(0, 0, 0, 0, Collections.nCopies(DELAYS.size() + 1, 0L), Map.of());

  public Numbers {
    delays = List.copyOf(delays);
    tls = Map.copyOf(tls);
  }

  /// Both together.
  public Numbers plus(Numbers other) {
    var sums = new ArrayList<Long>(delays.size());
    for (int i = 0; i < delays.size(); i++) {
      sums.add(delays.get(i) + other.delays.get(i));
    }
    var kinds = new TreeMap<>(tls);
    other.tls.forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
    while (kinds.size() > MOST_TLS) {
      kinds.pollLastEntry();
    }
    return new Numbers(
        attempts + other.attempts,
        delivered + other.delivered,
        deferred + other.deferred,
        refused + other.refused,
        sums,
        kinds);
  }

  /// The time within which a part of what was delivered had arrived, as the upper end of its span.
  ///
  /// @param share 0 to 1, such as 0.5 for the median
  /// @return empty where nothing was delivered; two days where it took longer than that
  public Optional<Duration> arrivedWithin(double share) {
    long all = delays.stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return Optional.empty();
    }
    long wanted = Math.max(1, (long) Math.ceil(all * share));
    long seen = 0;
    for (int i = 0; i < DELAYS.size(); i++) {
      seen += delays.get(i);
      if (seen >= wanted) {
        return Optional.of(DELAYS.get(i));
      }
    }
    return Optional.of(DELAYS.getLast());
  }

  /// Which of [#delays] a time falls into.
  static int delay(Duration took) {
    int i = 0;
    while (i < DELAYS.size() && took.compareTo(DELAYS.get(i)) > 0) {
      i++;
    }
    return i;
  }

  /// As it is kept: `a=3 d=2 f=1 r=0 h=0,1,0 t=TLSv1.3:3,none:1`.
  String text() {
    var out = new StringBuilder(80);
    out.append("a=").append(attempts).append(" d=").append(delivered);
    out.append(" f=").append(deferred).append(" r=").append(refused).append(" h=");
    for (int i = 0; i < delays.size(); i++) {
      out.append(i == 0 ? "" : ",").append(delays.get(i));
    }
    out.append(" t=");
    String between = "";
    for (Map.Entry<String, Long> kind : new TreeMap<>(tls).entrySet()) {
      out.append(between).append(kind.getKey()).append(':').append(kind.getValue());
      between = ",";
    }
    return out.toString();
  }

  /// What [#text()] wrote; what is not understood counts nothing.
  static Numbers parse(String text) {
    long[] four = new long[4];
    var delays = new ArrayList<>(NONE.delays);
    var tls = new TreeMap<String, Long>();
    for (String part : text.split(" ", -1)) {
      if (part.length() < 3) {
        continue;
      }
      String value = part.substring(2);
      switch (part.charAt(0)) {
        case 'a' -> four[0] = number(value);
        case 'd' -> four[1] = number(value);
        case 'f' -> four[2] = number(value);
        case 'r' -> four[3] = number(value);
        case 'h' -> {
          String[] each = value.split(",", -1);
          for (int i = 0; i < Math.min(each.length, delays.size()); i++) {
            delays.set(i, number(each[i]));
          }
        }
        case 't' -> {
          for (String kind : value.split(",", -1)) {
            int colon = kind.lastIndexOf(':');
            if (colon > 0 && tls.size() < MOST_TLS) {
              tls.put(kind.substring(0, colon), number(kind.substring(colon + 1)));
            }
          }
        }
        default -> {} // of a later version
      }
    }
    return new Numbers(four[0], four[1], four[2], four[3], delays, tls);
  }

  private static long number(String digits) {
    return digits.matches("[0-9]{1,18}") ? Long.parseLong(digits) : 0;
  }
}
