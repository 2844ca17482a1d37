package net.facteur.server.alerts;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.facteur.queue.DeliveryAgent;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.server.notices.Notices.Notice;
import net.facteur.server.notices.PostmasterMail;
import net.facteur.server.routing.NextHop;

/// Another host, which has nothing to do with our queue and our address: a smarthost of its own.
///
/// @param agent carries it there at once, past the queue
/// @param host where
/// @param to who is told
/// @param from who writes, and hears if it comes back
/// @param mail writes it
public record RelayWay(
    DeliveryAgent agent,
    NextHop.Relay host,
    MailAddress to,
    MailAddress from,
    PostmasterMail mail,
    InstantSource clock,
    RandomGenerator random)
    implements AlertWay {
  @Override
  public String name() {
    return "smarthost";
  }

  @Override
  public void send(Notice notice) throws IOException {
    PostmasterMail.Written written = mail.written(notice, to);
    var recipient =
        new Recipient(to, host.destination(), Optional.empty(), Optional.empty(), List.of());
    Map<Recipient, DeliveryOutcome> outcomes =
        agent.deliver(
            new DeliveryAttempt(
                QueueId.next(clock, random),
                new ReversePath.Of(from),
                host.destination(),
                List.of(recipient),
                new InMemory(written.header(), written.body()),
                MessageTraits.PLAIN,
                1,
                clock.instant(),
                false));
    DeliveryOutcome outcome = outcomes.get(recipient);
    if (outcome == null) {
      throw new IOException(host.host() + " gave no answer");
    }
    switch (outcome) {
      case DeliveryOutcome.Delivered _ -> {}
      case DeliveryOutcome.Deferred _, DeliveryOutcome.Failed _ ->
          throw new IOException(host.host() + ": " + outcome.reply());
    }
  }

  /// A message that was never in a queue.
  private record InMemory(byte[] header, byte[] body) implements MessageContent {
    @Override
    public long bodySize() {
      return body.length;
    }

    @Override
    public InputStream openBody() {
      return new ByteArrayInputStream(body);
    }
  }
}
