package net.facteur.queue.sim;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import net.facteur.queue.Destination;
import net.facteur.queue.Envelope;
import net.facteur.queue.MailAddress;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.NewMessage;
import net.facteur.queue.QueueId;
import net.facteur.queue.Recipient;
import net.facteur.queue.ReversePath;
import net.facteur.queue.StagedBody;

/// Messages for tests.
public final class Mail {
  public static final ReversePath ALICE =
      new ReversePath.Of(new MailAddress("alice", "example.org"));
  public static final Destination NET = new Destination("mx:example.net");
  public static final Destination COM = new Destination("mx:example.com");

  private Mail() {}

  public static QueueId id(Instant at, RandomGenerator random) {
    return QueueId.next(InstantSource.fixed(at), random);
  }

  public static Recipient to(String local, Destination destination) {
    String text = destination.text();
    return Recipient.of(new MailAddress(local, text.substring(text.indexOf(':') + 1)), destination);
  }

  public static byte[] header(QueueId id) {
    return ("Message-ID: <" + id + "@example.org>\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  public static NewMessage of(
      QueueId id, Instant at, byte[] body, ReversePath from, Recipient... recipients) {
    return of(id, at, StagedBody.of(body), List.of(new Envelope(from, List.of(recipients))));
  }

  public static NewMessage of(QueueId id, Instant at, StagedBody body, List<Envelope> envelopes) {
    return new NewMessage(id, at, header(id), body, envelopes, MessageTraits.PLAIN, "test");
  }
}
