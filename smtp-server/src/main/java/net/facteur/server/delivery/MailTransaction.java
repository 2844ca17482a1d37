package net.facteur.server.delivery;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.NetworkFault;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Recipient;

/// One message to some recipients over one open session.
///
/// @spec https://www.rfc-editor.org/rfc/rfc5321#section-3.3 RFC 5321, section 3.3: Mail
///   Transactions
/// @spec https://www.rfc-editor.org/rfc/rfc2920 RFC 2920: Command Pipelining
/// @spec https://www.rfc-editor.org/rfc/rfc3030 RFC 3030: CHUNKING and BINARYMIME
final class MailTransaction {
  /// Content up to this size leaves in the same flight as the envelope.
  private static final int ONE_FLIGHT_MAX = 64 * 1024;

  /// How it went.
  sealed interface Result {
    /// @param outcomes of the recipients that are dealt with
    /// @param again recipients that the host wants in another transaction
    /// @param usable the session may be used further
    record Done(Map<Recipient, DeliveryOutcome> outcomes, List<Recipient> again, boolean usable)
        implements Result {}

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

  private final Session session;
  private final Wire wire;
  private final DeliveryAttempt attempt;
  private final DeliverySettings settings;
  private final EnvelopeCommands commands;
  private final List<Recipient> recipients;
  private final Reply[] recipientReplies;
  private final Map<Recipient, DeliveryOutcome> outcomes = new HashMap<>();
  private boolean anyReply;
  private boolean contentSent;
  private boolean chunkSent;
  private boolean pipelining;
  private boolean envelopeAnswered;

  MailTransaction(
      Session session,
      DeliveryAttempt attempt,
      List<Recipient> recipients,
      DeliverySettings settings) {
    this.session = session;
    this.wire = session.wire;
    this.attempt = attempt;
    this.settings = settings;
    this.recipients = recipients;
    this.recipientReplies = new Reply[recipients.size()];
    this.commands = new EnvelopeCommands(attempt, session.capabilities);
  }

