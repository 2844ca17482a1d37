package net.facteur.server.feedback;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueInspector;
import net.facteur.queue.QueueInspector.Shown;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.server.bounces.ReturnedMessage;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Finds the message of ours that a report is about, in the queue and in its history. Blocks. Safe
/// for use by many threads.
final class SentMail {
  private static final Logger LOG = LogManager.getLogger(SentMail.class);

  /// Queue ids of a report that are tried.
  private static final int IDS = 20;

  /// Look-ups by Message-ID within an hour: each looks at the whole history.
  private static final int SEARCHES = 120;

  private static final int FOUND = 5;

  private final QueueInspector queue;
  private final InstantSource clock;
  private long hour;
  private int searches;

  SentMail(QueueInspector queue, InstantSource clock) {
    this.queue = queue;
    this.clock = clock;
  }

  /// The message, if we know it.
  ///
  /// The queue id in one of its Received fields says which it is, and its Message-ID has to fit
  /// where the report has one: an id alone could be guessed.
  Optional<Shown> find(ReturnedMessage about) {
    try {
      Optional<Shown> byId =
          about.ids().stream()
              .limit(IDS)
              .map(Ascii::upper)
              .filter(QueueId::isQueueId)
              .flatMap(id -> queue.show(new QueueId(id)).stream())
              .filter(
                  shown ->
                      about.messageId().isPresent() && about.messageId().equals(shown.messageId()))
              .findFirst();
      return byId.isPresent() || about.messageId().isEmpty() || !maySearch()
          ? byId
          : byMessageId(about.messageId().get());
    } catch (QueueUnavailableException e) {
      LOG.warn("a report is not looked into: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Shown> byMessageId(String id) {
    List<QueueId> found = queue.find(id, FOUND);
    return found.stream()
        .flatMap(each -> queue.show(each).stream())
        .filter(shown -> shown.messageId().filter(id::equals).isPresent())
        .findFirst();
  }

  /// Who answers for a message.
  Optional<String> account(QueueId id) {
    try {
      return queue.account(id);
    } catch (QueueUnavailableException e) {
      LOG.warn("id={} is nobody's for now: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  private synchronized boolean maySearch() {
    long now = clock.instant().getEpochSecond() / Duration.ofHours(1).toSeconds();
    if (now != hour) {
      hour = now;
      searches = 0;
    }
    return ++searches <= SEARCHES;
  }
}
