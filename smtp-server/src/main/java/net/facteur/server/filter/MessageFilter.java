package net.facteur.server.filter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Judges messages. Safe for many threads at once.
@FunctionalInterface
public interface MessageFilter {
  /// Passes everything, and costs nothing.
  MessageFilter NONE = _ -> CompletableFuture.completedStage(Verdict.PASS);

  /// Judges one message. The caller does not wait in it: what has to wait is done elsewhere.
  ///
  /// @return a stage that ends within the filter's own limit of time, and never fails
  CompletionStage<Verdict> judge(FilteredMessage message);
}
