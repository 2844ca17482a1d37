package net.facteur.queue.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.MessageContent;
import net.facteur.queue.NewMessage;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.StoredContent;

/// Content of messages just accepted, kept in memory until each of their consignments was attempted
/// once, within a budget. Not safe for several threads at once.
final class FreshContent {
  private final long budget;
  private final Map<Long, Held> held = new HashMap<>();
  private long used;

  FreshContent(long budget) {
    this.budget = budget;
  }

  /// Keeps a message's content, where it is small and the budget allows.
  ///
  /// @param waiting its consignments that are to be attempted soon
  void keep(NewMessage message, List<Consignment> waiting) {
    if (waiting.isEmpty() || !(message.body() instanceof StagedBody.Octets body)) {
      return;
    }
    long size = message.header().length + body.size();
    if (used + size <= budget) {
      used += size;
      held.put(
          waiting.getFirst().message(),
          new Held(new StoredContent.InMemory(message.header(), body), size, waiting.size()));
    }
  }

  Optional<MessageContent> of(Consignment consignment) {
    Held kept = held.get(consignment.message());
    return kept == null ? Optional.empty() : Optional.of(kept.content);
  }

  /// One of the consignments was attempted or put back.
  void done(Consignment consignment) {
    Held kept = held.get(consignment.message());
    if (kept != null && --kept.waiting == 0) {
      held.remove(consignment.message());
      used -= kept.size;
    }
  }

  private static final class Held {
    private final MessageContent content;
    private final long size;
    private int waiting;

    Held(MessageContent content, long size, int waiting) {
      this.content = content;
      this.size = size;
      this.waiting = waiting;
    }
  }
}
