package net.facteur.server.delivery;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.Answer;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Resolver;
import net.facteur.auth.https.HttpsExchange;
import net.facteur.auth.mtasts.CachedPolicies;
import net.facteur.auth.mtasts.HttpsPolicyFetcher;
import net.facteur.auth.mtasts.MtaStsPolicies;
import net.facteur.auth.mtasts.PolicyStore;
import net.facteur.server.config.Settings;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.host.HostSettings;
import net.facteur.server.report.Postbox;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsCountStore;
import net.facteur.server.report.TlsReportSender;
import net.facteur.server.report.TlsReporter;
import net.facteur.server.report.TlsSessionCounts;
import net.facteur.server.upkeep.Background;

/// What is remembered of other domains from one delivery to the next: their MTA-STS policies, and
/// how TLS with their hosts went. It outlives the settings: names are looked up, policies fetched
/// and reports sent by what is in force then.
public final class TransportMemory implements AutoCloseable {
  private static final Duration FLUSH = Duration.ofSeconds(10);
  private static final Duration REPORT = Duration.ofMinutes(5);
  private static final Duration REFRESH = Duration.ofMinutes(60);

  private final Present present;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final CachedPolicies policies;
  private final TlsCountStore store;
  private final TlsSessionCounts counts;
  private volatile Optional<TlsReportSender> sender = Optional.empty();

  /// What is in force, asked for each time it is needed.
  ///
  /// @param resolver looks names up
  /// @param https fetches policies, and brings reports to where they are wanted by HTTPS
  /// @param postbox takes reports that are mailed
  public record Present(
      Supplier<Resolver> resolver, Supplier<HttpsExchange> https, Supplier<Postbox> postbox) {}

  /// Opens what was remembered. Nothing runs before [#start].
  ///
  /// @throws IOException naming the file that cannot be used
  public TransportMemory(
      Settings settings,
      Present present,
      InstantSource clock,
      RandomGenerator random,
      Executor workers)
      throws IOException {
    this.present = present;
    this.clock = clock;
    this.random = random;
    int port = OutboundTlsSettings.from(settings).mtaStsPort();
    this.policies =
        new CachedPolicies(
            new PresentResolver(present),
            domain -> new HttpsPolicyFetcher(present.https().get(), port).fetch(domain),
            new PolicyStore(policies(settings), PolicyStore.Limits.DEFAULTS, clock.instant()),
            workers,
            clock);
    Path file = counts(settings);
    try {
      this.store = new TlsCountStore(file, TlsCountStore.Limits.DEFAULTS);
    } catch (SQLException e) {
      throw new StartFailedException(file + " cannot be used: " + e.getMessage());
    }
    this.counts = new TlsSessionCounts(store, clock);
  }

  /// Where the MTA-STS policies of others are remembered.
  public static Path policies(Settings settings) {
    return HostSettings.from(settings).inData(Path.of("mta-sts"));
  }

  /// Where it is remembered how TLS went.
  public static Path counts(Settings settings) {
    return HostSettings.from(settings).inData(Path.of("tls-reports.db"));
  }

  /// The resolver that is in force.
  private record PresentResolver(Present present) implements Resolver {
    @Override
    public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
      return present.resolver().get().lookup(name, type);
    }
  }

  public MtaStsPolicies policies() {
    return policies;
  }

  public TlsReporter reporter() {
    return counts;
  }

  /// Begins what is done now and then.
  public void start(Background background, Supplier<Optional<ReportSettings>> settings) {
    sender =
        Optional.of(
            new TlsReportSender(
                store,
                new PresentResolver(present),
                request -> present.https().get().send(request),
                (from, to, header, body) -> present.postbox().get().post(from, to, header, body),
                settings,
                clock,
                random));
    background.every(FLUSH, counts::flush);
    background.every(REPORT, this::report);
    background.every(REFRESH, policies::refresh);
  }

  /// Sends the reports that are due, and waits until all have been tried.
  public void report() {
    counts.flush();
    sender.ifPresent(TlsReportSender::run);
  }

  @Override
  public void close() {
    counts.flush();
    store.close();
  }
}
