package net.facteur.queue.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.NewMessage;
import net.facteur.queue.RecipientState;

/// How a consignment ended, to be committed as one: what becomes of each recipient, and the reports
/// about them.
///
/// @param consignment what was tried
/// @param attempted false where the next hop was known to be down and nothing was tried, so that no
///   attempt is recorded
/// @param at when the attempt began
/// @param took how long it lasted
/// @param entries one for each recipient of the consignment
/// @param reports messages to queue in the same commit
public record Settlement(
    Consignment consignment,
    boolean attempted,
    Instant at,
    Duration took,
    List<Entry> entries,
    List<NewMessage> reports) {
  public Settlement {
    entries = List.copyOf(entries);
    reports = List.copyOf(reports);
  }

  /// One recipient's end, or next try.
  public record Entry(QueuedRecipient recipient, DeliveryOutcome outcome, Fate fate) {}

  /// What becomes of a recipient.
  public sealed interface Fate {
    /// It stays, due again at `next`.
    ///
    /// @param delayReported the sender has been told of the delay, now or before
    record Retry(Instant next, boolean delayReported) implements Fate {}

    /// It leaves.
    record Leaves(Ending ending) implements Fate {}
  }

  /// Why a recipient left the queue.
  public enum Ending {
    DELIVERED(RecipientState.DELIVERED),
    FAILED(RecipientState.FAILED),
    EXPIRED(RecipientState.EXPIRED),
    BOUNCED(RecipientState.BOUNCED),
    REMOVED(RecipientState.REMOVED);

    private final RecipientState state;

    Ending(RecipientState state) {
      this.state = state;
    }

    /// The recipient's state from then on.
    public RecipientState state() {
      return state;
    }

    /// The word that stands in the `state` column.
    public String word() {
      return state.word();
    }
  }
}
