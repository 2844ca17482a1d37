package net.facteur.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.PostgresSettings;
import net.facteur.queue.QueueFilter;
import net.facteur.queue.QueueOperator;
import net.facteur.queue.run.QueueRunner;
import net.facteur.queue.run.VirtualThreadWorkers;
import net.facteur.queue.sql.PostgresStore;
import net.facteur.queue.sql.SqlStore;
import net.facteur.queue.sql.SqliteStore;
import net.facteur.server.accounts.AccountsSettings;
import net.facteur.server.accounts.LastLogins;
import net.facteur.server.accounts.LoginHistory;
import net.facteur.server.alerts.AlertWatch;
import net.facteur.server.away.AnswerMemory;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.counts.CountStore;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.delivery.TransportMemory;
import net.facteur.server.destinations.DestinationStore;
import net.facteur.server.destinations.Destinations;
import net.facteur.server.destinations.DestinationsSettings;
import net.facteur.server.feedback.Feedback;
import net.facteur.server.feedback.FeedbackSettings;
import net.facteur.server.filter.ownnames.OwnNameCounts;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.NotifySocket;
import net.facteur.server.imap.AppLogins;
import net.facteur.server.imap.DovecotCertificate;
import net.facteur.server.imap.ImapSettings;
import net.facteur.server.keys.KeySettings;
import net.facteur.server.keys.KeyUpkeep;
import net.facteur.server.keys.KeyWiring;
import net.facteur.server.keys.PinnedCheck;
import net.facteur.server.keys.tlsa.CertificateUpkeep;
import net.facteur.server.ldap.DirectoryMemory;
import net.facteur.server.limits.HeldMail;
import net.facteur.server.limits.LimitsSettings;
import net.facteur.server.limits.SendingLimits;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.lists.Lists;
import net.facteur.server.metrics.Measuring;
import net.facteur.server.metrics.Meters;
import net.facteur.server.metrics.MetricsSettings;
import net.facteur.server.net.InheritedSockets;
import net.facteur.server.net.ListeningSockets;
import net.facteur.server.net.MemoryBudget;
import net.facteur.server.notices.GuessingWatch;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.pickup.DropDirectory;
import net.facteur.server.pickup.Pickup;
import net.facteur.server.pickup.PickupServer;
import net.facteur.server.pickup.PickupSettings;
import net.facteur.server.pickup.RefusedDrops;
import net.facteur.server.providers.Provider;
import net.facteur.server.queue.StoreSettings;
import net.facteur.server.reception.SrsReturns;
import net.facteur.server.report.ReportSettings;
import net.facteur.server.report.TlsReportSettings;
import net.facteur.server.report.dmarc.DmarcCountStore;
import net.facteur.server.report.dmarc.DmarcReportSender;
import net.facteur.server.report.dmarc.DmarcReportSettings;
import net.facteur.server.report.dmarc.DmarcReports;
import net.facteur.server.report.received.ReceivedReports;
import net.facteur.server.report.received.SqlReceivedReports;
import net.facteur.server.routes.Fallbacks;
import net.facteur.server.routes.RoutePace;
import net.facteur.server.routes.RoutesSettings;
import net.facteur.server.signing.ActiveKeys;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.signing.KeysInForce;
import net.facteur.server.signing.SigningPool;
import net.facteur.server.signing.SigningSettings;
import net.facteur.server.smtp.ListenerSpec;
import net.facteur.server.smtp.RememberedRefusals;
import net.facteur.server.smtp.Sessions;
import net.facteur.server.smtp.SmtpServer;
import net.facteur.server.smtp.SmtpSettings;
import net.facteur.server.tls.InvalidCertificateException;
import net.facteur.server.tls.ServerCertificates;
import net.facteur.server.tls.TlsSettings;
import net.facteur.server.upkeep.Background;
import net.facteur.server.upkeep.Upkeep;
import net.facteur.server.web.WebListener;
import net.facteur.server.web.WebServer;
import net.facteur.server.web.WebSettings;
import net.facteur.server.zone.ZoneLooks;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The start of a server, step by step, in the order in which mail flows backwards: what carries
/// mail away first, the listeners last, so that nothing is accepted that nobody can handle. What a
/// step made is pushed on a stack, which whoever began the start unwinds: at once if a later step
/// fails, at the stop otherwise.
final class Start {
  private static final Logger LOG = LogManager.getLogger(Start.class);

