package net.facteur.server.smtp;

import net.facteur.auth.syntax.Ascii;
import net.facteur.queue.MessageTraits;
import net.facteur.server.net.ContentReceiver;
import net.facteur.server.net.Step;
import org.jspecify.annotations.Nullable;

/// The commands of a mail transaction: MAIL, RCPT, DATA, BDAT.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-3.3 RFC 5321, section 3.3: Mail
///   Transactions
/// @spec https://www.rfc-editor.org/rfc/rfc3030 RFC 3030: Large and Binary MIME Messages
final class TransactionCommands {
  /// The objects of one recipient, without its texts.
  private static final int RECIPIENT = 768;

  private TransactionCommands() {}

  static Answer mail(SmtpSession session, String argument) {
    if (!session.greeted()) {
      return Answer.of(503, 5, 5, 1, "Say EHLO first");
    }
    if (session.opened()) {
      return Answer.of(503, 5, 5, 1, "A transaction is open already");
    }
    if (session.transactions() >= session.settings().maxMessages()) {
      return Answer.of(SmtpReply.of(421, 4, 7, 0, "Too many messages in one session").closing());
    }
    SmtpReply stranger = authenticationMissing(session);
    if (stranger != null) {
      return Answer.of(stranger);
    }
    var announced =
        new MailArguments.Announced(
            session.extended(),
            Extensions.offersRequireTls(session),
            session.authenticator().isPresent(),
            session.manners());
    return switch (MailArguments.parse(argument, announced)) {
      case Checked.Wrong<MailArguments>(SmtpReply reply) -> Answer.of(reply);
      case Checked.Right<MailArguments>(MailArguments mail) -> begin(session, mail);
    };
  }

  /// RFC 6409, 4.3: nobody unknown submits mail.
  private static @Nullable SmtpReply authenticationMissing(SmtpSession session) {
    if (!session.submission()
        || session.user().isPresent()
        || session.settings().submission().trusts(session.getRemoteAddress().getAddress())) {
      return null;
    }
    return session.isTLSStarted()
        ? SmtpReply.of(530, 5, 7, 0, "Authentication required")
        : SmtpReply.of(530, 5, 7, 0, "Must issue a STARTTLS command first");
  }

  private static Answer begin(SmtpSession session, MailArguments mail) {
    // RFC 1870, 6.1: a message declared too big is refused at once.
    if (mail.parameters().declaredSize() > session.settings().maxMessageSize()) {
      return Answer.of(552, 5, 3, 4, "Message too big");
    }
    return new Answer(
        session.ask(
            () ->
                session
                    .spec()
                    .service()
                    .mail(session.client(), mail.reversePath(), mail.parameters()),
            reply -> {
              if (reply.positive()) {
                session.begin(mail.reversePath(), mail.parameters());
              }
              return ReplyLines.of(reply);
            }));
  }

  static Answer rcpt(SmtpSession session, String argument) {
    SmtpSession.Open open = session.open();
    if (open == null) {
      return Answer.of(503, 5, 5, 1, "MAIL first");
    }
    if (open.message != null) {
      return Answer.of(503, 5, 5, 1, "No recipients once BDAT has begun");
    }
    var checked =
        RcptArguments.parse(
            argument, session.extended(), open.parameters.smtpUtf8(), session.manners());
    return switch (checked) {
      case Checked.Wrong<Transaction.ForwardPath>(SmtpReply reply) -> Answer.of(reply);
      case Checked.Right<Transaction.ForwardPath>(Transaction.ForwardPath path) ->
          add(session, open, path);
    };
  }

  private static Answer add(
      SmtpSession session, SmtpSession.Open open, Transaction.ForwardPath path) {
    if (open.forwardPaths.size() >= session.settings().maxRecipients()) {
      // RFC 5321, 4.5.3.1.10: the client sends the rest in another transaction.
      return Answer.of(452, 4, 5, 3, "Too many recipients");
    }
    if (!open.memory.take(octets(path))) {
      return Answer.of(SmtpReply.NO_MEMORY);
    }
    return new Answer(
        session.ask(
            () -> session.spec().service().recipient(session.transaction(open), path),
            reply -> {
              if (reply.positive()) {
                session.accepted(path);
              }
              return ReplyLines.of(reply);
            }));
  }

