package net.facteur.server.delivery;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.Recipient;

/// One message to some recipients over one open session.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-3.3 RFC 5321, section 3.3: Mail
///   Transactions
/// @spec https://www.rfc-editor.org/rfc/rfc2920 RFC 2920: Command Pipelining
/// @spec https://www.rfc-editor.org/rfc/rfc3030 RFC 3030: CHUNKING and BINARYMIME
final class ClientTransaction {
  /// How it went.
  sealed interface Result {
    /// @param outcomes of the recipients that are dealt with
    /// @param again recipients that the host wants in another transaction
    /// @param elsewhere recipients that it put off before it had the content for them, so that
    ///   another host may be asked
    /// @param usable the session may be used further
    record Done(
        Map<Recipient, DeliveryOutcome> outcomes,
        List<Recipient> again,
        Map<Recipient, DeliveryOutcome.Deferred> elsewhere,
        boolean usable)
        implements Result {}

    /// This host cannot carry the message, or put its sender off; another may be asked.
    record Declined(Failure failure, boolean usable) implements Result {}

    /// The host does not do what it announced, and nothing is decided: the same again, with the
    /// session's new doubts.
    ///
    /// @param usable in this session
    record Again(boolean usable) implements Result {}

    /// The session ended, or cannot be used, before the host could take the message.
    ///
    /// @param untouched the host said nothing at all
    record Lost(Failure failure, boolean untouched) implements Result {}
  }

  private static final String UNCERTAIN = "connection lost after the end of data: ";

  private final Session session;
  private final CommandChannel wire;
  private final DeliverySettings settings;
  private final EnvelopeCommands commands;
  private final List<Recipient> recipients;
  private final EnvelopeReplies replies;
  private final ContentSender content;
  private boolean anyReply;
  private boolean pipelining;
  private boolean envelopeAnswered;

  ClientTransaction(
      Session session,
      DeliveryAttempt attempt,
      List<Recipient> recipients,
      DeliverySettings settings) {
    this.session = session;
    this.wire = session.wire;
    this.settings = settings;
    this.recipients = recipients;
    this.replies = new EnvelopeReplies(session, recipients);
    this.commands = new EnvelopeCommands(attempt, session.capabilities);
    this.content = new ContentSender(session, attempt, settings);
  }

  /// True where the host may have the message although it did not say so.
  static boolean uncertain(DeliveryOutcome outcome) {
    return switch (outcome) {
      case DeliveryOutcome.Deferred deferred -> deferred.reply().startsWith(UNCERTAIN);
      case DeliveryOutcome.Delivered _, DeliveryOutcome.Failed _ -> false;
    };
  }

  Result run() {
    Optional<Failure> refusal = commands.refusal(session.verified, session.candidate.dialect());
    if (refusal.isPresent()) {
      return new Result.Declined(refusal.get().at(session.remote), true);
    }
    try {
      ContentSender.Carriage carriage = content.carriage();
      return session.capabilities.pipelining() ? pipelined(carriage) : stepwise(carriage);
    } catch (ContentWriter.Unsendable _) {
      // Bare CR or LF could end the data for another reader: never by DATA.
      return given(Failure.of(5, 6, 0, "the message has line endings that SMTP cannot carry"));
    } catch (ContentWriter.Unreadable e) {
      return given(
          new Failure(
              Failure.of(4, 3, 0, "").status(), NetworkFault.of(e), Optional.empty(), false));
    } catch (IOException e) {
      return lost(e);
    }
  }

  /// Gives every recipient without an outcome this one; the connection is in the middle of the data
  /// and has to go.
  private Result given(Failure failure) {
    return new Result.Done(replies.ended(failure), List.of(), Map.of(), false);
  }

  private Result lost(IOException e) {
    var failure = Failure.of(4, 4, 2, "connection lost: " + NetworkFault.of(e)).at(session.remote);
    // A reused connection that dies without a word was dead before we wrote to it.
    boolean untouched = !anyReply && !(e instanceof SocketTimeoutException);
    if (anyReply && doubted() && !content.sent() && !(e instanceof SocketTimeoutException)) {
      return new Result.Again(false);
    }
    if (!content.sent() || (session.reused && untouched)) {
      return new Result.Lost(failure, untouched);
    }
    // The host may or may not have taken it. Trying again may make it arrive twice; not trying
    // again could lose it.
    return given(Failure.of(4, 4, 2, UNCERTAIN + NetworkFault.of(e)).at(session.remote));
  }

