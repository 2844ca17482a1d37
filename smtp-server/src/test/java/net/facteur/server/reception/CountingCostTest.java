package net.facteur.server.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.server.report.dmarc.DmarcCountStore;
import net.facteur.server.report.dmarc.DmarcCounts;
import net.facteur.server.report.dmarc.DmarcReporter;
import net.facteur.server.report.dmarc.PendingReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What counting for reports on DMARC adds to the processor time of reception: both in turn, the
/// writing into the database included. Reception here has no network, no TLS, no disk and no
/// signature to verify, so that the share printed is more than it is of a real one.
@Tag("long")
class CountingCostTest {
  private static final int ROUNDS = 15;
  private static final int MESSAGES = 10_000;

  @TempDir private Path directory;

  private static ReceptionBench bench(DmarcReporter reporter) {
    var bench = new ReceptionBench();
    bench.zone.put(
        "_dmarc.strict.example",
        Map.of("TXT", List.of("v=DMARC1; p=reject; rua=mailto:rua@strict.example")));
    bench.zone.put("strict.example", Map.of("TXT", List.of("v=spf1 ip4:192.0.2.0/25 -all")));
    bench.reporter = reporter;
    return bench;
  }

  /// @return microseconds of a message
  private static double round(ReceptionBench bench, ReceptionService service, Runnable flush) {
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < MESSAGES; i++) {
      bench.receive(
          service, "bob", i & 0xff, "strict.example", "From: alice@strict.example\r\n\r\n");
    }
    flush.run();
    long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
    bench.queued.clear();
    return taken / 1_000.0 / MESSAGES;
  }

  @Test
  void countingIsSmallBesideReception() throws IOException {
    try (DmarcCountStore store = DmarcCountStore.in(directory, DmarcCountStore.Limits.DEFAULTS)) {
      var counts = new DmarcCounts(store, ReceptionBench.CLOCK);
      ReceptionBench without = bench(DmarcReporter.NONE);
      ReceptionBench with = bench(counts);
      ReceptionService plain = without.service(ReceptionSettings.DEFAULTS, Optional.empty());
      ReceptionService counting = with.service(ReceptionSettings.DEFAULTS, Optional.empty());
      var plainTimes = new ArrayList<Double>();
      var countingTimes = new ArrayList<Double>();
      for (int i = 0; i < ROUNDS; i++) {
        plainTimes.add(round(without, plain, () -> {}));
        countingTimes.add(round(with, counting, counts::flush));
      }
      Collections.sort(plainTimes);
      Collections.sort(countingTimes);
      double before = plainTimes.get(ROUNDS / 2);
      double more = countingTimes.get(ROUNDS / 2) - before;
      System.out.printf(
          "counting: %.2f µs more than %.2f µs for a message without network, TLS, disk and"
              + " signature%n",
          more, before);
      assertEquals(
          (long) ROUNDS * MESSAGES,
          store.on(LocalDate.ofInstant(ReceptionBench.NOW, ZoneOffset.UTC)).stream()
              .mapToLong(PendingReport::messages)
              .sum());
    }
  }
}
