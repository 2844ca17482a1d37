package net.facteur.server.filter;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Several filters, asked in order. The first one that defers or refuses ends it: nobody has to
/// look at what is not taken.
public final class Filters implements MessageFilter {
  private static final Logger LOG = LogManager.getLogger(Filters.class);

  private final List<MessageFilter> filters;

  private Filters(List<MessageFilter> filters) {
    this.filters = List.copyOf(filters);
  }

  /// One filter for all of these.
  public static MessageFilter of(List<MessageFilter> filters) {
    return switch (filters.size()) {
      case 0 -> MessageFilter.NONE;
      default -> new Filters(filters);
    };
  }

  @Override
  public boolean concerns(FilteredMessage message) {
    for (MessageFilter filter : filters) {
      if (filter.concerns(message)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public CompletionStage<Verdict> judge(FilteredMessage message) {
    CompletionStage<Verdict> sum = CompletableFuture.completedStage(Verdict.PASS);
    for (MessageFilter filter : filters) {
      sum =
          sum.thenCompose(
              before ->
                  switch (before.handling()) {
                    case Handling.Defer _, Handling.Reject _ ->
                        CompletableFuture.completedStage(before);
                    case Handling.Pass _, Handling.Junk _, Handling.Hold _, Handling.Quarantine _ ->
                        filter.concerns(message)
                            ? filter.judge(message).thenApply(before::and)
                            : CompletableFuture.completedStage(before);
                  });
    }
    return sum.thenApply(
        verdict -> {
          LOG.info(
              "filtered id={} direction={} handling={} reason=\"{}\"",
              message.id(),
              message.direction().name().toLowerCase(Locale.ROOT),
              verdict.handling().word(),
              verdict.handling().reason());
          return verdict;
        });
  }
}
