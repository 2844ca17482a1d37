package net.facteur.server.delivery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.queue.EnhancedStatusCode;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Opens sessions: connection, greeting, EHLO, TLS, AUTH.
final class SessionOpener {
  private static final Logger LOG = LogManager.getLogger(SessionOpener.class);

  /// What came of it.
  sealed interface Opening {
    record Ready(Session session) implements Opening {}

    record Refused(Failure failure) implements Opening {}
  }

  /// A step of the opening that went wrong; carries the reason out of it.
  private static final class Unopened extends Exception {
    private static final long serialVersionUID = 1L;

    final transient Failure failure;
    final boolean handshake;

    Unopened(Failure failure, boolean handshake) {
      super(failure.reply());
      this.failure = failure;
      this.handshake = handshake;
    }
  }

  private final DeliverySettings settings;
  private final OutboundTls tls;
  private final TlsAccounts accounts;
  private final Watchdog watchdog;
  private final RandomGenerator random;

  SessionOpener(
      DeliverySettings settings, OutboundTls tls, Watchdog watchdog, RandomGenerator random) {
    this.settings = settings;
    this.tls = tls;
    this.accounts = new TlsAccounts(tls.reporter(), tls.verifier());
    this.watchdog = watchdog;
    this.random = random;
  }

  Opening open(Candidate candidate) {
    TlsRequirement requirement = candidate.tls().requirement();
    switch (requirement) {
      case TlsRequirement.Barred(String reason) -> {
        LOG.info(
            "tls to={} result=barred reason=\"{}\"", candidate.serverName(), candidate.tls().why());
        return barred(candidate, Failure.of(4, 7, 5, reason));
      }
      // RFC 8689, section 4.2.1
      case TlsRequirement.Unattainable(String reason) -> {
        return barred(candidate, Failure.of(5, 7, 30, reason));
      }
      case TlsRequirement.Forbidden _,
          TlsRequirement.Opportunistic _,
          TlsRequirement.Encrypt _,
          TlsRequirement.Verified _,
          TlsRequirement.MtaSts _,
          TlsRequirement.Dane _,
          TlsRequirement.Fingerprint _ -> {}
    }
    boolean offerTls = !(requirement instanceof TlsRequirement.Forbidden);
    try {
      return new Opening.Ready(attempt(candidate, offerTls));
    } catch (Unopened e) {
      if (!e.handshake || !requirement.clearAllowed()) {
        return new Opening.Refused(e.failure);
      }
      // RFC 7435, section 3: better in the clear than not at all, where nobody asked for more.
      LOG.info(
          "tls to={} result=failed reason=\"{}\" next=clear",
          candidate.remote("none"),
          e.failure.reply());
    }
    try {
      return new Opening.Ready(attempt(candidate, false));
    } catch (Unopened e) {
      return new Opening.Refused(e.failure);
    }
  }

  private Opening barred(Candidate candidate, Failure failure) {
    accounts.unopened(candidate);
    String level = "none, wanted " + candidate.tls().requirement().word();
    return new Opening.Refused(failure.at(candidate.remote(level)));
  }

  private Session attempt(Candidate candidate, boolean offerTls) throws Unopened {
    Line line = connect(candidate);
    boolean ready = false;
    try {
      Session session = converse(candidate, line, offerTls);
      ready = true;
      return session;
    } catch (IOException e) {
      throw new Unopened(
          Failure.of(4, 4, 2, "no conversation with the host: " + text(e))
              .at(candidate.remote(line.tlsText())),
          false);
    } finally {
      if (!ready) {
        line.wire.close();
      }
    }
  }

  /// The connection while it is being opened.
  private static final class Line {
    final Optional<Socket> socket;
    final Candidate candidate;
    Wire wire;
    String got = "";
    String level = "";
    boolean secured;
    boolean verified;

    Line(Candidate candidate, Optional<Socket> socket, Wire wire) {
      this.candidate = candidate;
      this.socket = socket;
      this.wire = wire;
    }