  /// Whether an extension may be why the conversation broke; then the next one does without it.
  private boolean doubted() {
    if (!envelopeAnswered && pipelining) {
      return doubt(UntrueExtension.PIPELINING);
    }
    return envelopeAnswered && content.chunkSent() && doubt(UntrueExtension.CHUNKING);
  }

  private boolean doubt(UntrueExtension doubt) {
    session.doubt(Set.of(doubt));
    return true;
  }

  /// There are more replies than commands, or replies that do not fit them. The next could be taken
  /// for an answer that it is not, such as a 250 to DATA for the message having been taken.
  private Result outOfStep() {
    if (pipelining) {
      doubt(UntrueExtension.PIPELINING);
      return new Result.Again(false);
    }
    return new Result.Lost(
        Failure.of(4, 5, 0, "the replies of the host do not fit the commands").at(session.remote),
        false);
  }

  private Result pipelined(ContentSender.Carriage carriage) throws IOException {
    pipelining = true;
    if (session.needsReset) {
      wire.line("RSET");
    }
    wire.within(settings.timeouts().mail());
    wire.line(commands.mail());
    for (Recipient r : recipients) {
      wire.line(commands.recipient(r));
    }
    session.begins();
    content.begin(carriage);
    if (session.needsReset && !wasReset(read(settings.timeouts().mail()))) {
      return new Result.Again(false);
    }
    Reply mail = read(settings.timeouts().mail());
    boolean fits = mail.fitsEnvelope();
    boolean closing = mail.closing();
    for (int i = 0; i < replies.count() && !closing && fits; i++) {
      Reply reply = read(settings.timeouts().recipient());
      replies.add(reply);
      closing = reply.closing();
      fits = reply.fitsEnvelope();
    }
    if (!fits) {
      return outOfStep();
    }
    if (closing) {
      return closed(mail);
    }
    envelopeAnswered = true;
    return finish(carriage, mail);
  }

  private Result finish(ContentSender.Carriage carriage, Reply mail) throws IOException {
    int accepted = mail.positive() ? replies.accepted() : 0;
    return switch (carriage) {
      case DATA -> data(mail, accepted);
      case TRIED_CHUNKS -> chunks(mail, accepted);
      case CHUNK -> chunk(mail, accepted);
      case ONE_FLIGHT -> end(mail, accepted);
    };
  }

  private boolean wasReset(Reply reply) {
    // Where the old transaction stays, its recipients would get the next message, too.
    session.needsReset = !reply.positive();
    return reply.positive();
  }

  private Result stepwise(ContentSender.Carriage carriage) throws IOException {
    if (session.needsReset && !wasReset(command("RSET", settings.timeouts().mail()))) {
      return new Result.Again(false);
    }
    session.begins();
    Reply mail = command(commands.mail(), settings.timeouts().mail());
    if (mail.closing()) {
      return closed(mail);
    }
    if (!mail.fitsEnvelope()) {
      return outOfStep();
    }
    for (int i = 0; i < replies.count() && mail.positive(); i++) {
      Reply reply = command(commands.recipient(recipients.get(i)), settings.timeouts().recipient());
      replies.add(reply);
      if (reply.closing()) {
        return closed(mail);
      }
      if (!reply.fitsEnvelope()) {
        return outOfStep();
      }
    }
    envelopeAnswered = true;
    if (!mail.positive() || replies.accepted() == 0) {
      session.needsReset = mail.positive();
      return settled(mail, true);
    }
    if (wire.hasInput()) {
      return outOfStep();
    }
    content.begin(carriage);
    return finish(carriage, mail);
  }

  /// Waits for 354, then sends the content by DATA.
  private Result data(Reply mail, int accepted) throws IOException {
    Reply go = read(settings.timeouts().dataInitiation());
    if (go.closing()) {
      return closed(go);
    }
    if (go.code() != 354) {
      session.needsReset = mail.positive();
      if (go.code() < 400) {
        return outOfStep();
      }
      if (accepted > 0 && pipelining && EnvelopeCommands.lostItsWay(go)) {
        doubt(UntrueExtension.PIPELINING);
        return new Result.Again(true);
      }
      return accepted == 0 ? settled(mail, true) : refused(go);
    }
    if (accepted == 0) {
      // RFC 2920, section 3.1: 354 although no recipient is left; nothing may be sent.
      wire.line(".");
      read(settings.timeouts().dataTermination());
      session.needsReset = true;
      return settled(mail, true);
    }
    if (wire.hasInput()) {
      return outOfStep();
    }
    content.dotted();
    return end(mail, accepted);
  }

