package net.facteur.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.PostgresStore;
import net.facteur.queue.sql.SqlStore;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.acme.CertificateRenewal;
import net.facteur.server.admin.ControlServer;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.admin.QueueRequests;
import net.facteur.server.admin.QueueView;
import net.facteur.server.admin.ServerControl;
import net.facteur.server.admin.ServerControl.Reloaded;
import net.facteur.server.admin.SessionRequests;
import net.facteur.server.checks.FileTrouble;
import net.facteur.server.checks.Findings;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.delivery.TransportMemory;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.Signals;
import net.facteur.server.keys.KeyKeeping;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyUpkeep;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.keys.PinnedCheck;
import net.facteur.server.keys.tlsa.CertificateUpkeep;
import net.facteur.server.log.LogSettings;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.reception.SrsReturns;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.ListenerSpec;
import net.facteur.server.smtp.RememberedRefusals;
import net.facteur.server.smtp.Sessions;
import net.facteur.server.smtp.SmtpServer;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.upkeep.Upkeep;
import net.facteur.server.web.WebServer;
import net.facteur.server.web.WebSettings;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A running mail server.
///
/// Started in the order in which mail flows backwards: what carries mail away first, the listeners
/// last, so that nothing is accepted that nobody can handle. Stopped the other way round.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Server.class);

  private static final int RESTING_SHOWN = 20;

  /// How long sessions may take to finish their message at a stop, and then attempts theirs.
  private static final Duration DRAIN = Duration.ofSeconds(20);

  private final Path file;
  private final SettingsLoader loader;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Instant started;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("facteur-timer").factory());
  private final CountDownLatch stop = new CountDownLatch(1);
  private final SigningPool pool;
  private final QueueRunner queue;
  private final QueueOperator operator;
  private final Handlers.Ground ground;
  private final TransportMemory transport;
  private final Optional<WebServer> webServer;
  private final SmtpServer listeners;
  private final Optional<ControlServer> control;
  private volatile Settings settings;

  /// Those that say where the listeners are, and whatever else only a start takes up.
  private final Settings atStart;

  private volatile Handlers handlers;
  private volatile Optional<ServerCertificates> certificates;

  /// Starts a server.
  ///
  /// @param settings what is in force
  /// @param file where they came from, for [#reload()]
  /// @param loader reads them again
  /// @throws IOException what keeps it from starting, in words for an administrator; nothing goes
  ///   on running then
  public Server(Settings settings, Path file, SettingsLoader loader, InstantSource clock)
      throws IOException {
    this(settings, file, loader, clock, CryptoProviders.detect(), text -> text);
  }

  /// Starts a server that signs and verifies with the given libraries.
  ///
  /// @param commands names the settings file in the commands that are mailed to the postmaster
  /// @throws IOException what keeps it from starting, in words for an administrator
  public Server(
      Settings settings,
      Path file,
      SettingsLoader loader,
      InstantSource clock,
      CryptoProviders crypto,
      UnaryOperator<String> commands)
      throws IOException {
    this.settings = settings;
    this.atStart = settings;
    this.file = file;
    this.loader = loader;
    this.clock = clock;
    this.started = clock.instant();
    check(settings);
    this.pool = new SigningPool(SigningSettings.from(settings));
    try {
      SqlStore store = store();
      this.queue =
          new QueueRunner(
              StoreSettings.from(settings).queue(),
              store,
              attempt -> handlers().delivery().deliver(attempt),
              report -> handlers().reports().report(report),
              clock,
              random,
              new VirtualThreadWorkers());
      this.operator = queue.operator(store.inspector());
      this.transport =
          new TransportMemory(
              settings,
              new TransportMemory.Present(
                  () -> handlers().security().resolver(),
                  () -> handlers().https(),
                  () -> handlers().postbox()),
              clock,
              random,
              workers);
      this.ground =
          new Handlers.Ground(
              queue,
              pool,
              new KeysInForce(ActiveKeys.NONE),
              KeyKeeping.journal(Handlers.keyDirectory(settings)),
              this::queuedSince,
              operator,
              crypto.crypto(),
              clock,
              random,
              workers,
              transport.policies(),
              transport.reporter(),
              new Sessions(clock),
              new LoginHistory(System::nanoTime),
              new PostmasterMail.Sent(commands),
              SrsReturns.open(
                  HostSettings.from(settings).inData(Path.of(SrsReturns.FILE_NAME)), clock));
      this.handlers = Handlers.of(settings, ground);
      ground.keys().use(handlers.keys());
      Optional<String> missing =
          PinnedCheck.missing(
              Handlers.keeping(
                  settings, KeySettings.from(settings), handlers.security().resolver(), ground),
              workers);
      if (missing.isPresent()) {
        throw new StartFailedException(missing.get());
      }
      this.certificates = certificates(handlers);
      var sockets =
          new ListeningSockets(InheritedSockets.of(System.getenv(), ProcessHandle.current().pid()));
      this.webServer = webServer(sockets);
      this.queue.start();
      lookAfterKeys();
      examineDaily();
      this.transport.start(timer, () -> tlsReports());
      this.listeners =
          SmtpServer.start(
              specs(settings, settings),
              random,
              sockets,
              MemoryBudget.from(settings),
              ground.sessions());
      this.control =
          ControlSettings.from(settings).enabled()
              ? Optional.of(new ControlServer(ControlSettings.from(settings).socket(), new Desk()))
              : Optional.empty();
    } catch (IOException | RuntimeException e) {
      closeParts();
      throw e;
    }
    // Asked now, so that the log says what mail is worth before the first one leaves.
    workers.execute(() -> handlers().security().dnssec().status());
    LOG.info(
        "started hostname={} listeners={} crypto=\"{}\"",
        HostSettings.from(settings).name(),
        listeners.listeners(),
        crypto.names());
  }

  private SqlStore store() throws IOException {
    Optional<PostgresSettings> shared = StoreSettings.from(settings).postgres();
    return shared.isPresent()
        ? PostgresStore.open(StoreSettings.from(settings).queue(), shared.get(), clock)
        : SqliteStore.open(StoreSettings.from(settings).queue(), clock);
  }

  private Handlers handlers() {
    return handlers;
  }

  /// True where a message waits that was taken before `moment`.
  private boolean queuedSince(Instant moment) {
    return operator.list(QueueFilter.ALL, 1).stream().anyMatch(m -> !m.received().isAfter(moment));
  }

  /// First when everything has settled, then each day.
  private void examineDaily() {
    var _ =
        timer.scheduleWithFixedDelay(
            () ->
                workers.execute(
                    () ->
                        handlers
                            .exam()
                            .run(
                                operator.list(QueueFilter.ALL, 1).stream()
                                    .map(m -> m.received())
                                    .findFirst())),
            10,
            TimeUnit.DAYS.toMinutes(1),
            TimeUnit.MINUTES);
  }

  /// One thing after the other, since some build on what others did.
  private void lookAfterKeys() {
    var turn = new Semaphore(1);
    long millis = Upkeep.LOOK.toMillis();
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              if (turn.tryAcquire()) {
                workers.execute(
                    () -> {
                      try {
                        handlers.upkeep().forEach(Upkeep::look);
                      } finally {
                        turn.release();
                      }
                    });
              }
            },
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private Optional<WebServer> webServer(ListeningSockets sockets) throws IOException {
    List<InetSocketAddress> secure = WebSettings.from(settings).policyListeners();
    List<InetSocketAddress> plain = WebSettings.from(settings).challengeListeners();
    return secure.isEmpty() && plain.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new WebServer(
                sockets,
                secure,
                plain,
                name -> certificates.flatMap(c -> c.matching(name)),
                () -> ServedPages.of(settings)));
  }

  /// Where the web is served, HTTPS first; empty where it is not.
  public List<InetSocketAddress> webListeners() {
    return webServer.map(WebServer::addresses).orElse(List.of());
  }

  /// Sends the reports on TLS that are due, and waits until all have been tried.
  public void sendReports() {
    transport.report();
  }

  /// Runs a server until it is told to stop by a signal or through the control socket.
  ///
  /// @param commands names the settings file in the commands that are mailed to the postmaster
  /// @return the exit code
  public static int run(
      Settings settings, Path file, SettingsLoader loader, UnaryOperator<String> commands)
      throws IOException {
    LogSettings.from(settings).apply();
    // Before the doors open: whoever finds them open may send signals.
    var running = new CompletableFuture<Server>();
    when("HUP", running, Server::reloadByHand);
    when("TERM", running, server -> server.stop.countDown());
    when("INT", running, server -> server.stop.countDown());
    try (var server =
        new Server(
            settings, file, loader, InstantSource.system(), CryptoProviders.detect(), commands)) {
      running.complete(server);
      server.stop.await();
      LOG.info("stopping");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    LOG.info("stopped");
    LogManager.shutdown();
    return 0;
  }

  private static void when(
      String signal, CompletableFuture<Server> running, Consumer<Server> action) {
    Signals.on(
        signal,
        () -> {
          var _ =
              running
                  .thenAccept(action)
                  .exceptionally(
                      failure -> {
                        LOG.error("SIG{} failed", signal, failure);
                        return null;
                      });
        });
  }

  /// Where the listeners are open, in the order of the settings.
  public List<SmtpServer.Bound> listeners() {
    return listeners.listeners();
  }

  /// What signs at this moment, a domain with the selectors of its keys each, sorted.
  private List<String> selectors() {
    return ground.keys().now().keys().entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + " "
                    + entry.getValue().stream()
                        .map(key -> key.selector().text())
                        .collect(Collectors.joining("+")))
        .sorted()
        .toList();
  }

  /// Octets that the queue's disk has left, -1 where it does not say.
  private long free() {
    try {
      return Files.getFileStore(StoreSettings.from(settings).queue().directory()).getUsableSpace();
    } catch (IOException e) {
      return -1;
    }
  }

  private static void check(Settings settings) throws StartFailedException {
    Findings findings = StartChecks.of(settings);
    if (!findings.mistakes().isEmpty()) {
      throw new StartFailedException(String.join("\n", findings.refusals()));
    }
    findings.cautions().forEach(caution -> LOG.warn("settings: {}", caution.text()));
  }

  private Optional<ReportSettings> tlsReports() {
    return TlsReportSettings.from(settings)
        .signedBy(KeyUpkeep.signing(KeySettings.from(settings), ground.journal()));
  }

  /// The certificates in service, which the keeper of `by` changes from now on.
  private Optional<ServerCertificates> certificates(Handlers by) throws IOException {
    Optional<CertificateUpkeep> keeper = by.certificate();
    if (keeper.isEmpty()) {
      return Optional.empty();
    }
    keeper.get().open();
    try {
      var served =
          new ServerCertificates(keeper.get().settings(), keeper.get().guard(), clock, random);
      served.watch(timer);
      keeper.get().use(served);
      return Optional.of(served);
    } catch (InvalidCertificateException e) {
      throw new StartFailedException("the certificate cannot be used: " + e.getMessage());
    }
  }

  private List<ListenerSpec> specs(Settings addresses, Settings rest) {
    return ListenerSpecs.of(
        addresses,
        rest,
        handlers,
        certificates.map(c -> c),
        service -> new RememberedRefusals(service, queue, clock));
  }

  private void reloadByHand() {
    switch (reload()) {
      case Reloaded.InForce _ -> {}
      case Reloaded.Refused(List<String> problems) ->
          problems.forEach(problem -> LOG.error("reload: {}", problem));
    }
  }

  /// Reads the settings again and puts them in force, or changes nothing where they are wrong.
  /// Sessions under way keep what they began with.
  ///
  /// @return what is wrong, or what waits for the next start
  public synchronized Reloaded reload() {
    LogSettings.reopen();
    return switch (loader.load(file)) {
      case LoadedSettings.Wrong(List<Mistake> mistakes) ->
          new Reloaded.Refused(mistakes.stream().map(Mistake::text).toList());
      case LoadedSettings.Good(Settings read) -> take(read);
    };
  }

  private Reloaded take(Settings read) {
    Findings findings = StartChecks.of(read);
    if (!findings.mistakes().isEmpty()) {
      return new Reloaded.Refused(findings.refusals());
    }
    findings.cautions().forEach(caution -> LOG.warn("settings: {}", caution.text()));
    Handlers before = handlers;
    Optional<ServerCertificates> servedBefore = certificates;
    List<String> later = read.restartNeeded(atStart);
    try {
      Handlers next = Handlers.of(read, ground);
      try {
        certificates = certificates(next);
      } catch (IOException | RuntimeException e) {
        next.close();
        throw e;
      }
      handlers = next;
      ground.keys().use(next.keys());
    } catch (IOException e) {
      return new Reloaded.Refused(List.of(FileTrouble.sentence(e)));
    }
    // The doors stay where they are until a restart; what stands behind them is new.
    listeners.reconfigure(specs(atStart, read));
    settings = read;
    var _ =
        timer.schedule(
            () -> {
              before.close();
              servedBefore.ifPresent(ServerCertificates::close);
            },
            1,
            TimeUnit.MINUTES);
    LOG.info("reloaded file={} restart-needed-for={}", file, later);
    return new Reloaded.InForce(later);
  }

  /// What the control socket asks.
  private final class Desk implements ServerControl {
    @Override
    public Map<String, Object> status() {
      var status = new LinkedHashMap<String, Object>();
      status.put("version", Version.PRESENT.text());
      status.put("hostname", HostSettings.from(settings).name().text());
      status.put("started", started.toString());
      status.put(
          "listeners", listeners.listeners().stream().map(SmtpServer.Bound::toString).toList());
      status.put("connections", listeners.connections());
      status.put("selectors", selectors());
      status.put("sessions", ground.sessions().size());
      status.put("users", handlers.accounts().names().size());
      if (!handlers.accounts().problems().isEmpty()) {
        status.put("users-problems", handlers.accounts().problems());
      }
      status.put("signing-queue", pool.waiting());
      var waiting = operator.summary(1);
      status.put("queued", waiting.total().all());
      status.put("held", waiting.total().held());
      status.put("damaged", waiting.total().damaged());
      status.put("destinations", waiting.destinations());
      status.put(
          "oldest",
          waiting
              .oldest()
              .map(at -> QueueView.age(Duration.between(at, waiting.at())))
              .orElse("-"));
      status.put("resting", queue.resting(RESTING_SHOWN));
      status.put("disk-free-mib", free() >> 20);
      status.put("disk-full", queue.full());
      return status;
    }

    @Override
    public boolean healthy() {
      return stop.getCount() > 0 && !queue.full();
    }

    @Override
    public Reloaded reload() {
      return Server.this.reload();
    }

    @Override
    public void stop() {
      stop.countDown();
    }

    @Override
    public UserChange.Outcome change(UserChange change) throws IOException {
      return handlers().accounts().change(change);
    }

    @Override
    public void fulfil(KeyWish wish, Consumer<Map<String, Object>> out) throws IOException {
      handlers().keyRequests().fulfil(wish, out);
    }

    @Override
    public boolean write(KeyName name, DkimPrivateKey key) throws IOException {
      return handlers().keyRequests().write(name, key);
    }

    @Override
    public Optional<String> renewCertificate() throws IOException {
      Optional<CertificateRenewal> acme = handlers().acme();
      return acme.isEmpty() ? Optional.of(CertificateRenewal.NO_AUTHORITY) : acme.get().renewNow();
    }

    @Override
    public QueueControl queue() {
      return new QueueRequests(operator, clock);
    }

    @Override
    public SessionControl sessions() {
      return new SessionRequests(ground.sessions());
    }
  }

  /// Takes no new mail, lets what is under way finish, and stops.
  @Override
  public void close() {
    listeners.drain(DRAIN);
    closeParts();
  }

  /// Also called where the constructor fails, so any part may be missing.
  @SuppressWarnings("NullAway") // parts that were not reached yet are null
  private void closeParts() {
    if (control != null) {
      control.ifPresent(ControlServer::close);
    }
    if (listeners != null) {
      listeners.close();
    }
    if (webServer != null) {
      webServer.ifPresent(WebServer::close);
    }
    if (queue != null) {
      queue.close(DRAIN);
    }
    if (transport != null) {
      transport.close();
    }
    if (handlers != null) {
      handlers.close();
    }
    if (certificates != null) {
      certificates.ifPresent(ServerCertificates::close);
    }
    pool.close();
    timer.shutdownNow();
    workers.shutdownNow();
  }
}
