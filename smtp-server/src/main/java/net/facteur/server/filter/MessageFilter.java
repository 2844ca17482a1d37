package net.facteur.server.filter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Judges messages. Safe for many threads at once.
@FunctionalInterface
public interface MessageFilter {
  /// Passes everything, and costs nothing.
  MessageFilter NONE =
      new MessageFilter() {
        @Override
        public boolean concerns(FilteredMessage message) {
          return false;
        }

        @Override
        public CompletionStage<Verdict> judge(FilteredMessage message) {
          return CompletableFuture.completedStage(Verdict.PASS);
        }
      };

  /// True where it has to be asked about a message. Whoever asks does without where it is not: this
  /// is quick, and waits for nothing.
  default boolean concerns(FilteredMessage message) {
    return true;
  }

  /// Judges one message. The caller does not wait in it: what has to wait is done elsewhere.
  ///
  /// @return a stage that ends within the filter's own limit of time, and never fails
  CompletionStage<Verdict> judge(FilteredMessage message);
}
