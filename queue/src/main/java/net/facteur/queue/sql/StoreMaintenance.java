package net.facteur.queue.sql;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What a store does by the clock: removes bodies that no message has, looks at the free space,
/// forgets what is long over, and says that this process lives.
final class StoreMaintenance implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(StoreMaintenance.class);
  private static final int FORGET_TOGETHER = 500;

  private final Engine engine;
  private final KeptBodies bodies;
  private final SpaceGauge space;
  private final ReaderPool readers;
  private final CommitThread writer;
  private final Duration history;
  private final InstantSource clock;
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().daemon().name("facteur-queue-maintenance-", 1).factory());

  /// @param history how long the life of a message is remembered after it left
  StoreMaintenance(
      Engine engine,
      KeptBodies bodies,
      SpaceGauge space,
      ReaderPool readers,
      CommitThread writer,
      Duration history,
      InstantSource clock) {
    this.engine = engine;
    this.bodies = bodies;
    this.space = space;
    this.readers = readers;
    this.writer = writer;
    this.history = history;
    this.clock = clock;
  }

  void start() throws IOException {
    // Listed before any new message can add a file; a name is never used again.
    List<String> before = bodies.names();
    timer.execute(() -> sweep(before));
    var _ = timer.scheduleWithFixedDelay(this::lookAtSpace, 1, 1, TimeUnit.SECONDS);
    var _ = timer.scheduleWithFixedDelay(this::forgetHistory, 10, 60, TimeUnit.SECONDS);
    engine
        .lookAgain()
        .ifPresent(
            pause -> {
              var _ =
                  timer.scheduleAtFixedRate(
                      this::beat, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
            });
  }

  private void beat() {
    try {
      engine.beat();
    } catch (SQLException | RuntimeException e) {
      LOG.error("this node cannot say that it lives: {}", e.toString());
    }
  }

  private void lookAtSpace() {
    space.look(() -> readers.read(engine::spare));
  }

  private void sweep(List<String> names) {
    try {
      for (String name : names) {
        if (!hasRow(name)) {
          LOG.info("removing body file {} of a message that was never accepted or has left", name);
          bodies.remove(name);
        }
      }
    } catch (RuntimeException e) {
      LOG.error("the sweep of body files stopped", e);
    }
  }

  private boolean hasRow(String bodyFile) {
    String id = bodyFile.substring(bodyFile.lastIndexOf('/') + 1);
    return readers.read(
        connection -> {
          try (PreparedStatement s =
              connection.prepareStatement(
                  "SELECT 1 FROM message JOIN content USING (seq)"
                      + " WHERE id = ? AND body_file IS NOT NULL")) {
            s.setString(1, id);
            try (ResultSet rows = s.executeQuery()) {
              return rows.next();
            }
          }
        });
  }

  private void forgetHistory() {
    try {
      Instant before = clock.instant().minus(history);
      writer
          .submit(
              sql -> {
                sql.forgetRefusals(before);
                return before;
              })
          .toCompletableFuture()
          .join();
      int forgotten;
      do {
        forgotten =
            writer.submit(sql -> sql.forget(before, FORGET_TOGETHER)).toCompletableFuture().join();
      } while (forgotten == FORGET_TOGETHER);
    } catch (RuntimeException e) {
      LOG.warn("old history stays for now: {}", e.toString());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
