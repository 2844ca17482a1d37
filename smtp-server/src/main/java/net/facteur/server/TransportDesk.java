package net.facteur.server;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.mtasts.CachedPolicies;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.mtasts.PolicyStore;
import net.facteur.server.config.Settings;
import net.facteur.server.delivery.OutboundTlsSettings;
import net.facteur.server.host.HostSettings;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsCountStore;
import net.facteur.server.report.TlsReportSender;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.report.TlsSessionCounts;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What is remembered of other domains from one delivery to the next: their MTA-STS policies, and
/// how TLS with their hosts went. It outlives the settings; names are looked up, policies fetched
/// and reports sent by the handlers of the day.
final class TransportDesk implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(TransportDesk.class);
  private static final int FLUSH_SECONDS = 10;
  private static final int REPORT_MINUTES = 5;
  private static final int REFRESH_MINUTES = 60;

  private final Supplier<Handlers> handlers;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor workers;
  private final CachedPolicies policies;
  private final TlsCountStore store;
  private final TlsSessionCounts counts;
  private volatile Optional<TlsReportSender> sender = Optional.empty();

  /// @param handlers not asked before [#start]
  TransportDesk(
      Settings settings,
      Supplier<Handlers> handlers,
      InstantSource clock,
      RandomGenerator random,
      Executor workers)
      throws IOException {
    this.handlers = handlers;
    this.clock = clock;
    this.random = random;
    this.workers = workers;
    int port = OutboundTlsSettings.from(settings).mtaStsPort();
    this.policies =
        new CachedPolicies(
            new PresentResolver(handlers),
            domain -> new HttpsPolicyFetcher(handlers.get().https(), port).fetch(domain),
            new PolicyStore(
                HostSettings.from(settings).inData(Path.of("mta-sts")),
                PolicyStore.Limits.DEFAULTS,
                clock.instant()),
            workers,
            clock);
    var file = HostSettings.from(settings).inData(Path.of("tls-reports.db"));
    try {
      this.store = new TlsCountStore(file, TlsCountStore.Limits.DEFAULTS);
    } catch (SQLException e) {
      throw new StartFailedException(file + " cannot be used: " + e.getMessage());
    }
    this.counts = new TlsSessionCounts(store, clock);
  }

  /// The resolver of the handlers that are in force.
  private record PresentResolver(Supplier<Handlers> handlers) implements Resolver {
    @Override
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      return handlers.get().security().resolver().lookup(name, type);
    }
  }

  MtaStsPolicies policies() {
    return policies;
  }

  TlsReporter reporter() {
    return counts;
  }

  /// Begins what is done now and then.
  void start(ScheduledExecutorService timer, Supplier<Optional<ReportSettings>> settings) {
    sender =
        Optional.of(
            new TlsReportSender(
                store,
                new PresentResolver(handlers),
                request -> handlers.get().https().send(request),
                (from, to, header, body) -> handlers.get().postbox().post(from, to, header, body),
                settings,
                clock,
                random));
    every(timer, FLUSH_SECONDS, TimeUnit.SECONDS, counts::flush);
    every(timer, REPORT_MINUTES, TimeUnit.MINUTES, this::report);
    every(timer, REFRESH_MINUTES, TimeUnit.MINUTES, policies::refresh);
  }

  /// The timer's one thread only hands the task on, since it may block.
  private void every(ScheduledExecutorService timer, int time, TimeUnit unit, Runnable task) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                workers.execute(() -> safely(task));
              } catch (RejectedExecutionException e) {
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
  void report() {
    counts.flush();
    sender.ifPresent(TlsReportSender::run);
  }

  @Override
  public void close() {
    counts.flush();
    store.close();
  }
}
