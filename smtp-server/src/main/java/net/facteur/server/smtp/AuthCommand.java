package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import net.facteur.auth.syntax.Ascii;
import net.facteur.server.net.Step;
import net.facteur.server.net.TlsSession;
import net.facteur.server.smtp.SaslExchange.Turn;
import net.facteur.server.text.StrangerText;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// AUTH, on submission listeners and within TLS only.
///
/// @spec https://www.rfc-editor.org/rfc/rfc4954#section-4 RFC 4954, section 4: The AUTH Command
final class AuthCommand implements CommandHandler<SmtpSession> {
  private static final Logger LOG = LogManager.getLogger(AuthCommand.class);
  private static final byte[] NOTHING = {};

  /// Failed commands on one connection, after which it ends with 421.
  private static final int MAX_FAILURES = 3;

  private static final byte[] ASK_USER = "Username:".getBytes(StandardCharsets.ISO_8859_1);

  private final SecureRandom random;

  /// One AUTH command.
  ///
  /// @param mark of [Sessions], from before the password is looked at
  private record Attempt(String mechanism, SaslExchange exchange, long mark) {}

  AuthCommand(SecureRandom random) {
    this.random = random;
  }

  /// True where EHLO announces AUTH now.
  static boolean offered(SmtpSession session) {
    return session.authenticator().isPresent()
        && session.isTLSStarted()
        && session.user().isEmpty();
  }

  /// The mechanisms for this session, best first.
  static List<String> mechanisms(SmtpSession session) {
    List<String> names = new ArrayList<>(4);
    if (session.authenticator().filter(Authenticator::scramOffered).isPresent()) {
      if (bindsChannel(session)) {
        names.add("SCRAM-SHA-256-PLUS");
      }
      names.add("SCRAM-SHA-256");
    }
    names.add("PLAIN");
    names.add("LOGIN");
    return names;
  }

  /// RFC 5929 and RFC 9266: any of the two that we know.
  private static boolean bindsChannel(SmtpSession session) {
    Optional<TlsSession> tls = session.link().tls();
    return tls.flatMap(t -> t.channelBinding("tls-server-end-point")).isPresent()
        || tls.flatMap(t -> t.channelBinding("tls-exporter")).isPresent();
  }

  @Override
  public Collection<String> getImplCommands() {
    return List.of("AUTH");
  }

  @Override
  public Response onCommand(SmtpSession session, Request request) {
    Optional<Authenticator> authenticator = session.authenticator();
    if (authenticator.isEmpty()) {
      return Answer.of(502, 5, 5, 1, "AUTH is not offered");
    }
    if (!session.isTLSStarted()) {
      return Answer.of(538, 5, 7, 11, "Encryption required for authentication");
    }
    if (!session.extended() || session.opened() || session.user().isPresent()) {
      return Answer.of(503, 5, 5, 1, "AUTH is not possible now");
    }
    String argument = request.getArgument();
    int space = argument.indexOf(' ');
    String mechanism = Ascii.upper(space < 0 ? argument : argument.substring(0, space));
    SaslExchange exchange = exchange(session, authenticator.get(), mechanism);
    if (exchange == null) {
      return Answer.of(504, 5, 5, 4, "Mechanism not offered");
    }
    var attempt = new Attempt(mechanism, exchange, session.sessions().mark());
    if (space < 0) {
      byte[] first = mechanism.equals("LOGIN") ? ASK_USER : NOTHING;
      return challenge(session, attempt, first);
    }
    String initial = argument.substring(space + 1);
    // RFC 4954, 4: "=" is an empty initial response.
    return respond(session, attempt, initial.equals("=") ? "" : initial);
  }

