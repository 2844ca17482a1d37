package net.facteur.server.report.dmarc;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.report.Postbox;
import net.facteur.server.upkeep.Background;

/// The parts that count, send and take back, as a server has them. It outlives the settings: names
/// are looked up and reports sent by what is in force then.
public final class DmarcReports implements AutoCloseable {
  private static final Duration FLUSH = Duration.ofSeconds(10);
  private static final Duration REPORT = Duration.ofMinutes(5);

  private final DmarcCountStore store;
  private final DmarcCounts counts;
  private final ReportReturns returns;
  private final Present present;
  private final String generator;
  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile Optional<DmarcReportSender> sender = Optional.empty();

  /// What is in force, asked for each time it is needed.
  ///
  /// @param postbox takes reports, and asks to be told if they do not arrive
  public record Present(Supplier<Resolver> resolver, Supplier<Postbox> postbox) {}

  /// Nothing runs before [#start].
  ///
  /// @param store is closed with this
  /// @param generator our name and version, for reports
  /// @param random cannot be guessed
  public DmarcReports(
      DmarcCountStore store,
      Present present,
      String generator,
      InstantSource clock,
      RandomGenerator random,
      Executor workers) {
    this.store = store;
    this.present = present;
    this.generator = generator;
    this.clock = clock;
    this.random = random;
    this.counts = new DmarcCounts(store, clock);
    this.returns = new ReportReturns(store, clock, random, workers);
  }

  public DmarcReporter reporter() {
    return counts;
  }

  public ReportReturns returns() {
    return returns;
  }

  /// Begins what is done now and then.
  public void start(Background background, Supplier<DmarcReportSender.Plan> plan) {
    sender =
        Optional.of(
            new DmarcReportSender(
                store,
                present.resolver(),
                (from, to, header, body) -> present.postbox().get().post(from, to, header, body),
                returns,
                plan,
                generator,
                clock,
                random));
    background.every(FLUSH, counts::flush);
    background.every(REPORT, this::report);
  }

  /// Sends the reports that are due, and waits until all have been tried.
  public void report() {
    counts.flush();
    sender.ifPresent(DmarcReportSender::run);
  }

  /// The same without waiting for the hour of the settings.
  ///
  /// @return how many mails are in the queue
  public int reportNow() {
    counts.flush();
    return sender.map(DmarcReportSender::runNow).orElse(0);
  }

  @Override
  public void close() {
    counts.flush();
    store.close();
  }
}
