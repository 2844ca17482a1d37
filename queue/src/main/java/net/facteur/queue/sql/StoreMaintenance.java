package net.facteur.queue.sql;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final Duration LOOK_THROUGH = Duration.ofDays(1);

  /// No attempt is planned that far ahead.
  private static final Duration NEVER = Duration.ofDays(60);

  private static final String LOST_STATES =
      "SELECT seq, n FROM recipient WHERE state NOT IN " + StateSql.ALL + " LIMIT 1000";
  private static final String LOST_TIMES =
      "SELECT seq, n FROM recipient WHERE state = 'queued' AND next_attempt > ? LIMIT 1000";

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
    var _ =
        timer.scheduleWithFixedDelay(this::inspect, 60, LOOK_THROUGH.toSeconds(), TimeUnit.SECONDS);
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

  /// Finds what a flipped bit hid from delivery: states that nobody wrote, times that never come,
  /// pages that make no sense.
  void inspect() {
    try {
      Instant now = clock.instant();
      for (Key lost : readers.read(connection -> keys(connection, LOST_STATES, Optional.empty()))) {
        LOG.error("recipient {} of message number {} has no state", lost.number, lost.message);
        change("state = 'damaged', last = 'its state cannot be read'", lost);
      }
      Optional<Instant> never = Optional.of(now.plus(NEVER));
      for (Key lost : readers.read(connection -> keys(connection, LOST_TIMES, never))) {
        LOG.error("recipient {} of message number {} is due too late", lost.number, lost.message);
        change("next_attempt = " + now.toEpochMilli(), lost);
      }
      readers.read(
          connection -> {
            engine.look(connection);
            return now;
          });
    } catch (RuntimeException e) {
      LOG.error("the queue cannot be looked through: {}", e.toString());
    }
  }

  private record Key(long message, int number) {}

  private static List<Key> keys(Connection connection, String sql, Optional<Instant> time)
      throws SQLException {
    var found = new ArrayList<Key>();
    try (PreparedStatement s = connection.prepareStatement(sql)) {
      if (time.isPresent()) {
        s.setLong(1, time.get().toEpochMilli());
      }
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          found.add(new Key(row.getLong(1), row.getInt(2)));
        }
      }
    }
    return found;
  }

  private void change(String values, Key recipient) {
    var _ =
        writer
            .submit(
                sql -> {
                  try (PreparedStatement s =
                      sql.connection()
                          .prepareStatement(
                              "UPDATE recipient SET " + values + " WHERE seq = ? AND n = ?")) {
                    s.setLong(1, recipient.message);
                    s.setInt(2, recipient.number);
                    return s.executeUpdate();
                  }
                })
            .toCompletableFuture()
            .join();
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
