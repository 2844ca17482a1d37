package net.facteur.server.demo;

import java.util.ArrayList;
import java.util.List;
import net.facteur.auth.dns.DomainName;

/// The records of one zone at the start.
///
/// @param apex the zone's name; the root, where the server should deny all else by itself
/// @param records all within the apex
public record Zone(DomainName apex, List<ZoneRecord<?>> records) {
  public Zone {
    records = List.copyOf(records);
    for (ZoneRecord<?> r : records) {
      if (!r.owner().isWithin(apex)) {
        throw new IllegalArgumentException(r.owner() + " is not within " + apex);
      }
    }
  }

  public static Zone of(DomainName apex, ZoneRecord<?>... records) {
    return new Zone(apex, List.of(records));
  }

  /// A zone without records: its server answers NXDOMAIN with authority.
  public static Zone empty(DomainName apex) {
    return new Zone(apex, List.of());
  }

  /// The same zone with `more` records.
  public Zone with(ZoneRecord<?>... more) {
    var all = new ArrayList<>(records);
    all.addAll(List.of(more));
    return new Zone(apex, all);
  }
}
