package net.facteur.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.QueueInspector.Counts;
import net.facteur.queue.QueueInspector.Summary;
import org.junit.jupiter.api.Test;

class MetersTest {
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final String OPEN = "application/openmetrics-text; version=1.0.0";
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

  private final Meters meters = new Meters("0.1.0");

  private String scrape(String accept) throws IOException {
    return new String(meters.scrape(accept).octets(), StandardCharsets.UTF_8);
  }

  @Test
  void countersAndTimesAreWritten() throws IOException {
    meters.count(Metric.ATTEMPTS, 1, "delivered", "google", "dane");
    meters.count(Metric.ATTEMPTS, 2, "delivered", "google", "dane");
    meters.took(Metric.COMMIT, 3_000_000);
    String plain = scrape("");
    assertTrue(
        plain.contains(
            "facteur_delivery_attempts_total{provider=\"google\",result=\"delivered\",tls=\"dane\"}"
                + " 3.0"),
        plain);
    assertTrue(plain.contains("facteur_queue_commit_seconds_bucket{le=\"0.0025\"} 0"), plain);
    assertTrue(plain.contains("facteur_queue_commit_seconds_bucket{le=\"0.005\"} 1"), plain);
    assertTrue(plain.contains("facteur_build_info{version=\"0.1.0\"} 1"), plain);
    assertTrue(plain.contains("jvm_memory_used_bytes"), plain);
  }

  @Test
  void whatIsPreferredIsAnswered() throws IOException {
    assertTrue(meters.scrape(OPEN).type().startsWith("application/openmetrics-text"));
    assertTrue(scrape(OPEN).endsWith("# EOF\n"));
    assertTrue(meters.scrape("").type().startsWith("text/plain"));
  }

  /// What strangers send makes no series.
  @Test
  void unknownValuesOfLabelsAreOther() throws IOException {
    for (int i = 0; i < 1000; i++) {
      meters.count(Metric.ATTEMPTS, 1, "delivered", "host" + i + ".example", "dane" + i);
      meters.count(Metric.ACCEPTED, 1, "evil\n" + i);
    }
    String plain = scrape("");
    assertFalse(plain.contains("example"), plain);
    assertFalse(plain.contains("evil"), plain);
    assertTrue(
        plain.contains("provider=\"other\",result=\"delivered\",tls=\"other\"} 1000"), plain);
    assertTrue(plain.contains("facteur_messages_accepted_total{source=\"other\"} 1000"), plain);
  }

  @Test
  void aClockThatWentBackCountsAsNoTime() throws IOException {
    meters.took(Metric.LOOKUP_TIME, -5);
    assertTrue(scrape("").contains("facteur_dns_lookup_seconds_sum 0.0"));
  }

  @Test
  void aMetricOfAnotherKindIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> meters.count(Metric.COMMIT, 1));
    assertThrows(IllegalArgumentException.class, () -> meters.took(Metric.ACCEPTED_BYTES, 1));
    assertThrows(
        IllegalArgumentException.class, () -> meters.count(Metric.ATTEMPTS, 1, "delivered"));
  }

  @Test
  void theQueueIsNotCountedAtEachScrape() throws IOException {
    var counted = new AtomicInteger();
    var nanos = new AtomicLong(Long.MAX_VALUE - 5);
    new QueueGauges(
            () -> {
              counted.incrementAndGet();
              nanos.addAndGet(2_000_000_000L);
              return new Summary(
                  NOW,
                  2,
                  new Counts(7, 2, 1),
                  Optional.of(NOW.minusSeconds(90)),
                  List.of(4, 3, 2, 1, 0),
                  List.of());
            },
            () -> NOW,
            nanos::get)
        .register(meters);
    String plain = scrape("");
    assertEquals(1, counted.get());
    assertTrue(plain.contains("facteur_queue_recipients{state=\"queued\"} 7.0"), plain);
    assertTrue(plain.contains("facteur_queue_recipients{state=\"held\"} 2.0"), plain);
    assertTrue(plain.contains("facteur_queue_age_recipients{age=\"1h\"} 3.0"), plain);
    assertTrue(plain.contains("facteur_queue_oldest_seconds 90.0"), plain);
    nanos.addAndGet(39_000_000_000L);
    scrape("");
    assertEquals(1, counted.get(), "it took two seconds, so that it rests for forty");
    nanos.addAndGet(2_000_000_000L);
    scrape("");
    assertEquals(2, counted.get());
  }

  @Test
  void levelOfTlsIsReadFromWhatWasMet() {
    assertEquals("dane", level("TLSv1.3 TLS_AES_256_GCM_SHA384, got dane, wanted dane: TLSA"));
    assertEquals("encrypt", level("TLSv1.2 X, got encrypt, wanted may: no policy"));
    assertEquals("none", level("none, wanted may: no policy"));
    assertEquals("none", WatchedCarrier.level(Optional.empty()));
  }

  private static String level(String words) {
    return WatchedCarrier.level(
        Optional.of(new RemoteHost("mx.example.net", "192.0.2.1:25", words)));
  }

  @Test
  void thePageNamesEachMetric() throws IOException {
    assertTrue(
        Files.readString(PAGE).contains(MetricsTable.write()),
        "put what ./facteur config metrics prints into docs/metrics.md");
  }
}
