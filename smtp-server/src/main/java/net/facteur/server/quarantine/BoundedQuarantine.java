package net.facteur.server.quarantine;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import net.facteur.queue.QueueId;
import net.facteur.server.filter.Quarantine;
import net.facteur.server.text.StrangerText;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The quarantine as filters use it.
///
/// @param maxSize octets of all messages together
/// @param workers may block
public record BoundedQuarantine(QuarantineStore store, long maxSize, Executor workers)
    implements Quarantine {
  private static final Logger LOG = LogManager.getLogger(BoundedQuarantine.class);

  @Override
  public CompletionStage<QueueId> keep(Kept message) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            store.keep(message, maxSize);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
          LOG.info(
              "quarantined id={} cause={} recipients={} reason=\"{}\"",
              message.id(),
              message.handling().cause().name().toLowerCase(Locale.ROOT),
              message.paths().size(),
              StrangerText.of(message.handling().reason()).inLog());
          return message.id();
        },
        workers);
  }
}
