package net.facteur.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.facteur.server.admin.ControlServer;
import net.facteur.server.admin.ControlSettings;
import net.facteur.server.admin.ServerControl.Reloaded;
import net.facteur.server.checks.Findings;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Mistake;
import net.facteur.server.config.Settings;
import net.facteur.server.config.SettingsLoader;
import net.facteur.server.config.StartFailedException;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.host.HostSettings;
import net.facteur.server.host.NotifySocket;
import net.facteur.server.host.Signals;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.log.LogSettings;
import net.facteur.server.signing.CryptoProviders;
import net.facteur.server.smtp.SmtpServer;
import net.facteur.server.web.WebServer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A running mail server.
///
/// [Start] builds it step by step; a reload replaces what is [InForce]; a stop lets what is under
/// way finish, and unwinds the steps.
public final class Server implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(Server.class);

  /// How long sessions may take to finish their message at a stop, and then attempts theirs.
  static final Duration DRAIN = Duration.ofSeconds(20);

  private final Path file;
  private final SettingsLoader loader;

  /// Those that say where the listeners are, and whatever else only a start takes up.
  private final Settings atStart;

  private final Start.Parts started;
  private final NotifySocket told;
  private final ClosingStack closing;
  private final CountDownLatch stop = new CountDownLatch(1);

  private Server(
      Settings atStart,
      Path file,
      SettingsLoader loader,
      Start.Parts started,
      NotifySocket told,
      ClosingStack closing) {
    this.atStart = atStart;
    this.file = file;
    this.loader = loader;
    this.started = started;
    this.told = told;
    this.closing = closing;
  }

  /// Starts a server.
  ///
  /// @param settings what is in force
  /// @param file where they came from, for [#reload()]
  /// @param loader reads them again
  /// @param crypto signs and verifies
  /// @param commands names the settings file in the commands that are mailed to the postmaster
  /// @throws IOException what keeps it from starting, in words for an administrator; nothing goes
  ///   on running then
  public static Server start(
      Settings settings,
      Path file,
      SettingsLoader loader,
      InstantSource clock,
      CryptoProviders crypto,
      UnaryOperator<String> commands)
      throws IOException {
    return start(settings, file, loader, clock, crypto, commands, NotifySocket.NONE);
  }

  /// @param told is told of the start, of reloads and of the stop
  private static Server start(
      Settings settings,
      Path file,
      SettingsLoader loader,
      InstantSource clock,
      CryptoProviders crypto,
      UnaryOperator<String> commands,
      NotifySocket told)
      throws IOException {
    check(settings, clock);
    var closing = new ClosingStack();
    try {
      Start.Parts started =
          new Start(settings, loader, clock, crypto, commands, told, closing).begin();
      var server = new Server(settings, file, loader, started, told, closing);
      ControlSettings control = ControlSettings.from(settings);
      if (control.enabled()) {
        closing.push(
            ControlServer.open(control.socket(), new ServerRequests(server, started))::close);
      }
      LOG.info(
          "started hostname={} listeners={} crypto=\"{}\"",
          HostSettings.from(settings).name(),
          server.listeners(),
          crypto.names());
      server.tellReady();
      return server;
    } catch (IOException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  /// Where the web is served, HTTPS first; empty where it is not.
  public List<InetSocketAddress> webListeners() {
    return started.web().map(WebServer::addresses).orElse(List.of());
  }

  /// Where numbers are served; empty where they are not.
  public List<InetSocketAddress> metricsListeners() {
    return started.metrics().map(WebServer::addresses).orElse(List.of());
  }

  /// Where Dovecot may ask about accounts; empty where it is not joined.
  public List<InetSocketAddress> readersListeners() {
    return started.readers().addresses();
  }

  /// Where the listeners are open, in the order of the settings.
  public List<SmtpServer.Bound> listeners() {
    return started.listeners().listeners();
  }

  /// Sends the reports to others that are due, and waits until all have been tried.
  public void sendReports() {
    started.transport().report();
    started.lasting().dmarc().report();
  }

  /// Runs a server until it is told to stop by a signal or through the control socket.
  ///
  /// @param commands names the settings file in the commands that are mailed to the postmaster
  /// @return the exit code
  public static int run(
      Settings settings, Path file, SettingsLoader loader, UnaryOperator<String> commands)
      throws IOException {
    LogSettings.from(settings).apply();
    NotifySocket told = NotifySocket.of(System.getenv(), System::nanoTime);
    // Before the doors open: whoever finds them open may send signals.
    var running = new CompletableFuture<Server>();
    when("HUP", running, Server::reloadByHand);
    when("TERM", running, server -> server.stop.countDown());
    when("INT", running, server -> server.stop.countDown());
    try (var server =
        start(
            settings,
            file,
            loader,
            InstantSource.system(),
            CryptoProviders.detect(),
            commands,
            told)) {
      running.complete(server);
      server.stop.await();
      LOG.info("stopping");
      told.stopping();
    } catch (IOException e) {
      told.failed(inLog(FileTrouble.text(e)));
      throw e;
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

  /// True until it is told to stop.
  boolean running() {
    return stop.getCount() > 0;
  }

  /// Tells it to stop.
  void stop() {
    stop.countDown();
  }

  private static void check(Settings settings, InstantSource clock) throws StartFailedException {
    Findings findings = StartChecks.of(settings, clock);
    if (!findings.mistakes().isEmpty()) {
      throw new StartFailedException(findings.refusals().in(Language.ENGLISH));
    }
    findings.warnings().forEach(caution -> LOG.warn("settings: {}", inLog(caution.text())));
  }

  private void reloadByHand() {
    switch (reload()) {
      case Reloaded.InForce _ -> {}
      case Reloaded.Refused(List<Text> problems) ->
          problems.forEach(problem -> LOG.error("reload: {}", inLog(problem)));
    }
  }

  /// Reads the settings again and puts them in force, or changes nothing where they are wrong.
  /// Sessions under way keep what they began with.
  ///
  /// @return what is wrong, or what waits for the next start
  public synchronized Reloaded reload() {
    LogSettings.reopen();
    told.reloading();
    try {
      return switch (loader.load(file)) {
        case LoadedSettings.Wrong(List<Mistake> mistakes) -> new Reloaded.Refused(texts(mistakes));
        case LoadedSettings.Good(Settings read) -> take(read);
      };
    } finally {
      tellReady();
    }
  }

  private void tellReady() {
    told.ready(
        listeners().stream().map(SmtpServer.Bound::toString).collect(Collectors.joining(", ")));
  }

  private static List<Text> texts(List<Mistake> mistakes) {
    return mistakes.stream().map(Mistake::text).toList();
  }

  private static String inLog(Text text) {
    return text.in(Language.ENGLISH);
  }

  private Reloaded take(Settings read) {
    Findings findings = StartChecks.of(read, started.lasting().clock());
    if (!findings.mistakes().isEmpty()) {
      return new Reloaded.Refused(texts(findings.mistakes()));
    }
    findings.warnings().forEach(caution -> LOG.warn("settings: {}", inLog(caution.text())));
    InForce.Made before = started.inForce().now();
    List<String> later = read.restartNeeded(atStart);
    try (var fresh = new ClosingStack()) {
      InForce.Made made = started.make(read, fresh);
      started.readers().follow(read);
      started.use(made);
      fresh.release();
    } catch (IOException e) {
      return new Reloaded.Refused(List.of(FileTrouble.text(e)));
    }
    // The doors stay where they are until a restart; what stands behind them is new.
    started.listeners().reconfigure(started.specs(atStart));
    var _ = started.timer().schedule(before::close, 1, TimeUnit.MINUTES);
    LOG.info("reloaded file={} restart-needed-for={}", file, later);
    return new Reloaded.InForce(later, texts(findings.kept()), texts(findings.cautions()));
  }

  /// Takes no new mail, lets what is under way finish, and stops.
  @Override
  public void close() {
    started.listeners().drain(DRAIN);
    closing.close();
  }
}
