package net.facteur.server.pickup;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.Envelope;
import net.facteur.queue.Fact;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MailQueue;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;
import net.facteur.server.routing.NextHop;
import net.facteur.server.smtp.SmtpReply;
import net.facteur.server.smtp.WholeMessage;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Tells system users of mail that was kept for them in the drop directory and then refused:
/// `sendmail` had told them that it is safe. It is queued for nobody, so that the queue reports to
/// them what it reports of any failure.
///
/// @param pickup what refused it
public record RefusedDrops(
    Pickup pickup, MailQueue queue, InstantSource clock, RandomGenerator random) {
  private static final Logger LOG = LogManager.getLogger(RefusedDrops.class);
  private static final byte[] NO_HEADER = {'\r', '\n'};

  /// Opens what was refused.
  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  /// @param user who handed it in
  /// @return false where the report could not be queued
  boolean tell(String user, Pickup.Result result, Source source) throws IOException {
    try (InputStream in = source.open()) {
      return switch (Handed.read(in)) {
        // Not by sendmail: nobody was promised anything.
        case Parsed.Malformed<Handed> _ -> true;
        case Parsed.Ok<Handed>(Handed handed) -> tell(user, result, handed, in);
      };
    }
  }

  private boolean tell(String user, Pickup.Result result, Handed handed, InputStream in)
      throws IOException {
    Pickup.Behind now = pickup.behind();
    return switch (WholeMessage.read(
        in, handed.size(), now.service().stage(), now.limits(), pickup.loan(), pickup.session())) {
      case WholeMessage.Refused _ ->
          queued(user, result, now, NO_HEADER, StagedBody.of(new byte[0]));
      case WholeMessage.Taken taken -> {
        try (var _ = taken.memory()) {
          yield queued(user, result, now, taken.header(), taken.body());
        }
      }
    };
  }

  private boolean queued(
      String user, Pickup.Result result, Pickup.Behind now, byte[] header, StagedBody body) {
    Instant at = clock.instant();
    MailAddress author = now.addresses().ofUser(user);
    List<MailAddress> named = result.named().isEmpty() ? List.of(author) : result.named();
    NextHop hop = refused(result.reply());
    var message =
        new NewMessage(
            QueueId.next(clock, random),
            at,
            header,
            body,
            List.of(
                new Envelope(
                    new ReversePath.Of(author),
                    named.stream().map(to -> Recipient.of(to, hop.destination())).toList())),
            MessageTraits.PLAIN,
            "local " + user,
            List.of(new Fact("refused", result.reply().text())));
    try {
      queue.enqueue(message).toCompletableFuture().join();
      return true;
    } catch (CompletionException e) {
      LOG.warn("drop owner={} result=not-reported reason=\"{}\"", user, e.getCause());
      body.discard();
      return false;
    }
  }

  private static NextHop refused(SmtpReply reply) {
    EnhancedStatusCode lasting = EnhancedStatusCode.of(5, 0, 0);
    return new NextHop.Refused(
        reply.status().filter(status -> status.category() == 5).orElse(lasting), reply.text());
  }
}
