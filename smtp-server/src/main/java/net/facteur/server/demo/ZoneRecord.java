package net.facteur.server.demo;

import java.time.Duration;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;

/// One resource record.
///
/// @param <T> the record data
/// @param owner the name that has it
/// @param type its type, never SOA, which every zone has by itself
/// @param data what it says
/// @param ttl how long it may be kept, whole seconds
public record ZoneRecord<T>(DomainName owner, RecordType<T> type, T data, Duration ttl) {
  /// Short, so that a change during a trial is soon seen.
  public static final Duration DEFAULT_TTL = Duration.ofSeconds(60);

  public ZoneRecord {
    if (!type.data().isInstance(data)) {
      throw new IllegalArgumentException(data + " is no data of " + type);
    }
    if (type.equals(RecordType.SOA)) {
      throw new IllegalArgumentException("the zone has its own SOA");
    }
  }

  /// A record with the default life.
  public static <T> ZoneRecord<T> of(String owner, RecordType<T> type, T data) {
    return new ZoneRecord<>(DomainName.of(owner), type, data, DEFAULT_TTL);
  }
}
