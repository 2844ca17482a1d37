package net.facteur.server.metrics;

import java.util.concurrent.CompletionStage;
import net.facteur.server.filter.FilteredMessage;
import net.facteur.server.filter.MessageFilter;
import net.facteur.server.filter.Verdict;

/// Counts and times what a filter says.
///
/// @param name as in [Metric#VERDICTS]
record WatchedFilter(String name, MessageFilter filter, Meters meters) implements MessageFilter {
  @Override
  public boolean concerns(FilteredMessage message) {
    return filter.concerns(message);
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    long began = System.nanoTime();
    return filter
        .judge(message)
        .whenComplete(
            (verdict, failure) -> {
              if (failure == null) {
                meters.took(Metric.FILTER_TIME, System.nanoTime() - began, name);
                meters.count(Metric.VERDICTS, 1, name, verdict.handling().word());
              }
            });
  }
}
