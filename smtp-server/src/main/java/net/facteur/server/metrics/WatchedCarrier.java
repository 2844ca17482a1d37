package net.facteur.server.metrics;

import java.util.Map;
import java.util.Optional;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Recipient;
import net.facteur.server.delivery.Journey;
import net.facteur.server.delivery.Way;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;

/// Counts attempts by each way to hosts of others. A way that leads back to this server is no
/// attempt.
record WatchedCarrier(Journey.Carrier carrier, Meters meters) implements Journey.Carrier {
  private static final String GOT = ", got ";

  @Override
  public Map<Recipient, DeliveryOutcome> carry(Way way, DeliveryAttempt attempt) {
    long began = System.nanoTime();
    Map<Recipient, DeliveryOutcome> outcomes = carrier.carry(way, attempt);
    meters.took(Metric.ATTEMPT_TIME, System.nanoTime() - began);
    for (DeliveryOutcome outcome : outcomes.values()) {
      if (!Journey.leadsBack(outcome)) {
        meters.count(
            Metric.ATTEMPTS,
            1,
            WatchedAgent.word(outcome),
            outcome.remote().map(WatchedCarrier::provider).orElse(Provider.OTHER.name()),
            level(outcome.remote()));
      }
    }
    return outcomes;
  }

  private static String provider(RemoteHost host) {
    return Providers.shipped().of(host.name()).name();
  }

  /// The level that a connection had, which stands in words behind its cipher; `none` where no host
  /// was reached, too.
  static String level(Optional<RemoteHost> host) {
    String words = host.map(RemoteHost::tls).orElse("");
    int at = words.indexOf(GOT);
    if (at < 0) {
      return "none";
    }
    int end = words.indexOf(',', at + GOT.length());
    return words.substring(at + GOT.length(), end < 0 ? words.length() : end);
  }
}
