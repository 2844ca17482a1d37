package net.facteur.server.sources;

import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Messages of one source, as receivers counted them.
///
/// @param passed DMARC
/// @param failed DMARC
/// @param quarantined of them, those that went to a folder for spam
/// @param rejected of them, those that were refused
/// @param days by the day on which the report begins, in UTC
/// @param addresses some of those that it sent from
/// @param signers some of the other domains that signed
public record SourceCount(
    Source source,
    long passed,
    long failed,
    long quarantined,
    long rejected,
    SortedMap<LocalDate, DayCount> days,
    Map<DkimState, Long> dkim,
    Map<SpfState, Long> spf,
    List<String> addresses,
    List<String> signers) {
  public SourceCount {
    days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
    dkim = Map.copyOf(dkim);
    spf = Map.copyOf(spf);
    addresses = List.copyOf(addresses);
    signers = List.copyOf(signers);
  }

  public long messages() {
    return passed + failed;
  }

  public long of(DkimState state) {
    return dkim.getOrDefault(state, 0L);
  }

  public long of(SpfState state) {
    return spf.getOrDefault(state, 0L);
  }
}
