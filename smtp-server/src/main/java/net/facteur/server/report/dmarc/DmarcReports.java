package net.facteur.server.report.dmarc;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Resolver;
import net.facteur.server.report.Postbox;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The parts that count, send and take back, as a server has them. It outlives the settings: names
/// are looked up and reports sent by what is in force then.
public final class DmarcReports implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(DmarcReports.class);
  private static final int FLUSH_SECONDS = 10;
  private static final int REPORT_MINUTES = 5;

  private final DmarcCountStore store;
  private final DmarcCounts counts;
  private final ReportReturns returns;
  private final Present present;
  private final String generator;
  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile Optional<DmarcReportSender> sender = Optional.empty();
  private final Executor workers;

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
    this.workers = workers;
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
  public void start(ScheduledExecutorService timer, Supplier<DmarcReportSender.Plan> plan) {
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
    every(timer, FLUSH_SECONDS, TimeUnit.SECONDS, counts::flush);
    every(timer, REPORT_MINUTES, TimeUnit.MINUTES, this::report);
  }

  /// The timer's one thread only hands the task on, since it may block.
  private void every(ScheduledExecutorService timer, int time, TimeUnit unit, Runnable task) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                workers.execute(() -> safely(task));
              } catch (RejectedExecutionException _) {
                LOG.debug("the server stops");
              }
            },
            time,
            time,
            unit);
  }

  private static void safely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the background failed, and is tried again", e);
    }
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
