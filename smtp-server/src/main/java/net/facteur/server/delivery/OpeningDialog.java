package net.facteur.server.delivery;

import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.auth.tlsrpt.ResultType;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.delivery.OpeningStage.Contact;
import net.facteur.server.delivery.OpeningStage.Greeting;
import net.facteur.server.delivery.OpeningStage.Handshake;
import net.facteur.server.delivery.OpeningStage.Hello;
import net.facteur.server.delivery.OpeningStage.Introduced;
import net.facteur.server.delivery.OpeningStage.Login;
import net.facteur.server.delivery.OpeningStage.Open;
import net.facteur.server.delivery.OpeningStage.Proof;
import net.facteur.server.delivery.OpeningStage.Protection;
import net.facteur.server.delivery.OpeningStage.Ready;
import net.facteur.server.delivery.OpeningStage.Refused;
import net.facteur.server.delivery.OpeningStage.StartTls;
import net.facteur.server.delivery.OpeningStage.Trouble;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What is said to a host from its greeting to the first MAIL, stage by stage.
final class OpeningDialog {
  private static final Logger LOG = LogManager.getLogger(OpeningDialog.class);

  private final DeliverySettings settings;
  private final OutboundTls tls;
  private final TlsAccounts accounts;
  private final StalledHandshakes stalled;
  private final RandomGenerator random;

  OpeningDialog(
      DeliverySettings settings,
      OutboundTls tls,
      TlsAccounts accounts,
      StalledHandshakes stalled,
      RandomGenerator random) {
    this.settings = settings;
    this.tls = tls;
    this.accounts = accounts;
    this.stalled = stalled;
    this.random = random;
  }

  static Open first(Contact contact) {
    return contact.candidate().implicitTls()
        ? new Handshake(contact)
        : new Greeting(contact, new Protection.Clear());
  }

  /// Does what a stage is for.
  ///
  /// @param startTls ask for TLS where the connection is in the clear
  OpeningStage next(Open stage, boolean startTls) throws IOException {
    return switch (stage) {
      case Greeting greeting -> greeted(greeting);
      case Hello hello -> introduced(hello);
      case Introduced introduced -> protect(introduced, startTls);
      case StartTls start -> started(start);
      case Handshake handshake -> handshaken(handshake);
      case Proof proof -> proven(proof);
      case Login login -> loggedIn(login);
    };
  }

  private OpeningStage greeted(Greeting stage) throws IOException {
    Reply greeting = stage.contact().wire().reply(settings.timeouts().greeting());
    return greeting.positive()
        ? new Hello(stage.contact(), stage.protection())
        : refused(stage, greeting);
  }

  private OpeningStage introduced(Hello stage) throws IOException {
    CommandChannel wire = stage.contact().wire();
    boolean smtp = stage.contact().candidate().dialect() == Candidate.Dialect.SMTP;
    wire.line((smtp ? "EHLO " : "LHLO ") + settings.hostName());
    Reply reply = wire.reply(settings.timeouts().hello());
    if (reply.positive()) {
      return smtp && isOurselves(reply)
          // RFC 5321, section 6.3
          ? refused(stage, Failure.of(5, 4, 6, "the host is this server: mail loops back"))
          : new Introduced(stage.contact(), stage.protection(), Capabilities.of(reply.lines()));
    }
    if (reply.code() >= 500 && smtp && stage.protection() instanceof Protection.Clear) {
      // RFC 5321, section 3.2: an old host may know HELO only.
      wire.line("HELO " + settings.hostName());
      reply = wire.reply(settings.timeouts().hello());
      if (reply.positive()) {
        return new Introduced(stage.contact(), stage.protection(), Capabilities.NONE);
      }
    }
    return refused(stage, reply);
  }

  private boolean isOurselves(Reply hello) {
    String text = hello.lines().getFirst();
    int space = text.indexOf(' ');
    return (space < 0 ? text : text.substring(0, space)).equalsIgnoreCase(settings.hostName());
  }

  private OpeningStage protect(Introduced stage, boolean startTls) {
    return switch (stage.protection()) {
      case Protection.Tls _ -> identify(stage);
      case Protection.Clear _ -> {
        if (!startTls) {
          yield identify(stage);
        }
        if (stage.host().startTls()) {
          yield new StartTls(stage.contact());
        }
        Contact contact = stage.contact();
        accounts.failed(
            contact.candidate(),
            contact.socket(),
            ResultType.STARTTLS_NOT_SUPPORTED,
            "STARTTLS not offered");
        yield contact.candidate().tls().requirement().clearAllowed()
            ? identify(stage)
            : refused(stage, Failure.of(4, 7, 4, "the host does not offer STARTTLS"));
      }
    };
  }

