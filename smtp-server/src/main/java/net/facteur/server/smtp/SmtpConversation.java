package net.facteur.server.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.facteur.auth.syntax.Ascii;
import net.facteur.auth.syntax.Utf8;
import net.facteur.server.net.Conversation;
import net.facteur.server.net.Step;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// SMTP on one connection: hands lines to James' command table or to the handler that waits for
/// them, and counts errors.
final class SmtpConversation implements Conversation {
  private static final Logger LOG = LogManager.getLogger(SmtpConversation.class);

  /// RFC 4954, 4: octets of an AUTH command, or of a response to a challenge.
  private static final int AUTH_LINE = 12_288;

  /// Octets of a command line with its CRLF; RFC 5321, 4.5.3.1.4, wants at least 512.
  private static final int COMMAND_LINE = 2_048;

  /// Refusals (5xx) since the last accepted message, after which the connection ends with 421.
  private static final int MAX_ERRORS = 20;

  private final SmtpSession session;
  private final Verbs verbs;

  SmtpConversation(SmtpSession session, Verbs verbs) {
    this.session = session;
    this.verbs = verbs;
  }

  @Override
  public Step begin() {
    return session.ask(
        () -> session.spec().service().connect(session.client()),
        reply -> reply.positive() ? PlainVerbs.greeting(session) : ReplyLines.of(reply.closing()));
  }

  @Override
  public Step command(byte[] line) {
    LineHandler<SmtpSession> waiting = session.transport().lineHandler();
    if (waiting != null) {
      return counted(Answer.stepOf(waiting.onLine(session, line)));
    }
    Optional<String> text = Utf8.decode(line).or(() -> greeting(line));
    if (text.isEmpty()) {
      return counted(syntaxError(501, "Commands are UTF-8"));
    }
    if (Ascii.hasControl(text.get().replace('\t', ' '))) {
      return counted(syntaxError(500, "Control character in a command"));
    }
    boolean auth = text.get().regionMatches(true, 0, "AUTH ", 0, 5);
    if (!auth && line.length + 2 > COMMAND_LINE) {
      return counted(syntaxError(500, "Line too long"));
    }
    Response response = verbs.dispatch(session, text.get());
    return counted(Answer.stepOf(response));
  }

  /// The greeting of a known client may hold the name of its machine in any character set.
  private Optional<String> greeting(byte[] line) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    boolean greets =
        text.regionMatches(true, 0, "EHLO ", 0, 5) || text.regionMatches(true, 0, "HELO ", 0, 5);
    return session.submission() && greets ? Optional.of(text) : Optional.empty();
  }

  private static Step syntaxError(int code, String text) {
    return ReplyLines.of(SmtpReply.of(code, 5, 5, 2, text));
  }

  @Override
  public Step breach(Breach breach) {
    return switch (breach) {
      case LINE_TOO_LONG -> {
        if (session.transport().lineHandler() != null) {
          session.popLineHandler();
        }
        yield counted(syntaxError(500, "Line too long"));
      }
      case ENDLESS_LINE -> close(SmtpReply.of(500, 5, 5, 2, "Line too long"));
      case BARE_LINE_END -> close(SmtpReply.of(500, 5, 5, 2, "Lines must end with CRLF"));
      case TALKED_TOO_EARLY -> close(SmtpReply.of(554, 5, 5, 1, "You spoke before your turn"));
      case INJECTED_BEFORE_TLS ->
          close(SmtpReply.of(554, 5, 5, 1, "Nothing may follow STARTTLS in the clear"));
      case TIMEOUT -> close(SmtpReply.of(421, 4, 4, 2, timeoutText()));
      case TOO_SLOW -> close(SmtpReply.of(421, 4, 4, 2, "Content comes too slowly"));
      case SERVICE_TIMEOUT -> close(SmtpReply.of(421, 4, 3, 0, "Local problem, try again later"));
      case DISMISSED ->
          close(SmtpReply.of(421, 4, 7, 0, "The session was ended, please log in again"));
      case NO_MEMORY -> counted(ReplyLines.of(SmtpReply.NO_MEMORY));
      case CROWDED ->
          close(
              SmtpReply.of(
                  421, 4, 3, 2, session.settings().hostname() + " is busy, come back later"));
      case SHUTDOWN ->
          close(SmtpReply.of(421, 4, 3, 2, session.settings().hostname() + " shutting down"));
    };
  }

  private String timeoutText() {
    return session.settings().hostname() + " timed out waiting for you";
  }

  private static Step close(SmtpReply reply) {
    return ReplyLines.of(reply.closing());
  }

  /// Sends the peer away once it has made too many errors.
  private Step counted(Step step) {
    return switch (step) {
      case Step.Reply reply -> tooMany(reply) ? farewell() : reply;
      case Step.Later<?> later -> later.map(this::counted);
      case Step.Chunk chunk -> new Step.Chunk(chunk.octets(), new Counting(chunk.receiver()));
      case Step.Data data -> new Step.Data(data.reply(), new Counting(data.receiver()));
      case Step.StartTls start -> start;
      case Step.Hangup hangup -> hangup;
    };
  }

  private boolean tooMany(Step.Reply reply) {
    return reply.lines().getFirst().charAt(0) == '5'
        && !reply.close()
        && !session.spec().transport().isFriend(session.client().remote().getAddress())
        && session.countError() >= MAX_ERRORS;
  }

  private static Step farewell() {
    return close(SmtpReply.of(421, 4, 7, 0, "Too many errors"));
  }

  /// A receiver whose final reply counts like any other.
  private final class Counting extends ForwardingReceiver {
    Counting(net.facteur.server.net.ContentReceiver to) {
      super(to);
    }

    @Override
    public Step end() {
      return counted(super.end());
    }
  }

  @Override
  public void secured() {
    session.secured();
  }

  @Override
  public int lineLimit() {
    int normal = COMMAND_LINE;
    boolean auth = session.transport().lineHandler() != null || AuthCommand.offered(session);
    return auth ? Math.max(normal, AUTH_LINE) : normal;
  }

  /// RFC 6409, 8: what a known client sends may be mended.
  @Override
  public boolean takesBareLineFeeds() {
    return session.submission();
  }

  @Override
  public boolean idle() {
    return !session.opened() && session.transport().lineHandler() == null;
  }

  @Override
  public void ended(String reason) {
    session.resetState();
    session.sessions().closed(session);
    SmtpClient client = session.client();
    LOG.info(
        "{} {} from=[{}]:{} hello={} tls={} user={} messages={} recipients={} transactions={}"
            + " end=\"{}\"",
        client.sessionId(),
        client.listener(),
        client.remote().getAddress().getHostAddress(),
        client.remote().getPort(),
        client.hello().isEmpty() ? "-" : client.hello(),
        client.tls().map(SmtpClient.Tls::protocol).orElse("-"),
        client.user().orElse("-"),
        session.messages(),
        session.recipients(),
        session.transactions(),
        reason);
    session.authenticator().ifPresent(authenticator -> authenticator.ended(client));
    session.spec().service().disconnected(client);
  }
}