  /// Sends the content by one chunk, once it is known that somebody gets it.
  private Result chunk(Reply mail, int accepted) throws IOException {
    if (accepted == 0) {
      session.needsReset = mail.positive();
      return settled(mail, true);
    }
    content.chunk();
    return end(mail, accepted);
  }

  /// Reads what the host said to the first chunk, and sends the rest only where it took it as one.
  private Result chunks(Reply mail, int accepted) throws IOException {
    Reply first = read(settings.timeouts().dataInitiation());
    if (first.closing()) {
      return closed(first);
    }
    session.needsReset = mail.positive();
    if (accepted == 0) {
      // A host that does not know BDAT has the chunk for the beginning of its next command.
      return settled(mail, !notUnderstood(first));
    }
    if (notUnderstood(first)) {
      doubt(UntrueExtension.CHUNKING);
      return new Result.Again(false);
    }
    if (first.code() >= 400) {
      return refused(first);
    }
    if (!first.positive() || wire.hasInput()) {
      return outOfStep();
    }
    session.chunks = true;
    content.rest();
    return end(mail, accepted);
  }

  /// Reads what became of the content.
  private Result end(Reply mail, int accepted) throws IOException {
    if (accepted == 0) {
      Reply none = read(settings.timeouts().dataTermination());
      session.needsReset = true;
      // A host that does not know BDAT has taken the content for commands: replies to them follow.
      return settled(mail, !none.closing() && !(content.chunkSent() && notUnderstood(none)));
    }
    boolean lmtp = session.candidate.dialect() == Candidate.Dialect.LMTP;
    Reply reply = read(settings.timeouts().dataTermination());
    if (content.chunkSent() && notUnderstood(reply)) {
      // Not in this session: the host now reads the content as commands.
      doubt(UntrueExtension.CHUNKING);
      return new Result.Again(false);
    }
    boolean open = !reply.closing();
    boolean first = true;
    for (int i = 0; i < replies.count(); i++) {
      if (!replies.accepted(i)) {
        continue;
      }
      if (lmtp && !first && open) {
        // RFC 2033, section 4.2: one reply for each recipient that was accepted.
        reply = read(settings.timeouts().dataTermination());
        open = !reply.closing();
      }
      first = false;
      replies.judged(i, reply);
    }
    session.needsReset = !reply.positive();
    return settled(mail, open && reply.fitsEnvelope());
  }

  /// The replies of RFC 5321, section 4.2.2, of which none is about the content.
  private static boolean notUnderstood(Reply reply) {
    return reply.code() >= 500 && reply.code() <= 504;
  }

  /// The host wants no content, although it took recipients.
  private Result refused(Reply reply) {
    if (reply.code() >= 500) {
      replies.judged(reply);
      return replies.sorted(true, Optional.empty(), this::doubtful);
    }
    return replies.sorted(true, Optional.of(reply), this::doubtful);
  }

  /// Adds the outcomes of recipients that were refused at MAIL or RCPT.
  private Result settled(Reply mail, boolean open) {
    if (mail.positive()) {
      return replies.sorted(open, Optional.empty(), this::doubtful);
    }
    if (doubtful(mail, commands.refusesOptions(mail))) {
      return new Result.Again(open);
    }
    if (mail.code() < 500) {
      return new Result.Declined(
          new Failure(mail.status(), mail.text(), Optional.of(session.remote), false), open);
    }
    var outcome = replies.outcome(mail, commands.status(mail));
    var all = new HashMap<Recipient, DeliveryOutcome>();
    recipients.forEach(r -> all.put(r, outcome));
    return new Result.Done(all, List.of(), Map.of(), open);
  }

  private boolean doubtful(Reply reply, Recipient recipient) {
    return doubtful(reply, commands.refusesOptions(reply, recipient));
  }

  /// Whether a refusal of MAIL or RCPT says less about the envelope than about how it was put.
  ///
  /// @param options it is one of parameters that could be left out
  private boolean doubtful(Reply reply, boolean options) {
    if (options) {
      return doubt(UntrueExtension.PARAMETERS);
    }
    return pipelining && EnvelopeCommands.lostItsWay(reply) && doubt(UntrueExtension.PIPELINING);
  }

  /// 421 before the content was judged: the host is leaving, another may do.
  private Result closed(Reply latest) {
    Optional<Reply> closing = replies.closing();
    return new Result.Lost(Failure.of(closing.orElse(latest), session.remote), closing.isEmpty());
  }

  private Reply command(String line, Duration limit) throws IOException {
    wire.line(line);
    return read(limit);
  }

  private Reply read(Duration limit) throws IOException {
    Reply reply = wire.reply(limit);
    anyReply = true;
    return reply;
  }
}