    /// Protocol, cipher and the level got.
    String protection() {
      return secured ? got + ", got " + level : "none";
    }

    String tlsText() {
      return candidate.tls().text(protection());
    }
  }

  private Session converse(Candidate candidate, Line line, boolean offerTls)
      throws IOException, Unopened {
    if (candidate.implicitTls()) {
      handshake(candidate, line);
    }
    greeting(candidate, line);
    Capabilities host = hello(candidate, line);
    if (offerTls && !candidate.implicitTls()) {
      if (host.startTls()) {
        startTls(candidate, line);
        // RFC 3207, section 4.2: what was announced in the clear does not count.
        host = hello(candidate, line);
      } else {
        accounts.failed(
            candidate, line.socket, ResultType.STARTTLS_NOT_SUPPORTED, "STARTTLS not offered");
        if (!candidate.tls().requirement().clearAllowed()) {
          throw unopened(candidate, line, Failure.of(4, 7, 4, "the host does not offer STARTTLS"));
        }
      }
    }
    if (candidate.login().isPresent()) {
      authenticate(candidate, line, host, candidate.login().get());
    }
    LOG.debug("connected to={}", candidate.remote(line.tlsText()));
    return new Session(candidate, line.wire, host, line.protection(), line.verified);
  }

  private void greeting(Candidate candidate, Line line) throws IOException, Unopened {
    Reply greeting = line.wire.reply(settings.timeouts().greeting());
    if (!greeting.positive()) {
      throw unopened(
          candidate, line, Failure.of(greeting, candidate.remote(line.tlsText())).ofHost());
    }
  }

  private Capabilities hello(Candidate candidate, Line line) throws IOException, Unopened {
    String verb = candidate.dialect() == Candidate.Dialect.LMTP ? "LHLO " : "EHLO ";
    line.wire.line(verb + settings.hostName());
    Reply reply = line.wire.reply(settings.timeouts().hello());
    if (reply.positive()) {
      if (candidate.dialect() == Candidate.Dialect.SMTP && isOurselves(reply)) {
        // RFC 5321, section 6.3
        throw unopened(
            candidate, line, Failure.of(5, 4, 6, "the host is this server: mail loops back"));
      }
      return Capabilities.of(reply.lines());
    }
    boolean plain = !line.secured && candidate.dialect() == Candidate.Dialect.SMTP;
    if (reply.code() >= 500 && plain) {
      // RFC 5321, section 3.2: an old host may know HELO only.
      line.wire.line("HELO " + settings.hostName());
      reply = line.wire.reply(settings.timeouts().hello());
      if (reply.positive()) {
        return Capabilities.NONE;
      }
    }
    throw unopened(candidate, line, Failure.of(reply, candidate.remote(line.tlsText())).ofHost());
  }

  private boolean isOurselves(Reply hello) {
    String text = hello.lines().getFirst();
    int space = text.indexOf(' ');
    return (space < 0 ? text : text.substring(0, space)).equalsIgnoreCase(settings.hostName());
  }

  private void startTls(Candidate candidate, Line line) throws IOException, Unopened {
    line.wire.line("STARTTLS");
    Reply reply = line.wire.reply(settings.timeouts().hello());
    if (reply.code() != 220) {
      accounts.failed(
          candidate, line.socket, ResultType.STARTTLS_NOT_SUPPORTED, "STARTTLS refused");
      throw new Unopened(
          new Failure(
              EnhancedStatusCode.of(4, 7, 4),
              "STARTTLS refused: " + reply.text(),
              Optional.of(candidate.remote("none")),
              true),
          true);
    }
    if (line.wire.hasInput()) {
      // Octets sent in the clear after the reply would be taken for protected ones.
      throw unopened(
          candidate, line, Failure.of(4, 7, 5, "the host sent clear text after STARTTLS"));
    }
    handshake(candidate, line);
  }

