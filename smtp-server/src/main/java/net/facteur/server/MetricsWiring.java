package net.facteur.server;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import net.facteur.queue.run.QueueRunner;
import net.facteur.server.alerts.AlertRule;
import net.facteur.server.config.Settings;
import net.facteur.server.files.PasswordFile;
import net.facteur.server.metrics.Measuring;
import net.facteur.server.metrics.Meters;
import net.facteur.server.metrics.Metric;
import net.facteur.server.metrics.MetricsPage;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.metrics.QueueGauges;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.tls.ServerCertificate;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.web.Routes;
import net.facteur.server.web.WebListener;
import net.facteur.server.web.WebServer;

/// Where numbers are served, and where those come from that are not counted but looked up.
final class MetricsWiring {
  private MetricsWiring() {}

  /// Opens the listeners; none if nobody wants numbers.
  static Optional<WebServer> open(
      Settings settings,
      ListeningSockets sockets,
      InForce inForce,
      InstantSource clock,
      Measuring measuring)
      throws IOException {
    if (measuring.meters().isEmpty()) {
      return Optional.empty();
    }
    Meters meters = measuring.meters().get();
    List<WebListener> listeners =
        MetricsSettings.from(settings).listeners().stream()
            .map(
                at ->
                    at.getAddress().isLoopbackAddress()
                        ? WebListener.plain(at, () -> routes(meters, inForce))
                        : WebListener.secure(
                            at,
                            name -> inForce.now().certificates().map(all -> all.forName(name)),
                            () -> routes(meters, inForce)))
            .toList();
    return Optional.of(WebServer.openForNumbers(sockets, listeners, clock));
  }

  private static Routes routes(Meters meters, InForce inForce) {
    return new MetricsPage(
            meters, MetricsSettings.from(inForce.settings()).tokenFile().map(PasswordFile::new))
        .routes();
  }

  /// Gives the gauges their sources.
  static void register(
      Meters meters,
      Settings settings,
      LastingParts lasting,
      QueueRunner queue,
      IntSupplier connections,
      InForce inForce) {
    new QueueGauges(() -> lasting.inspector().summary(0), lasting.clock(), System::nanoTime)
        .register(meters);
    var directory = StoreSettings.from(settings).queue().directory().toFile();
    meters.gauge(Metric.QUEUE_FULL, () -> queue.full() ? 1 : 0);
    meters.gauge(Metric.DISK_FREE, directory::getUsableSpace);
    meters.gauge(Metric.SIGNING_WAITING, () -> lasting.pool().waiting());
    meters.gauge(Metric.CONNECTIONS, connections::getAsInt);
    meters.gauge(Metric.SESSIONS, () -> lasting.sessions().size());
    meters.readings(
        Metric.ALERTS,
        () ->
            Arrays.stream(AlertRule.values())
                .map(
                    rule ->
                        new Meters.Reading(
                            lasting.alerts().rules().contains(rule) ? 1 : 0, List.of(rule.word())))
                .toList());
    meters.readings(
        Metric.CERTIFICATE,
        () -> expiry(inForce).stream().map(at -> new Meters.Reading(at, List.of())).toList());
  }

  private static Optional<Double> expiry(InForce inForce) {
    return inForce
        .now()
        .certificates()
        .map(ServerCertificates::certificates)
        .orElse(List.of())
        .stream()
        .map(ServerCertificate::leaf)
        .map(leaf -> (double) leaf.getNotAfter().toInstant().getEpochSecond())
        .min(Double::compare);
  }
}