  private @Nullable SaslExchange exchange(
      SmtpSession session, Authenticator authenticator, String mechanism) {
    List<String> offered = mechanisms(session);
    if (!offered.contains(mechanism)) {
      return null;
    }
    SmtpClient client = session.client();
    return switch (mechanism) {
      case "PLAIN" -> new PasswordExchange.Plain(client, authenticator);
      case "LOGIN" -> new PasswordExchange.Login(client, authenticator);
      default ->
          new ScramExchange(
              client,
              authenticator,
              session.link().tls(),
              mechanism.endsWith("-PLUS"),
              offered.contains("SCRAM-SHA-256-PLUS"),
              random);
    };
  }

  private Answer challenge(SmtpSession session, Attempt attempt, byte[] octets) {
    LineHandler<SmtpSession> handler = (s, line) -> response(s, attempt, line);
    session.pushLineHandler(handler);
    String text = Base64.getEncoder().encodeToString(octets);
    return new Answer(new Step.Reply(List.of("334 " + text), false));
  }

  private Answer response(SmtpSession session, Attempt attempt, byte[] line) {
    session.popLineHandler();
    String text = new String(line, StandardCharsets.ISO_8859_1);
    if (text.equals("*")) {
      return Answer.of(501, 5, 7, 0, "Authentication cancelled");
    }
    return respond(session, attempt, text);
  }

  private Answer respond(SmtpSession session, Attempt attempt, String base64) {
    Optional<byte[]> octets = Base64Text.decode(base64);
    if (octets.isEmpty()) {
      return Answer.of(501, 5, 5, 2, "Bad base64");
    }
    return switch (attempt.exchange().respond(octets.get())) {
      case Turn.Challenge(byte[] next) -> challenge(session, attempt, next);
      case Turn.Malformed() -> Answer.of(501, 5, 5, 2, "Malformed response");
      case Turn.Outcome(CompletionStage<AuthOutcome> stage) ->
          new Answer(
              new Step.Later<>(stage, (o, failure) -> decided(session, attempt, o, failure)));
    };
  }

  private static Step decided(
      SmtpSession session,
      Attempt attempt,
      @Nullable AuthOutcome outcome,
      @Nullable Throwable failure) {
    if (outcome == null) {
      LOG.error("{} authentication failed", session.link().id(), failure);
      return unavailable();
    }
    return switch (outcome) {
      case AuthOutcome.Accepted accepted -> {
        boolean valid = session.authenticated(accepted, attempt.mark());
        yield ReplyLines.of(
            valid
                ? SmtpReply.of(235, 2, 7, 0, "Authentication successful")
                : SmtpReply.of(421, 4, 7, 0, "Please log in again").closing());
      }
      case AuthOutcome.Refused refused -> {
        log(session, attempt, refused);
        yield refused(session);
      }
      case AuthOutcome.Disabled() -> {
        LOG.info(
            "auth session={} result=disabled user=\"{}\"",
            session.link().id(),
            StrangerText.of(attempt.exchange().user()).inLog());
        // RFC 5248: said after a right password, so that no program asks for it anew.
        yield ReplyLines.of(SmtpReply.of(525, 5, 7, 13, "This account may not send mail"));
      }
      case AuthOutcome.Unavailable() -> unavailable();
    };
  }

  private static Step unavailable() {
    return ReplyLines.of(SmtpReply.of(454, 4, 7, 0, "Temporary authentication failure"));
  }

  private static void log(SmtpSession session, Attempt attempt, AuthOutcome.Refused refused) {
    new RefusedLogin(
            "submission",
            session.link().id(),
            session.link().remote(),
            attempt.mechanism(),
            refused.name(),
            attempt.exchange().user())
        .log();
  }

  /// Guessing is made slow, and ends after a few attempts.
  private static Step refused(SmtpSession session) {
    boolean tooMany = session.countAuthFailure() >= MAX_FAILURES;
    SmtpReply reply =
        tooMany
            ? SmtpReply.of(421, 4, 7, 0, "Too many failed authentications").closing()
            : SmtpReply.of(535, 5, 7, 8, "Authentication credentials invalid");
    return new Step.Later<>(
        session.link().after(session.settings().authFailureDelay()),
        (_, _) -> ReplyLines.of(reply));
  }
}
