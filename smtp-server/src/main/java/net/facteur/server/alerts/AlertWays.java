package net.facteur.server.alerts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.server.notices.Notices.Notice;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The ways by which somebody is told.
///
/// @param first our own mail; empty where nobody wants that
/// @param second others, which are taken if our own mail may not get through
public record AlertWays(Optional<AlertWay> first, List<AlertWay> second) {
  private static final Logger LOG = LogManager.getLogger(AlertWays.class);

  public AlertWays {
    second = List.copyOf(second);
  }

  /// Tells by our mail, and by the others too if that may fail, if it did, or if it is off. Blocks.
  ///
  /// @param uncertain our mail may not get through
  /// @return the names of the ways that worked; empty where none did
  List<String> tell(Notice notice, boolean uncertain) {
    var by = new ArrayList<String>();
    first.filter(way -> failure(way, notice).isEmpty()).ifPresent(way -> by.add(way.name()));
    if (uncertain || by.isEmpty()) {
      second.stream()
          .filter(way -> failure(way, notice).isEmpty())
          .forEach(way -> by.add(way.name()));
    }
    return by;
  }

  /// Tells by all of them.
  Map<String, Optional<String>> test(Notice notice) {
    Map<String, Optional<String>> results = new LinkedHashMap<>();
    Stream.concat(first.stream(), second.stream())
        .forEach(way -> results.put(way.name(), failure(way, notice)));
    return results;
  }

  private static Optional<String> failure(AlertWay way, Notice notice) {
    try {
      way.send(notice);
      return Optional.empty();
    } catch (IOException e) {
      LOG.error("alert way={} result=failed reason=\"{}\"", way.name(), e.getMessage());
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