  private OpeningStage identify(Introduced stage) {
    Optional<DeliverySettings.Login> login = stage.contact().candidate().login();
    return login.isPresent()
        ? new Login(stage.contact(), stage.protection(), stage.host(), login.get())
        : ready(stage, stage.host());
  }

  private static Ready ready(Open stage, Capabilities host) {
    Candidate candidate = stage.contact().candidate();
    LOG.debug("connected to={}", candidate.remote(stage.tlsText()));
    Protection protection = stage.protection();
    return new Ready(
        new Session(
            candidate, stage.contact().wire(), host, protection.text(), protection.verified()));
  }

  private OpeningStage started(StartTls stage) throws IOException {
    Contact contact = stage.contact();
    contact.wire().line("STARTTLS");
    Reply reply = contact.wire().reply(settings.timeouts().hello());
    if (reply.code() != 220) {
      accounts.failed(
          contact.candidate(),
          contact.socket(),
          ResultType.STARTTLS_NOT_SUPPORTED,
          "STARTTLS refused");
      return new Refused(
          new Failure(
              EnhancedStatusCode.of(4, 7, 4),
              "STARTTLS refused: " + reply.text(),
              Optional.of(contact.candidate().remote("none")),
              true),
          Trouble.TLS);
    }
    // Octets sent in the clear after the reply would be taken for protected ones.
    return contact.wire().hasInput()
        ? refused(stage, Failure.of(4, 7, 5, "the host sent clear text after STARTTLS"))
        : new Handshake(contact);
  }

  private OpeningStage handshaken(Handshake stage) {
    Contact contact = stage.contact();
    Candidate candidate = contact.candidate();
    CommandChannel clear = contact.wire();
    clear.within(settings.timeouts().handshake());
    try {
      Socket socket =
          contact.socket().orElseThrow(() -> new IOException("no TLS on this transport"));
      var offer = ClientTls.Offer.to(candidate.tls().requirement());
      ClientTls.Secured secured = tls.client().secure(socket, serverName(candidate), offer);
      CommandChannel wire = clear.secured(secured);
      stalled.over(candidate);
      return new Proof(contact.over(wire), secured);
    } catch (IOException e) {
      return unprotected(contact, clear.expired(), NetworkFault.of(e));
    }
  }

  private Refused unprotected(Contact contact, boolean late, String fault) {
    String result = late ? "handshake timed out" : "handshake failed";
    accounts.failed(contact.candidate(), contact.socket(), ResultType.VALIDATION_FAILURE, result);
    long limit = settings.timeouts().handshake().toSeconds();
    String reason = late ? "the handshake was not over within " + limit + " s" : fault;
    return new Refused(
        Failure.of(4, 7, 5, "no TLS with the host: " + reason)
            .at(contact.candidate().remote("none")),
        late ? Trouble.STALLED_TLS : Trouble.TLS);
  }

  /// RFC 7672, section 8.1: the TLSA base domain where there is one.
  private static String serverName(Candidate candidate) {
    return candidate.tls().requirement() instanceof TlsRequirement.Dane dane
        ? dane.names().getFirst().text()
        : candidate.serverName();
  }

  private OpeningStage proven(Proof stage) {
    Contact contact = stage.contact();
    Candidate candidate = contact.candidate();
    var chain = stage.secured().chain();
    return switch (tls.verifier().verify(candidate.tls().requirement(), chain)) {
      case PeerVerifier.Outcome.Right(String level, boolean name) -> {
        accounts.succeeded(candidate, contact.socket(), chain);
        Protection protection = stage.protection().proven(level, name);
        // RFC 3207, section 4.2: what was announced in the clear does not count.
        yield candidate.implicitTls()
            ? new Greeting(contact, protection)
            : new Hello(contact, protection);
      }
      case PeerVerifier.Outcome.Wrong(ResultType type, String reason) -> {
        accounts.failed(candidate, contact.socket(), type, reason, chain);
        yield refused(stage, Failure.of(4, 7, 5, reason));
      }
    };
  }

  private OpeningStage loggedIn(Login stage) throws IOException {
    Contact contact = stage.contact();
    if (!stage.protection().verified() && !contact.candidate().loginInClear()) {
      return refused(
          stage, Failure.of(4, 7, 8, "no password is sent to a host that did not prove its name"));
    }
    Optional<Failure> failure =
        new ClientAuthentication(contact.wire(), settings.timeouts().hello(), random)
            .authenticate(stage.host(), stage.login());
    return failure.isPresent() ? refused(stage, failure.get()) : ready(stage, stage.host());
  }

  private static Refused refused(Open stage, Reply reply) {
    Candidate candidate = stage.contact().candidate();
    return refused(stage, Failure.of(reply, candidate.remote(stage.tlsText())).ofHost());
  }

  private static Refused refused(Open stage, Failure failure) {
    return new Refused(
        failure.at(stage.contact().candidate().remote(stage.tlsText())), Trouble.OTHER);
  }
}
