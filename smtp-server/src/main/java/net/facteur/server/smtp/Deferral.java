package net.facteur.server.smtp;

import java.util.concurrent.CompletionException;
import net.facteur.queue.QueueUnavailableException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a client is told whose message could not be taken in through no fault of its own.
public final class Deferral {
  private static final Logger LOG = LogManager.getLogger(Deferral.class);

  private Deferral() {}

  /// What failed, without the wrapping of the stage that it failed in.
  public static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /// Logs a failure.
  ///
  /// @return 452 where the disk is full, 451 otherwise
  public static SmtpReply of(SmtpClient client, Throwable failure) {
    Throwable cause = cause(failure);
    if (cause instanceof QueueUnavailableException e && e.full()) {
      LOG.warn("deferred session={} reason=\"disk full: {}\"", client.sessionId(), e.getMessage());
      return SmtpReply.FULL;
    }
    LOG.error("deferred session={} reason=\"internal failure\"", client.sessionId(), cause);
    return SmtpReply.LATER;
  }
}