  /// How long whoever waits for the start shall wait from each time that it is told to.
  private static final Duration LONGER = Duration.ofMinutes(1);

  /// How long the queue may take to open, at most: that is a queue with millions of messages, which
  /// an earlier version wrote, on a slow disk.
  private static final Duration LONGEST = Duration.ofHours(6);

  /// How often counts are written down.
  private static final Duration COUNTED = Duration.ofSeconds(2);

  private final Settings settings;
  private final SettingsLoader loader;
  private final InstantSource clock;
  private final CryptoProviders crypto;
  private final UnaryOperator<String> commands;
  private final NotifySocket told;
  private final ClosingStack closing;
  private final SecureRandom random = new SecureRandom();
  private final InForce inForce = new InForce();

  /// @param loader reads the settings again
  /// @param commands names the settings file in the commands that are mailed to the postmaster
  /// @param told is told where the start takes long
  /// @param closing gets what was made
  Start(
      Settings settings,
      SettingsLoader loader,
      InstantSource clock,
      CryptoProviders crypto,
      UnaryOperator<String> commands,
      NotifySocket told,
      ClosingStack closing) {
    this.settings = settings;
    this.loader = loader;
    this.clock = clock;
    this.crypto = crypto;
    this.commands = commands;
    this.told = told;
    this.closing = closing;
  }

  /// What runs.
  ///
  /// @param began when the start began
  /// @param timer hands tasks to the workers
  /// @param operator looks into the queue, and acts on it
  /// @param transport what is remembered of other domains
  record Parts(
      Instant began,
      ScheduledExecutorService timer,
      QueueRunner queue,
      QueueOperator operator,
      TransportMemory transport,
      LastingParts lasting,
      InForce inForce,
      Optional<WebServer> web,
      Optional<WebServer> metrics,
      ReadersDoor readers,
      SmtpServer listeners) {

    /// Makes what settings ask for, if the records of selectors that are pinned now are published.
    /// Nothing is in force yet.
    ///
    /// @param fresh gets what was made
    InForce.Made make(Settings settings, ClosingStack fresh) throws IOException {
      InForce.Made made = Start.make(settings, lasting, timer, inForce.now().certificates(), fresh);
      Map<DomainName, String> pinned = new HashMap<>(KeySettings.from(settings).pinned());
      pinned.entrySet().removeAll(KeySettings.from(inForce.settings()).pinned().entrySet());
      refuseUnpublished(made, pinned.keySet(), lasting);
      return made;
    }

    /// Puts it in force.
    void use(InForce.Made made) {
      Start.use(made, inForce, lasting);
    }

    /// What stands behind the listeners now.
    ///
    /// @param addresses the settings that say where they are
    List<ListenerSpec> specs(Settings addresses) {
      return Start.specs(addresses, inForce.now(), lasting);
    }
  }

