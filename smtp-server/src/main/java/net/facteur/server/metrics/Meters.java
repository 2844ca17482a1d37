package net.facteur.server.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/// The numbers of one process, in memory. Counting takes no lock and some tens of nanoseconds. Safe
/// for use by many threads.
public final class Meters {
  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Map<Metric, Counter> counters = new EnumMap<>(Metric.class);
  private final Map<Metric, Histogram> histograms = new EnumMap<>(Metric.class);
  private final ExpositionFormatWriter open = OpenMetricsTextFormatWriter.create();
  private final ExpositionFormatWriter plain = PrometheusTextFormatWriter.create();

  /// One number of a gauge.
  ///
  /// @param labels values of its labels, in their order
  public record Reading(double value, List<String> labels) {
    public Reading {
      labels = List.copyOf(labels);
    }
  }

  /// What a scrape gets.
  ///
  /// @param type the media type
  public record Scraped(String type, byte[] octets) {}

  /// @param version of the program
  public Meters(String version) {
    for (Metric metric : Metric.values()) {
      switch (metric.kind()) {
        case COUNTER -> counters.put(metric, counter(metric));
        case HISTOGRAM -> histograms.put(metric, histogram(metric));
        case GAUGE, INFO -> {} // has a source of its own
      }
    }
    Info info =
        Info.builder()
            .name(Metric.BUILD.title())
            .help(Metric.BUILD.help())
            .labelNames(names(Metric.BUILD))
            .register(registry);
    info.setLabelValues(version);
    JvmMetrics.builder().register(registry);
  }

  private Counter counter(Metric metric) {
    return Counter.builder()
        .name(metric.base())
        .help(metric.help())
        .labelNames(names(metric))
        .withoutExemplars()
        .register(registry);
  }

  private Histogram histogram(Metric metric) {
    return Histogram.builder()
        .name(metric.base())
        .help(metric.help())
        .labelNames(names(metric))
        .classicOnly()
        .classicUpperBounds(metric.bounds().stream().mapToDouble(Double::doubleValue).toArray())
        .withoutExemplars()
        .register(registry);
  }

  private static String[] names(Metric metric) {
    return metric.labels().stream().map(Metric.Label::name).toArray(String[]::new);
  }

  /// Counts.
  ///
  /// @param labels values of the labels, in the order of the metric
  void count(Metric metric, long amount, String... labels) {
    Counter counter = counters.get(metric);
    if (counter == null) {
      throw new IllegalArgumentException("no counter: " + metric);
    }
    counter.labelValues(metric.bounded(labels)).inc((double) amount);
  }

  /// Notes how long something took.
  ///
  /// @param nanos below zero, if a clock went back, counts as nothing
  void took(Metric metric, long nanos, String... labels) {
    Histogram histogram = histograms.get(metric);
    if (histogram == null) {
      throw new IllegalArgumentException("no histogram: " + metric);
    }
    histogram.labelValues(metric.bounded(labels)).observe(Math.max(0, nanos) / NANOS);
  }

  /// Gives a gauge its source, which is asked at each scrape, and may block for a moment.
  public void gauge(Metric metric, DoubleSupplier source) {
    readings(metric, () -> List.of(new Reading(source.getAsDouble(), List.of())));
  }

  /// The same for a gauge that has several numbers, or none at times.
  public void readings(Metric metric, Supplier<List<Reading>> source) {
    GaugeWithCallback.builder()
        .name(metric.base())
        .help(metric.help())
        .labelNames(names(metric))
        .callback(
            out ->
                source
                    .get()
                    .forEach(
                        its ->
                            out.call(
                                its.value(), metric.bounded(its.labels().toArray(String[]::new)))))
        .register(registry);
  }

  /// All numbers. Blocks for what the sources of gauges take.
  ///
  /// @param accept the header field of the request; what it prefers of the two formats is written
  public Scraped scrape(String accept) throws IOException {
    ExpositionFormatWriter writer = open.accepts(accept) ? open : plain;
    var out = new ByteArrayOutputStream(1 << 16);
    writer.write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    return new Scraped(writer.getContentType(), out.toByteArray());
  }
}