  Result run() {
    Optional<Failure> refusal = commands.refusal(session.verified, session.candidate.dialect());
    if (refusal.isPresent()) {
      return new Result.Done(
          all(recipients, refusal.get().at(session.remote).outcome()), List.of(), true);
    }
    try {
      return session.capabilities.pipelining() ? pipelined() : stepwise();
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
    settleRefused();
    recipients.forEach(r -> outcomes.putIfAbsent(r, failure.outcome()));
    return new Result.Done(outcomes, List.of(), false);
  }

  private Result lost(IOException e) {
    var failure = Failure.of(4, 4, 2, "connection lost: " + NetworkFault.of(e)).at(session.remote);
    // A reused connection that dies without a word was dead before we wrote to it.
    boolean untouched = !anyReply && !(e instanceof SocketTimeoutException);
    if (anyReply && doubted() && !contentSent && !(e instanceof SocketTimeoutException)) {
      return new Result.Again(false);
    }
    if (!contentSent || (session.reused && untouched)) {
      return new Result.Lost(failure, untouched);
    }
    // The host may or may not have taken it. Trying again may make it arrive twice; not trying
    // again could lose it.
    return given(
        Failure.of(4, 4, 2, "connection lost after the end of data: " + NetworkFault.of(e))
            .at(session.remote));
  }

  /// Whether an extension may be why the conversation broke; then the next one does without it.
  private boolean doubted() {
    if (!envelopeAnswered && pipelining) {
      return doubt(Doubt.PIPELINING);
    }
    return envelopeAnswered && chunkSent && doubt(Doubt.CHUNKING);
  }

  private boolean doubt(Doubt doubt) {
    session.doubt(Set.of(doubt));
    return true;
  }

  private Result pipelined() throws IOException {
    pipelining = true;
    boolean bdat = useBdat();
    boolean oneFlight = bdat && attempt.content().size() <= ONE_FLIGHT_MAX;
    if (session.needsReset) {
      wire.line("RSET");
    }
    wire.within(settings.timeouts().mail());
    wire.line(commands.mail());
    for (Recipient r : recipients) {
      wire.line(commands.recipient(r));
    }
    if (oneFlight) {
      sendChunk();
    } else if (!bdat) {
      wire.line("DATA");
    }
    if (session.needsReset) {
      read(settings.timeouts().mail());
      session.needsReset = false;
    }
    Reply mail = read(settings.timeouts().mail());
    boolean closing = mail.closing();
    for (int i = 0; i < recipientReplies.length && !closing; i++) {
      recipientReplies[i] = read(settings.timeouts().recipient());
      closing = recipientReplies[i].closing();
    }
    if (closing) {
      return closed(mail);
    }
    envelopeAnswered = true;
    int accepted = accepted(mail);
    if (oneFlight) {
      return end(mail, accepted);
    }
    return bdat ? chunk(mail, accepted) : data(mail, accepted);
  }

  private Result stepwise() throws IOException {
    if (session.needsReset) {
      command("RSET", settings.timeouts().mail());
      session.needsReset = false;
    }
    Reply mail = command(commands.mail(), settings.timeouts().mail());
    if (mail.closing()) {
      return closed(mail);
    }
    for (int i = 0; i < recipientReplies.length && mail.positive(); i++) {
      recipientReplies[i] =
          command(commands.recipient(recipients.get(i)), settings.timeouts().recipient());
      if (recipientReplies[i].closing()) {
        return closed(mail);
      }
    }
    envelopeAnswered = true;
    int accepted = accepted(mail);
    if (accepted == 0) {
      session.needsReset = mail.positive();
      return settled(mail);
    }
    if (useBdat()) {
      return chunk(mail, accepted);
    }
    wire.line("DATA");
    return data(mail, accepted);
  }

  /// Waits for 354, then sends the content by DATA.
  private Result data(Reply mail, int accepted) throws IOException {
    Reply go = read(settings.timeouts().dataInitiation());
    if (go.closing()) {
      return closed(go);
    }
    if (go.code() != 354) {
      session.needsReset = mail.positive();
      if (accepted > 0 && pipelining && EnvelopeCommands.lostItsWay(go)) {
        doubt(Doubt.PIPELINING);
        return new Result.Again(true);
      }
      return accepted == 0 ? settled(mail) : refused(go);
    }
    if (accepted == 0) {
      // RFC 2920, section 3.1: 354 although no recipient is left; nothing may be sent.
      wire.line(".");
      read(settings.timeouts().dataTermination());
      session.needsReset = true;
      return settled(mail);
    }
    new ContentWriter(wire, settings.timeouts().dataBlock()).dotted(attempt.content());
    contentSent = true;
    return end(mail, accepted);
  }

  /// Sends the content by BDAT, once it is known that somebody gets it.
  private Result chunk(Reply mail, int accepted) throws IOException {
    if (accepted == 0) {
      session.needsReset = mail.positive();
      return settled(mail);
    }
    sendChunk();
    return end(mail, accepted);
  }

  private void sendChunk() throws IOException {
    wire.line("BDAT " + attempt.content().size() + " LAST");
    new ContentWriter(wire, settings.timeouts().dataBlock()).plain(attempt.content());
    contentSent = true;
    chunkSent = true;
  }

  /// Reads what became of the content.
  private Result end(Reply mail, int accepted) throws IOException {
    if (accepted == 0) {
      Reply none = read(settings.timeouts().dataTermination());
      session.needsReset = true;
      // A host that does not know BDAT has taken the content for commands: replies to them follow.
      return settled(mail, !none.closing() && !(chunkSent && notUnderstood(none)));
    }
    session.sent();
    boolean lmtp = session.candidate.dialect() == Candidate.Dialect.LMTP;
    Reply reply = read(settings.timeouts().dataTermination());
    if (chunkSent && notUnderstood(reply)) {
      // Not in this session: the host now reads the content as commands.
      doubt(Doubt.CHUNKING);
      return new Result.Again(false);
    }
    boolean open = !reply.closing();
    boolean first = true;
    for (int i = 0; i < recipientReplies.length; i++) {
      if (!recipientReplies[i].positive()) {
        continue;
      }
      if (lmtp && !first && open) {
        // RFC 2033, section 4.2: one reply for each recipient that was accepted.
        reply = read(settings.timeouts().dataTermination());
        open = !reply.closing();
      }
      first = false;
      outcomes.put(recipients.get(i), outcome(reply));
    }
    session.needsReset = !reply.positive();
    return settled(mail, open);
  }

  /// The replies of RFC 5321, section 4.2.2, of which none is about the content.
  private static boolean notUnderstood(Reply reply) {
    return reply.code() >= 500 && reply.code() <= 504;
  }

  private Result refused(Reply reply) {
    for (int i = 0; i < recipientReplies.length; i++) {
      if (recipientReplies[i].positive()) {
        outcomes.put(recipients.get(i), outcome(reply));
      }
    }
    settleRefused();
    return new Result.Done(outcomes, List.of(), true);
  }

  private Result settled(Reply mail) {
    return settled(mail, true);
  }

  /// Adds the outcomes of recipients that were refused at MAIL or RCPT.
  private Result settled(Reply mail, boolean open) {
    if (!mail.positive()) {
      if (doubtful(mail, commands.refusesOptions(mail))) {
        return new Result.Again(open);
      }
      return new Result.Done(
          all(recipients, outcome(mail, commands.status(mail))), List.of(), open);
    }
    var again = new ArrayList<Recipient>();
    boolean some = !outcomes.isEmpty();
    for (int i = 0; i < recipientReplies.length; i++) {
      // RFC 5321, section 4.5.3.1.10: 452 for too many recipients; the rest goes next.
      Reply reply = recipientReplies[i];
      Recipient recipient = recipients.get(i);
      if ((some && reply.code() == 452)
          || doubtful(reply, !reply.positive() && commands.refusesOptions(reply, recipient))) {
        again.add(recipient);
      } else if (!reply.positive()) {
        outcomes.put(recipient, outcome(reply));
      }
    }
    return new Result.Done(outcomes, again, open);
  }

  /// Whether a refusal of MAIL or RCPT says less about the envelope than about how it was put.
  ///
  /// @param options it is one of parameters that could be left out
  private boolean doubtful(Reply reply, boolean options) {
    if (options) {
      return doubt(Doubt.PARAMETERS);
    }
    return pipelining && EnvelopeCommands.lostItsWay(reply) && doubt(Doubt.PIPELINING);
  }

  private void settleRefused() {
    for (int i = 0; i < recipientReplies.length; i++) {
      Reply reply = recipientReplies[i];
      if (reply != null && !reply.positive()) {
        outcomes.put(recipients.get(i), outcome(reply));
      }
    }
  }

  /// 421 before the content was judged: the host is leaving, another may do.
  private Result closed(Reply latest) {
    Reply closing = latest;
    boolean first = true;
    for (Reply r : recipientReplies) {
      if (r != null && r.closing()) {
        closing = r;
        first = false;
      }
    }
    return new Result.Lost(Failure.of(closing, session.remote), first);
  }

  private int accepted(Reply mail) {
    int n = 0;
    for (Reply r : recipientReplies) {
      if (mail.positive() && r != null && r.positive()) {
        n++;
      }
    }
    return n;
  }

  private DeliveryOutcome outcome(Reply reply) {
    return outcome(reply, reply.status());
  }

  private DeliveryOutcome outcome(Reply reply, EnhancedStatusCode status) {
    var remote = Optional.of(session.remote);
    if (reply.positive()) {
      boolean lmtp = session.candidate.dialect() == Candidate.Dialect.LMTP;
      return new DeliveryOutcome.Delivered(
          status, reply.text(), remote, !lmtp, session.capabilities.dsn());
    }
    return reply.code() >= 500
        ? new DeliveryOutcome.Failed(status, reply.text(), remote)
        : new DeliveryOutcome.Deferred(status, reply.text(), remote, false, Optional.empty());
  }

  private static Map<Recipient, DeliveryOutcome> all(
      List<Recipient> recipients, DeliveryOutcome outcome) {
    var out = new HashMap<Recipient, DeliveryOutcome>();
    recipients.forEach(r -> out.put(r, outcome));
    return out;
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

  private boolean useBdat() {
    return session.capabilities.chunking()
        && (settings.chunking() || attempt.traits().body() == MessageTraits.Body.BINARY_MIME);
  }
}