  /// What a recipient takes up from here to the queue, at two octets for a character: the path, the
  /// addresses that it leads to, and their objects.
  private static long octets(Transaction.ForwardPath path) {
    int text = path.address().text().length();
    int original = path.originalRecipient().map(String::length).orElse(0);
    return RECIPIENT + 4L * (text + original);
  }

  static Answer data(SmtpSession session, String argument) {
    SmtpSession.Open open = session.open();
    if (!argument.isEmpty()) {
      return Answer.of(501, 5, 5, 4, "DATA takes no argument");
    }
    if (open == null || open.message != null) {
      return Answer.of(503, 5, 5, 1, open == null ? "MAIL first" : "Go on with BDAT");
    }
    if (open.forwardPaths.size() == 0) {
      return Answer.of(554, 5, 5, 1, "No valid recipients");
    }
    // RFC 3030, 3: BINARYMIME goes with BDAT only.
    if (open.parameters.body() == MessageTraits.Body.BINARY_MIME) {
      return Answer.of(503, 5, 5, 1, "BINARYMIME needs BDAT");
    }
    IncomingMessage message = incoming(session, open);
    open.message = message;
    return new Answer(
        new Step.Data(
            ReplyLines.of(354, java.util.Optional.empty(), java.util.List.of("Go ahead"), false),
            new Arrival(session, open, message, true)));
  }

  private static IncomingMessage incoming(SmtpSession session, SmtpSession.Open open) {
    return new IncomingMessage(
        session.spec().service().stage(),
        session.settings(),
        open.memory,
        session.link().id(),
        manner(session));
  }

  private static IncomingMessage.Manner manner(SmtpSession session) {
    SmtpSession.Open open = session.open();
    if (!session.submission()) {
      return IncomingMessage.Manner.STRICT;
    }
    return open != null && open.parameters.body() == MessageTraits.Body.BINARY_MIME
        ? IncomingMessage.Manner.BINARY
        : IncomingMessage.Manner.MENDED;
  }

  static Answer bdat(SmtpSession session, String argument) {
    int space = argument.indexOf(' ');
    String size = space < 0 ? argument : argument.substring(0, space);
    boolean last = space >= 0 && Ascii.upper(argument.substring(space + 1)).equals("LAST");
    long octets = Parameter.number(size);
    if (octets < 0 || (space >= 0 && !last)) {
      // What follows may be a chunk or a command; nobody can know.
      return Answer.of(SmtpReply.of(501, 5, 5, 4, "Syntax: BDAT size [LAST]").closing());
    }
    if (octets > 2 * session.settings().maxMessageSize()) {
      return Answer.of(SmtpReply.of(552, 5, 3, 4, "Message too big").closing());
    }
    SmtpSession.Open open = session.open();
    if (open == null || open.forwardPaths.size() == 0) {
      SmtpReply reply =
          open == null
              ? SmtpReply.of(503, 5, 5, 1, "MAIL first")
              : SmtpReply.of(503, 5, 5, 1, "No valid recipients");
      return new Answer(new Step.Chunk(octets, new Swallow(reply)));
    }
    IncomingMessage message = open.message;
    if (message == null) {
      message = incoming(session, open);
      open.message = message;
    }
    return new Answer(new Step.Chunk(octets, new Arrival(session, open, message, last)));
  }

  /// RFC 3030, 2: the octets of a chunk must be taken in, even where it is refused.
  private record Swallow(SmtpReply reply) implements ContentReceiver {
    @Override
    public boolean mayBlock() {
      return false;
    }

    @Override
    public boolean wanted() {
      return false;
    }

    @Override
    public void take(java.nio.ByteBuffer octets) {}

    @Override
    public void spoiled() {}

    @Override
    public void seal() {}

    @Override
    public Step end() {
      return ReplyLines.of(reply);
    }
  }
}
