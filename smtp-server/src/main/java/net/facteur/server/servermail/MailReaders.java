package net.facteur.server.servermail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.MailAddress;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// All readers. Few messages are read at a time, since each may unpack to much; others wait for
/// their turn.
public final class MailReaders {
  /// Nobody reads anything.
  public static final MailReaders NONE = new MailReaders(List.of());

  private static final Logger LOG = LogManager.getLogger(MailReaders.class);

  /// Messages that are read at the same time.
  private static final int AT_ONCE = 2;

  /// How long one waits for its turn, well within the time that clients wait for the reply (RFC
  /// 5321, section 4.5.3.2.6: 10 minutes).
  private static final Duration TURN = Duration.ofMinutes(1);

  private final List<MailReader> readers;
  private final Semaphore turns = new Semaphore(AT_ONCE, true);

  /// @param readers the first whose address it is reads a message
  public MailReaders(List<MailReader> readers) {
    this.readers = List.copyOf(readers);
  }

  /// What came of a message.
  public sealed interface Outcome {
    /// @param taken the recipients who need nothing else; others get it like any other mail
    record Read(List<MailAddress> taken) implements Outcome {
      public Read {
        taken = List.copyOf(taken);
      }
    }

    /// Something cannot be taken now.
    record Later() implements Outcome {}
  }

  /// True if somebody reads mail to this address.
  public boolean reads(MailAddress recipient) {
    return readers.stream().anyMatch(reader -> reader.reads(recipient));
  }

  /// Lets each reader read who is among the recipients. Blocks.
  ///
  /// @param recipients all of the message
  public Outcome read(
      QueueId id,
      List<MailAddress> recipients,
      MessageHeader header,
      StagedBody body,
      ServerMail.Sender sender) {
    boolean turn = false;
    try {
      turn = turns.tryAcquire(TURN.toSeconds(), TimeUnit.SECONDS);
      if (!turn) {
        LOG.warn("read id={} result=later reason=\"many others are read\"", id);
        return new Outcome.Later();
      }
      var left = new ArrayList<>(recipients);
      var taken = new ArrayList<MailAddress>();
      for (MailReader reader : readers) {
        List<MailAddress> its = left.stream().filter(reader::reads).toList();
        if (its.isEmpty()) {
          continue;
        }
        left.removeAll(its);
        switch (reader.read(new ServerMail(id, its, header, body, sender))) {
          case Reading.Taken(String what) -> {
            LOG.info("read id={} to={} result=taken {}", id, its, what);
            taken.addAll(its);
          }
          case Reading.Other(String why) ->
              LOG.info(
                  "read id={} to={} result=other reason=\"{}\"",
                  id,
                  its,
                  StrangerText.of(why).inLog());
          case Reading.Later(String why) -> {
            LOG.warn("read id={} to={} result=later reason=\"{}\"", id, its, why);
            return new Outcome.Later();
          }
        }
      }
      return new Outcome.Read(taken);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Outcome.Later();
    } finally {
      if (turn) {
        turns.release();
      }
    }
  }
}
