package net.facteur.server.notices;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.Notify;
import net.facteur.queue.QueueId;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.dsn.ReportSigner;
import net.facteur.server.report.Postbox;
import net.facteur.server.routing.ForwardStanding;
import net.facteur.server.routing.Router;
import net.facteur.server.smtp.Transaction.ForwardPath;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Routes, signs and queues mail that the server writes itself.
///
/// @param signer puts signatures on top; mail that it leaves as it is does not leave the house
public record OwnMail(
    Router router,
    ReportSigner signer,
    MailQueue queue,
    InstantSource clock,
    RandomGenerator random)
    implements Postbox {
  private static final Logger LOG = LogManager.getLogger(OwnMail.class);

  /// The same, but that nothing goes on to addresses elsewhere: it stays in mailboxes here.
  OwnMail atHome() {
    return new OwnMail(
        router.with(_ -> ForwardStanding.Standing.RESTS), signer, queue, clock, random);
  }

  @Override
  public boolean post(MailAddress from, MailAddress to, byte[] header, byte[] body) {
    // RFC 8460, 3: reports sent via SMTP MUST contain a valid DKIM signature
    return post(
        new ReversePath.Of(from), to, header, body, MessageTraits.PLAIN, "report", Unsigned.KEPT);
  }

  /// The same for reports whose reverse-path takes note if they come back.
  public Postbox returning() {
    return (from, to, header, body) ->
        post(
            QueueId.next(clock, random),
            new ReversePath.Of(from),
            new ForwardPath(to, Optional.of(Set.of(Notify.FAILURE)), Optional.empty()),
            header,
            body,
            MessageTraits.PLAIN,
            "report",
            Unsigned.KEPT);
  }

  /// What becomes of a message that nobody can sign.
  public enum Unsigned {
    /// It stays here.
    KEPT,
    /// It leaves as it is.
    SENT
  }

  /// Queues a message. May block for signing, for the disk, and for accounts that are kept
  /// elsewhere.
  ///
  /// @param origin a word for the log
  /// @return false where it has no way to `to`, cannot be signed, or the queue does not take it
  public boolean post(
      ReversePath from,
      MailAddress to,
      byte[] header,
      byte[] body,
      MessageTraits traits,
      String origin,
      Unsigned unsigned) {
    return post(QueueId.next(clock, random), from, to, header, body, traits, origin, unsigned);
  }

  /// The same under an id that whoever posts has chosen, to find out afterwards whether the queue
  /// took it.
  public boolean post(
      QueueId id,
      ReversePath from,
      MailAddress to,
      byte[] header,
      byte[] body,
      MessageTraits traits,
      String origin,
      Unsigned unsigned) {
    // No report about a report: nobody waits for it.
    return post(
        id,
        from,
        new ForwardPath(to, Optional.of(Set.of()), Optional.empty()),
        header,
        body,
        traits,
        origin,
        unsigned);
  }

  private boolean post(
      QueueId id,
      ReversePath from,
      ForwardPath path,
      byte[] header,
      byte[] body,
      MessageTraits traits,
      String origin,
      Unsigned unsigned) {
    MailAddress to = path.address();
    router.prepare(to).toCompletableFuture().join();
    List<Envelope> envelopes = router.envelopes(from, List.of(path));
    if (envelopes.isEmpty()) {
      LOG.warn("{} to={} result=no-route", origin, to);
      return false;
    }
    Instant now = clock.instant();
    var message = new NewMessage(id, now, header, StagedBody.of(body), envelopes, traits, origin);
    NewMessage signed = signer.sign(message);
    if (unsigned == Unsigned.KEPT && signed.header().length == header.length) {
      LOG.warn("{} from={} to={} result=unsigned, kept back", origin, from, to);
      return false;
    }
    try {
      queue.enqueue(signed).toCompletableFuture().join();
      return true;
    } catch (CompletionException e) {
      LOG.warn("{} to={} result=not-queued reason=\"{}\"", origin, to, e.getCause());
      return false;
    }
  }
}
