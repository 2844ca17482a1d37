package net.facteur.server.admin;

import static net.facteur.server.admin.AdminTexts.SAY;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.facteur.auth.dkim.DkimPrivateKey;
import net.facteur.auth.syntax.Parsed;
import net.facteur.server.accounts.UserChange;
import net.facteur.server.addresses.AddressChange;
import net.facteur.server.feedback.FeedbackWish;
import net.facteur.server.files.DurableDirectory;
import net.facteur.server.files.FileTrouble;
import net.facteur.server.keys.KeyName;
import net.facteur.server.keys.KeyWish;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.limits.SendingWishes;
import net.facteur.server.quarantine.QuarantineWish;
import net.facteur.server.routes.FallbackWish;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import tools.jackson.databind.json.JsonMapper;

/// The control socket: a unix domain socket with mode 0600, a virtual thread for each of at most 16
/// connections, requests of at most 64 KiB.
///
/// A client has 10 seconds to send its request, and must not leave an answer unread for a minute.
/// Where all places are taken, the one goes that has not asked anything for the longest time, so
/// that no number of idle connections keeps an administrator out.
public final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(ControlServer.class);
  private static final int MAX_REQUEST = 64 << 10;
  private static final int MAX_CONNECTIONS = 16;
  private static final Duration ASKING = Duration.ofSeconds(10);
  private static final Duration UNREAD = Duration.ofMinutes(1);

  /// Hundredths of a second that answers under way have at the end.
  private static final int LAST_ANSWERS = 200;

  private final Path socket;
  private final ServerControl control;
  private final ServerSocketChannel channel;
  private final JsonMapper json = new JsonMapper();
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final AtomicBoolean closed = new AtomicBoolean();

  /// Those that have not sent their request, oldest first.
  private final Set<SocketChannel> silent = Collections.synchronizedSet(new LinkedHashSet<>());

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().daemon().name("facteur-control-timer").factory());

  /// Opens the socket, taking the place of one that a dead server left behind.
  ///
  /// @throws IOException where it cannot be opened, or a running server has it
  public static ControlServer open(Path socket, ServerControl control) throws IOException {
    Path directory = socket.toAbsolutePath().getParent();
    if (directory != null) {
      DurableDirectory.secret(directory).make();
    }
    if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new IOException(
            socket + " is no socket; move it away, or name another path in control.socket");
      }
      if (isAlive(socket)) {
        throw new IOException(socket + " belongs to a server that is running");
      }
      Files.delete(socket);
    }
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      // Nobody else gets in between: the directory is the server's own.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot open the control socket " + socket + ": " + e.getMessage(), e);
    }
    var server = new ControlServer(socket, control, channel);
    Thread.ofVirtual().name("facteur-control").start(server::accept);
    return server;
  }

  private ControlServer(Path socket, ServerControl control, ServerSocketChannel channel) {
    this.socket = socket;
    this.control = control;
    this.channel = channel;
    timer.setRemoveOnCancelPolicy(true);
  }

  /// Whoever asked for the stop is to hear that it comes.
  private void finishAnswers() {
    try {
      for (int i = 0;
          i < LAST_ANSWERS && MAX_CONNECTIONS - connections.availablePermits() > silent.size();
          i++) {
        Thread.sleep(10);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isAlive(Path socket) {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void accept() {
    while (!closed.get()) {
      try {
        SocketChannel client = channel.accept();
        if (!connections.tryAcquire()) {
          longestSilent().ifPresent(ControlServer::hangUp);
          connections.acquire();
        }
        silent.add(client);
        Thread.ofVirtual().name("facteur-control-request").start(() -> serve(client));
      } catch (ClosedChannelException | InterruptedException e) {
        return;
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.getMessage());
      }
    }
  }

  private Optional<SocketChannel> longestSilent() {
    synchronized (silent) {
      return silent.stream().findFirst();
    }
  }

  private static void hangUp(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("control connection: {}", e.getMessage());
    }
  }

  private String question(SocketChannel client) throws IOException {
    var late = timer.schedule(() -> hangUp(client), ASKING.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return readLine(Channels.newInputStream(client));
    } finally {
      late.cancel(false);
      silent.remove(client);
    }
  }

  private void serve(SocketChannel client) {
    var answers = new PatientStream(client, timer, UNREAD, () -> hangUp(client));
    try (client;
        var out = new BufferedWriter(new OutputStreamWriter(answers, StandardCharsets.UTF_8))) {
      String line = question(client);
      Language language = ControlRequest.language(line, json);
      switch (ControlRequest.parse(line, json)) {
        case Parsed.Ok<ControlRequest>(ControlRequest request) -> answer(request, language, out);
        case Parsed.Malformed<ControlRequest>(int _, String expected) ->
            say(out, problem(SAY.expected(expected), language));
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.debug("control connection: {}", e.getMessage());
    } finally {
      connections.release();
    }
  }

  private void answer(ControlRequest request, Language language, Writer out) throws IOException {
    try {
      Map<String, Object> last =
          switch (request) {
            case ControlRequest.Status() -> {
              say(out, control.status());
              yield done();
            }
            case ControlRequest.Health() ->
                control.healthy() ? done() : problem(SAY.unhealthy(), language);
            case ControlRequest.Reload() -> reload(language, out);
            case ControlRequest.Stop() -> {
              control.stop();
              yield done();
            }
            case ControlRequest.SessionList(Optional<String> user) -> {
              control.sessions().list(user, line -> sayUnchecked(out, line));
              yield done();
            }
            case ControlRequest.SessionEnd(List<String> ids, Optional<String> user) -> {
              control.sessions().end(ids, user, line -> sayUnchecked(out, line));
              yield done();
            }
            case ControlRequest.SendingAct(SendingWishes.Wish wish) ->
                outcome(control.sending().act(wish, line -> sayUnchecked(out, line)), language);
            case ControlRequest.SendingShow(String account) -> {
              control.sending().show(account, line -> sayUnchecked(out, line));
              yield done();
            }
            case ControlRequest.RouteList() -> {
              control.routes().list(line -> sayUnchecked(out, line));
              yield done();
            }
            case ControlRequest.RouteAct(FallbackWish wish) ->
                outcome(control.routes().act(wish, line -> sayUnchecked(out, line)), language);
            case ControlRequest.AskFeedback(FeedbackWish wish) -> {
              control.feedback().answer(wish, line -> sayUnchecked(out, line));
              yield done();
            }
            case ControlRequest.QueueQuery query ->
                outcome(control.queue().read(query, line -> sayUnchecked(out, line)), language);
            case ControlRequest.QueueAct act ->
                outcome(control.queue().act(act, line -> sayUnchecked(out, line)), language);
            case ControlRequest.ChangeUser(UserChange change) ->
                trying(language, () -> say(out, Map.of("outcome", control.change(change).name())));
            case ControlRequest.ChangeAddress(AddressChange change) ->
                trying(
                    language,
                    () -> say(out, Map.of("outcome", control.changeAddress(change).name())));
            case ControlRequest.ReadAgain() -> {
              control.readAgain();
              yield done();
            }
            case ControlRequest.ChangeKey(KeyWish wish) ->
                trying(
                    language,
                    () -> control.fulfil(wish, language, line -> sayUnchecked(out, line)));
            case ControlRequest.WriteKey(KeyName name, DkimPrivateKey key) ->
                trying(
                    language,
                    () -> say(out, Map.of(control.write(name, key) ? "written" : "exists", true)));
            case ControlRequest.AskQuarantine(QuarantineWish wish) ->
                quarantine(wish, language, out);
            case ControlRequest.SendReports() -> {
              say(out, Map.of("mails", control.sendReports()));
              yield done();
            }
            case ControlRequest.TestAlerts() -> {
              control.alerts().test(row -> sayUnchecked(out, row));
              yield done();
            }
            case ControlRequest.RenewCertificate() ->
                trying(
                    language,
                    () -> {
                      Optional<String> why = control.renewCertificate();
                      if (why.isPresent()) {
                        say(out, Map.of("refused", why.get()));
                      }
                    });
          };
      say(out, last);
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.error("control request {} failed", request, e);
      say(out, problem(SAY.failed(), language));
    }
  }

  private Map<String, Object> reload(Language language, Writer out) throws IOException {
    return switch (control.reload()) {
      case ServerControl.Reloaded.InForce(
              List<String> restart,
              List<Text> kept,
              List<Text> warnings) -> {
        say(
            out,
            Map.of(
                "restart",
                restart,
                "kept",
                said(kept, language),
                "warnings",
                said(warnings, language)));
        yield done();
      }
      case ServerControl.Reloaded.Refused(List<Text> problems) -> {
        Map<String, Object> problem = new LinkedHashMap<>(problem(SAY.settingsRefused(), language));
        problem.put("details", said(problems, language));
        yield problem;
      }
    };
  }

  private Map<String, Object> quarantine(QuarantineWish wish, Language language, Writer out) {
    try {
      return outcome(
          control.quarantine().fulfil(wish, language, line -> sayUnchecked(out, line)), language);
    } catch (IOException e) {
      LOG.error("control request failed", e);
      return problem(SAY.failedWith(FileTrouble.text(e)), language);
    }
  }

  /// Something that needs the disk.
  @FunctionalInterface
  private interface OnDisk {
    void run() throws IOException;
  }

  private static Map<String, Object> trying(Language language, OnDisk work) {
    try {
      work.run();
      return done();
    } catch (IOException e) {
      LOG.error("control request failed", e);
      return problem(SAY.failedWith(FileTrouble.text(e)), language);
    }
  }

  private static List<String> said(List<Text> texts, Language language) {
    return texts.stream().map(text -> text.in(language)).toList();
  }

  private static Map<String, Object> problem(Text what, Language language) {
    return Map.of("problem", what.in(language));
  }

  private static Map<String, Object> done() {
    return Map.of("done", true);
  }

  private static Map<String, Object> outcome(Optional<Text> problem, Language language) {
    return problem
        .<Map<String, Object>>map(
            text -> Map.of("problem", text.in(language), "details", List.of()))
        .orElse(done());
  }

  private void sayUnchecked(Writer out, Map<String, Object> line) {
    try {
      say(out, line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(Writer out, Map<String, Object> line) throws IOException {
    out.write(json.writeValueAsString(line));
    out.write('\n');
    out.flush();
  }

  private static String readLine(InputStream in) throws IOException {
    byte[] octets = new byte[MAX_REQUEST];
    int length = 0;
    while (length < MAX_REQUEST) {
      int octet = in.read();
      if (octet < 0 || octet == '\n') {
        break;
      }
      octets[length++] = (byte) octet;
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        channel.close();
        Files.deleteIfExists(socket);
      } catch (IOException e) {
        LOG.warn("control socket: {}", e.getMessage());
      }
      finishAnswers();
      timer.shutdownNow();
    }
  }
}
