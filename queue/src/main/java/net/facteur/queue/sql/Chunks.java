package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.QueueUnavailableException;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.StoredContent;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Large bodies as rows of 256 KiB, committed before the message that refers to them.
final class Chunks implements KeptBodies {
  private static final Logger LOG = LogManager.getLogger(Chunks.class);
  private static final int CHUNK = 256 << 10;

  /// So old, a body without a message was not just written by another node.
  private static final Duration ORPHANED = Duration.ofDays(1);

  private final Engine engine;
  private final ReaderPool readers;
  private final InstantSource clock;

  Chunks(Engine engine, ReaderPool readers, InstantSource clock) {
    this.engine = engine;
    this.readers = readers;
    this.clock = clock;
  }

  @Override
  public Kept keep(StagedBody body, QueueId id) throws IOException {
    var sum = new CRC32C();
    try (Connection connection = engine.openWriter();
        InputStream in = body.open()) {
      connection.setAutoCommit(false);
      try (PreparedStatement s =
          connection.prepareStatement(
              "INSERT INTO chunk (id, k, at, octets) VALUES (?, ?, ?, ?)")) {
        byte[] part = in.readNBytes(CHUNK);
        for (long k = 0; part.length > 0; k++) {
          s.setString(1, id.text());
          s.setLong(2, k);
          s.setLong(3, clock.millis());
          s.setBytes(4, part);
          sum.update(part);
          s.executeUpdate();
          part = in.readNBytes(CHUNK);
        }
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IOException("the body cannot be written: " + e.getMessage(), e);
    }
    body.discard();
    return new Kept(id.text(), sum.getValue());
  }

  @Override
  public void remove(String name) {
    try (Connection connection = engine.openWriter();
        PreparedStatement s = connection.prepareStatement("DELETE FROM chunk WHERE id = ?")) {
      s.setString(1, name);
      s.executeUpdate();
    } catch (SQLException e) {
      LOG.warn("cannot remove body {}, it will be swept later: {}", name, e.toString());
    }
  }

  @Override
  public MessageContent content(ContentRow row) throws IOException {
    if (row.bodyFile().isEmpty()) {
      return row.content(
          name -> {
            throw new DamagedMessageException("no body has the name " + name);
          });
    }
    row.checkHeader();
    String name = row.bodyFile().get();
    long found = size(name);
    if (found != row.bodySize()) {
      throw new DamagedMessageException(
          "the body has " + found + " octets where " + row.bodySize() + " were accepted");
    }
    if (row.hasSum()) {
      try (InputStream in = new Octets(name)) {
        row.checkBody(Sums.body(in));
      }
    }
    return new StoredContent.InRows(row.header(), () -> new Octets(name), row.bodySize());
  }

  private long size(String name) throws IOException {
    try {
      return readers.read(
          connection -> {
            try (PreparedStatement s =
                connection.prepareStatement(
                    "SELECT coalesce(sum(length(octets)), 0) FROM chunk WHERE id = ?")) {
              s.setString(1, name);
              try (ResultSet row = s.executeQuery()) {
                row.next();
                return row.getLong(1);
              }
            }
          });
    } catch (QueueUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public List<String> names() {
    return readers.read(
        connection -> {
          var names = new ArrayList<String>();
          try (PreparedStatement s =
              connection.prepareStatement("SELECT DISTINCT id FROM chunk WHERE at < ?")) {
            s.setLong(1, clock.instant().minus(ORPHANED).toEpochMilli());
            try (ResultSet row = s.executeQuery()) {
              while (row.next()) {
                names.add(row.getString(1));
              }
            }
          }
          return names;
        });
  }

  /// Reads a body chunk by chunk.
  private final class Octets extends InputStream {
    private final String name;
    private byte[] part = {};
    private int position;
    private long next;

    Octets(String name) {
      this.name = name;
    }

    /// @return false at the end
    private boolean more() throws IOException {
      if (position < part.length) {
        return true;
      }
      try {
        part = readers.read(connection -> chunk(connection, next));
      } catch (QueueUnavailableException e) {
        throw new IOException(e.getMessage(), e);
      }
      next++;
      position = 0;
      return part.length > 0;
    }

    private byte[] chunk(Connection connection, long k) throws SQLException {
      try (PreparedStatement s =
          connection.prepareStatement("SELECT octets FROM chunk WHERE id = ? AND k = ?")) {
        s.setString(1, name);
        s.setLong(2, k);
        try (ResultSet row = s.executeQuery()) {
          return row.next() ? row.getBytes(1) : new byte[0];
        }
      }
    }

    @Override
    public int read() throws IOException {
      return more() ? part[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      if (length == 0) {
        return 0;
      }
      if (!more()) {
        return -1;
      }
      int n = Math.min(length, part.length - position);
      System.arraycopy(part, position, to, offset, n);
      position += n;
      return n;
    }
  }
}
