package net.facteur.server.quarantine;

import java.util.Optional;
import net.facteur.queue.MessageContent;
import net.facteur.server.language.Text;

/// Teaches a filter what it judged wrongly.
@FunctionalInterface
public interface Training {
  /// Where no filter learns.
  Training NONE = _ -> Optional.of(QuarantineTexts.SAY.nothingLearns());

  /// Has a message learnt as one that people want. May block, within the filter's limit of time.
  ///
  /// @return why it was not learnt; empty where it was
  Optional<Text> ham(MessageContent message);
}
