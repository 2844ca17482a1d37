package net.facteur.queue.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.facteur.queue.QueueUnavailableException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A few connections for reading. A call holds one while it reads, so they also bound how many
/// threads are inside SQLite at a time.
final class ReaderPool implements AutoCloseable {
  /// Something to read.
  interface Query<T> {
    T read(Connection connection) throws SQLException;
  }

  /// Opens one of the connections.
  interface Opener {
    Connection open() throws SQLException;
  }

  /// Told of each failure.
  interface Watch {
    void failed(SQLException failure);
  }

  private static final Logger LOG = LogManager.getLogger(ReaderPool.class);

  private static final int VALID_SECONDS = 5;

  private final Opener opener;
  private final Watch watch;
  private final BlockingQueue<Connection> idle;
  private final int size;
  private volatile boolean closed;

  ReaderPool(Opener opener, int size) throws SQLException {
    this(opener, size, _ -> {});
  }

  ReaderPool(Opener opener, int size, Watch watch) throws SQLException {
    this.opener = opener;
    this.watch = watch;
    this.size = size;
    this.idle = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      idle.add(opener.open());
    }
  }

  /// @throws QueueUnavailableException where the database cannot be read
  <T> T read(Query<T> query) {
    Connection connection = take();
    try {
      return query.read(connection);
    } catch (SQLException e) {
      watch.failed(e);
      connection = sound(connection);
      throw new QueueUnavailableException("the queue cannot be read: " + e.getMessage(), false, e);
    } finally {
      idle.add(connection);
    }
  }

  /// The connection where it works still, else a new one; the old one where that fails, to be
  /// replaced at the next failure.
  private Connection sound(Connection connection) {
    try {
      if (connection.isValid(VALID_SECONDS)) {
        return connection;
      }
      Connection fresh = opener.open();
      connection.close();
      return fresh;
    } catch (SQLException e) {
      LOG.warn("the queue's database cannot be reached: {}", e.toString());
      return connection;
    }
  }

  private Connection take() {
    try {
      while (!closed) {
        Connection connection = idle.poll(1, TimeUnit.SECONDS);
        if (connection != null) {
          return connection;
        }
      }
      throw new QueueUnavailableException("the queue is closed", false, new SQLException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QueueUnavailableException("interrupted", false, e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = 0; i < size; i++) {
      try {
        idle.take().close();
      } catch (InterruptedException e) {
        // A connection still in use is closed by the end of the process.
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException e) {
        LOG.warn("closing the queue database: {}", e.toString());
      }
    }
  }
}
