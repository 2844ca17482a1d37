package net.facteur.queue.run;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.NewMessage;
import net.facteur.queue.store.Consignment;
import net.facteur.queue.store.Settlement;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One line for each message accepted and for each recipient of each attempt.
final class AttemptLog {
  private static final Logger LOG = LogManager.getLogger("net.facteur.queue.mail");

  private AttemptLog() {}

  static void queued(NewMessage message) {
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "queued id={} from={} recipients={} size={} origin={}",
          message.id(),
          message.envelopes().stream()
              .map(e -> LogText.value(e.reversePath().toString()))
              .distinct()
              .collect(Collectors.joining(",")),
          message.envelopes().stream().mapToInt(e -> e.recipients().size()).sum(),
          message.header().length + message.body().size(),
          LogText.value(message.origin()));
    }
  }

  static void attempt(Settlement settlement) {
    if (!LOG.isInfoEnabled()) {
      return;
    }
    Consignment consignment = settlement.consignment();
    Instant ended = settlement.at().plus(settlement.took());
    Duration delay = Duration.between(consignment.received(), ended);
    for (Settlement.Entry entry : settlement.entries()) {
      DeliveryOutcome outcome = entry.outcome();
      LOG.info(
          "attempt id={} from={} to={} destination={} outcome={} status={} remote={} tls={}"
              + " number={} took={} delay={} reply={}",
          consignment.id(),
          LogText.value(consignment.reversePath().toString()),
          LogText.value("<" + entry.recipient().recipient().address() + ">"),
          LogText.value(consignment.destination().text()),
          word(settlement, entry),
          outcome.status(),
          LogText.value(outcome.remote().map(r -> r.name() + "[" + r.address() + "]").orElse("-")),
          LogText.value(outcome.remote().map(RemoteHost::tls).orElse("-")),
          entry.recipient().attempts() + 1,
          seconds(settlement.took()),
          seconds(delay),
          LogText.value(outcome.reply()));
    }
  }

  private static String word(Settlement settlement, Settlement.Entry entry) {
    return switch (entry.fate()) {
      case Settlement.Fate.Leaves(Settlement.Ending ending) -> ending.word();
      case Settlement.Fate.Retry _ -> settlement.attempted() ? "deferred" : "put-off";
    };
  }

  private static String seconds(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    String fraction = Long.toString(1000 + millis % 1000).substring(1);
    return millis / 1000 + "." + fraction;
  }
}