  /// @throws IOException what keeps the server from starting, in words for an administrator
  Parts begin() throws IOException {
    Instant began = clock.instant();
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    closing.push(workers::shutdownNow);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("facteur-timer").factory());
    closing.push(timer::shutdownNow);
    var background = new Background(timer, workers);
    var pool = SigningPool.start(SigningSettings.from(settings));
    closing.push(pool::close);
    closing.push(inForce::close);
    TransportMemory transport = transport(workers);
    closing.push(transport::close);
    CountStore counts = counts();
    closing.push(counts::close);
    DmarcReports dmarc = dmarc(workers);
    closing.push(dmarc::close);
    SqlStore store = store(timer);
    var measuring =
        new Measuring(
            MetricsSettings.from(settings).on()
                ? Optional.of(new Meters(Version.PRESENT.text()))
                : Optional.empty());
    Destinations destinations = destinations(counts, background);
    QueueRunner queue = queue(store, dmarc, destinations, measuring);
    closing.push(() -> queue.close(Server.DRAIN));
    QueueOperator operator = queue.operator(store.inspector());
    var logins = new LoginHistory(System::nanoTime);
    SendingLimits sending = sending(counts, logins, workers, background);
    Fallbacks fallbacks = fallbacks(counts, background);
    Feedback feedback =
        feedback(
            new Feedback(counts, UUID.randomUUID().toString(), operator, sending, clock),
            background);
    LastingParts lasting =
        lasting(
            pool,
            queue,
            operator,
            transport,
            dmarc,
            logins,
            sending,
            feedback,
            fallbacks,
            destinations,
            measuring,
            workers);
    closing.push(() -> saved(lasting.ownNames()));
    putInForce(lasting, timer);
    var sockets =
        new ListeningSockets(InheritedSockets.of(System.getenv(), ProcessHandle.current().pid()));
    Optional<WebServer> web = web(sockets);
    web.ifPresent(server -> closing.push(server::close));
    var readers = new ReadersDoor(inForce, lasting.appLogins(), sockets, random, clock);
    closing.push(readers::close);
    readers.follow(settings);
    var certificate = new Upkeep(dovecotCertificate(), clock);
    queue.start();
    new SendingWishes(HostSettings.from(settings).inData(Path.of(SendingWishes.FILE_NAME)))
        .atStart(lasting.held(), sending);
    MemoryBudget memory = MemoryBudget.from(settings);
    PickupSettings local = PickupSettings.from(settings, System.getenv());
    var pickup = new Pickup(() -> behindPickup(lasting), memory, clock, random);
    List<Upkeep> drops = drops(local, pickup, queue);
    // One after the other, since some build on what others did.
    background.every(
        Upkeep.LOOK,
        () ->
            Stream.of(inForce.parts().upkeep(), drops, List.of(certificate))
                .flatMap(List::stream)
                .forEach(Upkeep::look));
    examineDaily(background, operator);
    lookAtZonesDaily(background, lasting);
    transport.start(background, () -> tlsReports(lasting));
    dmarc.start(background, () -> dmarcReports(lasting));
    SmtpServer listeners =
        SmtpServer.start(
            specs(settings, inForce.now(), lasting), random, sockets, memory, lasting.sessions());
    closing.push(listeners::close);
    if (local.socket().isPresent()) {
      closing.push(PickupServer.open(local.socket().get(), pickup, timer)::close);
    }
    Optional<WebServer> metrics = MetricsWiring.open(settings, sockets, inForce, clock, measuring);
    metrics.ifPresent(server -> closing.push(server::close));
    measuring
        .meters()
        .ifPresent(
            meters ->
                MetricsWiring.register(
                    meters, settings, lasting, queue, listeners::connections, inForce));
    // Asked now, so that the log says what mail is worth before the first one leaves.
    workers.execute(() -> inForce.parts().security().dnssec().status());
    return new Parts(
        began, timer, queue, operator, transport, lasting, inForce, web, metrics, readers,
        listeners);
  }

  private DovecotCertificate dovecotCertificate() {
    return new DovecotCertificate(
        () -> ImapSettings.from(inForce.settings()),
        () -> inForce.now().certificates().map(ServerCertificates::certificates).orElse(List.of()));
  }

  private List<Upkeep> drops(PickupSettings local, Pickup pickup, QueueRunner queue) {
    var refused = new RefusedDrops(pickup, queue, clock, random);
    return local.drop().stream()
        .map(path -> new Upkeep(new DropDirectory(path, pickup, refused, clock), clock))
        .toList();
  }

  private Pickup.Behind behindPickup(LastingParts lasting) {
    InForce.Made now = inForce.now();
    return new Pickup.Behind(
        new RememberedRefusals(
            now.parts().withRoom(now.parts().localSubmission()), lasting.queue(), clock),
        SmtpSettings.from(now.settings()),
        now.parts().localAddresses());
  }

  private TransportMemory transport(Executor workers) throws IOException {
    return new TransportMemory(
        settings,
        new TransportMemory.Present(
            () -> inForce.parts().security().resolver(),
            () -> inForce.parts().https(),
            () -> inForce.parts().postbox()),
        clock,
        random,
        workers);
  }

  /// The queue, which is brought up to date first if an earlier version wrote it.
  private SqlStore store(ScheduledExecutorService timer) throws IOException {
    ScheduledFuture<?> waiting =
        timer.scheduleAtFixedRate(
            () -> told.extend(LONGER, "opening the queue"),
            0,
            LONGER.toSeconds() / 3,
            TimeUnit.SECONDS);
    ScheduledFuture<?> enough =
        timer.schedule(() -> waiting.cancel(false), LONGEST.toSeconds(), TimeUnit.SECONDS);
    try {
      Optional<PostgresSettings> shared = StoreSettings.from(settings).postgres();
      return shared.isPresent()
          ? PostgresStore.open(StoreSettings.from(settings).queue(), shared.get(), clock)
          : SqliteStore.open(StoreSettings.from(settings).queue(), clock);
    } finally {
      waiting.cancel(false);
      enough.cancel(false);
    }
  }

  private CountStore counts() throws IOException {
    return SqlCountStore.at(StoreSettings.Place.from(settings), clock);
  }

  private DmarcReports dmarc(Executor workers) throws IOException {
    return new DmarcReports(
        DmarcCountStore.at(StoreSettings.Place.from(settings), DmarcCountStore.Limits.DEFAULTS),
        new DmarcReports.Present(
            () -> inForce.parts().security().resolver(),
            () -> inForce.parts().postbox().returning()),
        "Facteur " + Version.PRESENT.text(),
        clock,
        random,
        workers);
  }

  /// What accounts sent before is known before the first of them sends more.
  private SendingLimits sending(
      CountStore counts, LoginHistory logins, Executor workers, Background background) {
    var sending = new SendingLimits(counts, UUID.randomUUID().toString(), logins, clock, workers);
    sending.exchange();
    closing.push(sending::exchange);
    background.every(COUNTED, sending::exchange);
    return sending;
  }

  /// Which ways are closed is known before the first message leaves.
  private Fallbacks fallbacks(CountStore counts, Background background) {
    var fallbacks = new Fallbacks(counts, clock);
    fallbacks.exchange();
    background.every(COUNTED, fallbacks::exchange);
    return fallbacks;
  }

  private Feedback feedback(Feedback feedback, Background background) {
    feedback.exchange();
    closing.push(feedback::exchange);
    background.every(COUNTED, feedback::exchange);
    return feedback;
  }

  /// What is known of them is read before mail goes there.
  private Destinations destinations(CountStore counts, Background background) throws IOException {
    var destinations =
        new Destinations(
            DestinationsSettings.from(settings),
            DestinationStore.at(StoreSettings.Place.from(settings)),
            counts,
            UUID.randomUUID().toString(),
            clock);
    destinations.exchange();
    closing.push(destinations::close);
    background.every(COUNTED, destinations::exchange);
    return destinations;
  }

  private QueueRunner queue(
      SqlStore store, DmarcReports dmarc, Destinations destinations, Measuring measuring) {
    return new QueueRunner(
        StoreSettings.from(settings).queue(),
        store,
        measuring.agent(attempt -> inForce.parts().delivery().deliver(attempt), clock),
        RoutePace.of(
            RoutesSettings.from(settings),
            RoutesSettings.rates(settings),
            domain -> destinations.domains().of(domain).map(Provider::name),
            destinations.pace()),
        dmarc.returns().before(report -> inForce.parts().reports().report(report)),
        clock,
        random,
        new VirtualThreadWorkers());
  }

  /// What is lost otherwise is a minute of counts, for which no stop may fail.
  private static void saved(OwnNameCounts counts) {
    try {
      counts.save();
    } catch (IOException e) {
      LOG.error("the counts of our names could not be written", e);
    }
  }

  private LastingParts lasting(
      SigningPool pool,
      QueueRunner queue,
      QueueOperator operator,
      TransportMemory transport,
      DmarcReports dmarc,
      LoginHistory logins,
      SendingLimits sending,
      Feedback feedback,
      Fallbacks fallbacks,
      Destinations destinations,
      Measuring measuring,
      Executor workers)
      throws IOException {
    return new LastingParts(
        new OwnNameCounts(
            HostSettings.from(settings).inData(Path.of(OwnNameCounts.FILE_NAME)), clock),
        measuring.queue(queue),
        pool,
        new KeysInForce(ActiveKeys.NONE),
        KeyWiring.journal(ReloadedParts.keyDirectory(settings)),
        moment -> queuedSince(operator, moment),
        operator,
        crypto.crypto(),
        clock,
        random,
        workers,
        transport.policies(),
        transport.reporter(),
        dmarc,
        new Sessions(clock),
        logins,
        new AppLogins(usedBefore()),
        new DirectoryMemory(random, System::nanoTime),
        new PostmasterMail.Sent(commands),
        new GuessingWatch.Told(),
        sending,
        new HeldMail(operator, sending, clock),
        feedback,
        destinations,
        SrsReturns.open(HostSettings.from(settings).inData(Path.of(SrsReturns.FILE_NAME)), clock),
        fallbacks,
        QuarantineWiring.open(settings, operator, clock),
        SignInWiring.open(settings, inForce, clock, random),
        reports(),
        answered(),
        measuring,
        loader,
        settings,
        new ZoneLooks(workers, clock),
        new Lists(Lists.directory(settings)),
        new AlertWatch.Now());
  }

  private ReceivedReports reports() throws IOException {
    ReceivedReports reports = SqlReceivedReports.of(settings);
    closing.push(reports::close);
    return reports;
  }

  private AnswerMemory answered() throws IOException {
    AnswerMemory answered = AnswerMemory.at(StoreSettings.Place.from(settings));
    closing.push(answered::close);
    return answered;
  }

  /// The passwords that were used before this start; any may be where nobody knows.
  private Predicate<LastLogins.Key> usedBefore() {
    try {
      Path file = LastLogins.beside(AccountsSettings.from(settings).file());
      return Set.copyOf(LastLogins.read(file).keySet())::contains;
    } catch (IOException _) {
      return _ -> true;
    }
  }

  /// True where a message waits that was taken before `moment`.
  private static boolean queuedSince(QueueOperator operator, Instant moment) {
    return operator.list(QueueFilter.ALL, 1).stream().anyMatch(m -> !m.received().isAfter(moment));
  }

  /// What the settings of the start make, if the records of pinned selectors are published.
  private void putInForce(LastingParts lasting, ScheduledExecutorService timer) throws IOException {
    try (var fresh = new ClosingStack()) {
      InForce.Made made = make(settings, lasting, timer, Optional.empty(), fresh);
      refuseUnpublished(made, KeySettings.from(settings).pinned().keySet(), lasting);
      use(made, inForce, lasting);
      fresh.release();
    }
  }

  /// @param domains whose selectors stand in the settings, and are looked at
  private static void refuseUnpublished(
      InForce.Made made, Set<DomainName> domains, LastingParts lasting) throws IOException {
    KeyWiring keeping =
        ReloadedParts.keeping(
            KeySettings.from(made.settings()), made.parts().security().resolver(), lasting);
    Optional<String> missing = PinnedCheck.missing(keeping, domains, lasting.workers());
    if (missing.isPresent()) {
      throw new StartFailedException(missing.get());
    }
  }

  private static void use(InForce.Made made, InForce inForce, LastingParts lasting) {
    inForce.put(made);
    lasting.keys().use(made.parts().keys());
    lasting.sending().use(LimitsSettings.from(made.settings()), made.parts().mail());
    lasting.feedback().use(FeedbackSettings.from(made.settings()));
  }

  /// @param before the certificates in service
  private static InForce.Made make(
      Settings settings,
      LastingParts lasting,
      ScheduledExecutorService timer,
      Optional<ServerCertificates> before,
      ClosingStack fresh)
      throws IOException {
    ReloadedParts parts = ReloadedParts.of(settings, lasting);
    fresh.push(parts::close);
    Optional<ServerCertificates> certificates = certificates(parts, lasting, timer, before);
    certificates.ifPresent(served -> fresh.push(served::close));
    return new InForce.Made(
        settings,
        parts,
        certificates,
        ServedPages.of(settings)
            .and(parts.quarantine().pages().routes())
            .and(parts.oneClick().routes())
            .and(parts.answers().routes()),
        ServedPages.pages(settings, certificates, parts, lasting)
            .and(parts.quarantine().pages().routes())
            .and(parts.oneClick().routes())
            .and(parts.answers().routes()));
  }

  /// The certificates in service, which the upkeep of `parts` changes from now on.
  private static Optional<ServerCertificates> certificates(
      ReloadedParts parts,
      LastingParts lasting,
      ScheduledExecutorService timer,
      Optional<ServerCertificates> before)
      throws IOException {
    Optional<CertificateUpkeep> upkeep = parts.certificate();
    if (upkeep.isEmpty()) {
      return Optional.empty();
    }
    upkeep.get().open();
    try {
      TlsSettings tls = upkeep.get().settings();
      ServerCertificates served =
          before.isPresent()
              ? before.get().followedBy(tls, upkeep.get().guard())
              : new ServerCertificates(tls, upkeep.get().guard(), lasting.clock());
      served.watch(timer);
      upkeep.get().use(served);
      return Optional.of(served);
    } catch (InvalidCertificateException e) {
      throw new StartFailedException("the certificate cannot be used: " + e.getMessage());
    }
  }

  /// Who asks for a policy gets a certificate for the name or no handshake (RFC 8461, 3.3); people
  /// who come by another name, such as that of a tunnel, see a warning of their browser instead.
  private Optional<WebServer> web(ListeningSockets sockets) throws IOException {
    var its = WebSettings.from(settings);
    List<WebListener> listeners =
        Stream.of(
                its.policyListeners().stream()
                    .map(
                        at ->
                            WebListener.secure(
                                at,
                                name -> certificates().flatMap(c -> c.matching(name)),
                                () -> inForce.now().routes())),
                its.pageListeners().stream()
                    .map(
                        at ->
                            WebListener.secure(
                                at,
                                name -> certificates().map(c -> c.forName(name)),
                                () -> inForce.now().pages())),
                its.challengeListeners().stream()
                    .map(at -> WebListener.plain(at, () -> inForce.now().routes())))
            .flatMap(all -> all)
            .toList();
    return listeners.isEmpty()
        ? Optional.empty()
        : Optional.of(WebServer.open(sockets, listeners, clock));
  }

  private Optional<ServerCertificates> certificates() {
    return inForce.now().certificates();
  }

  private static List<ListenerSpec> specs(
      Settings addresses, InForce.Made made, LastingParts lasting) {
    return ListenerSpecs.of(
        addresses,
        made.settings(),
        made.parts(),
        made.certificates().map(c -> c),
        service -> new RememberedRefusals(service, lasting.queue(), lasting.clock()));
  }

  private Optional<ReportSettings> tlsReports(LastingParts lasting) {
    return TlsReportSettings.from(inForce.settings()).signedBy(signing(lasting));
  }

  private DmarcReportSender.Plan dmarcReports(LastingParts lasting) {
    var rules = DmarcReportSettings.from(inForce.settings());
    return new DmarcReportSender.Plan(rules, rules.signedBy(signing(lasting)));
  }

  private Set<DomainName> signing(LastingParts lasting) {
    return KeyUpkeep.signing(KeySettings.from(inForce.settings()), lasting.journal());
  }

  /// First when everything has settled, then each day.
  private void examineDaily(Background background, QueueOperator operator) {
    Runnable exam =
        () ->
            inForce
                .parts()
                .exam()
                .run(operator.list(QueueFilter.ALL, 1).stream().map(m -> m.received()).findFirst());
    background.every(Duration.ofMinutes(10), Duration.ofDays(1), exam);
  }

  /// After the examination, so that name servers are not asked everything at once.
  private void lookAtZonesDaily(Background background, LastingParts lasting) {
    background.every(
        Duration.ofMinutes(12),
        Duration.ofDays(1),
        () -> NamesWiring.lookAtAll(inForce.settings(), inForce.parts(), lasting));
  }
}