  private void handshake(Candidate candidate, Line line) throws Unopened {
    Wire clear = line.wire;
    clear.within(settings.timeouts().hello());
    ClientTls.Secured secured;
    try {
      Socket socket = line.socket.orElseThrow(() -> new IOException("no TLS on this transport"));
      secured = tls.client().secure(socket, serverName(candidate));
      line.wire = clear.secured(secured);
    } catch (IOException e) {
      accounts.failed(candidate, line.socket, ResultType.VALIDATION_FAILURE, "handshake failed");
      throw new Unopened(
          Failure.of(4, 7, 5, "no TLS with the host: " + text(e)).at(candidate.remote("none")),
          true);
    }
    line.secured = true;
    line.got = secured.protocol() + " " + secured.cipher();
    switch (tls.verifier().verify(candidate.tls().requirement(), secured.chain())) {
      case PeerVerifier.Outcome.Right(String level, boolean proven) -> {
        line.level = level;
        line.verified = proven;
        accounts.succeeded(candidate, line.socket, secured.chain());
      }
      case PeerVerifier.Outcome.Wrong(ResultType type, String reason) -> {
        line.level = "encrypt";
        accounts.failed(candidate, line.socket, type, reason, secured.chain());
        throw unopened(candidate, line, Failure.of(4, 7, 5, reason));
      }
    }
  }

  /// RFC 7672, section 8.1: the TLSA base domain where there is one.
  private static String serverName(Candidate candidate) {
    return candidate.tls().requirement() instanceof TlsRequirement.Dane dane
        ? dane.names().getFirst().text()
        : candidate.serverName();
  }

  private void authenticate(
      Candidate candidate, Line line, Capabilities host, DeliverySettings.Login login)
      throws IOException, Unopened {
    if (!line.verified && !candidate.loginInClear()) {
      throw unopened(
          candidate,
          line,
          Failure.of(4, 7, 8, "no password is sent to a host that did not prove its name"));
    }
    var failure =
        new ClientAuthentication(line.wire, settings.timeouts().hello(), random)
            .authenticate(host, login);
    if (failure.isPresent()) {
      throw unopened(candidate, line, failure.get());
    }
  }

  private static Unopened unopened(Candidate candidate, Line line, Failure failure) {
    return new Unopened(failure.at(candidate.remote(line.tlsText())), false);
  }

  private Line connect(Candidate candidate) throws Unopened {
    try {
      return switch (candidate.endpoint()) {
        case Candidate.Endpoint.Tcp(String _, InetSocketAddress address) -> tcp(candidate, address);
        case Candidate.Endpoint.Socket(String path) -> unix(candidate, path);
      };
    } catch (IOException e) {
      throw new Unopened(
          Failure.of(4, 4, 1, "cannot connect: " + text(e)).at(candidate.remote("none")), false);
    }
  }

  private Line tcp(Candidate candidate, InetSocketAddress address) throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      Optional<InetAddress> source = source(address.getAddress());
      if (source.isPresent()) {
        socket.bind(new InetSocketAddress(source.get(), 0));
      }
      socket.connect(address, (int) settings.timeouts().connect().toMillis());
      return new Line(
          candidate,
          Optional.of(socket),
          new Wire(socket, socket.getInputStream(), socket.getOutputStream(), watchdog));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private Optional<InetAddress> source(InetAddress target) {
    return settings.sources().stream().filter(s -> s.getClass() == target.getClass()).findFirst();
  }

  private Line unix(Candidate candidate, String path) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    var wire =
        new Wire(
            channel, Channels.newInputStream(channel), Channels.newOutputStream(channel), watchdog);
    try {
      // Where the server's line of waiting connections is full, this blocks.
      wire.within(settings.timeouts().connect());
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.setOption(StandardSocketOptions.SO_SNDBUF, 256 * 1024);
      return new Line(candidate, Optional.empty(), wire);
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }

  private static String text(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
