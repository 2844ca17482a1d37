package net.facteur.queue.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.StoredContent;

/// A row of the `content` table.
///
/// @param id the queue id of its message, empty where its row is gone
/// @param sum of [Sums], empty where the row was written before there were any
record ContentRow(
    String id,
    byte[] header,
    Optional<byte[]> body,
    long bodySize,
    Optional<String> bodyFile,
    OptionalLong sum) {
  static Optional<ContentRow> read(Connection connection, long message) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT m.id, c.header, c.body, c.body_size, c.body_file, c.sum FROM content c"
                + " LEFT JOIN message m ON m.seq = c.seq WHERE c.seq = ?")) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? Optional.of(read(row)) : Optional.empty();
      }
    }
  }

  private static ContentRow read(ResultSet row) throws SQLException {
    long sum = row.getLong(6);
    OptionalLong written = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(sum);
    return new ContentRow(
        Optional.ofNullable(row.getString(1)).orElse(""),
        Optional.ofNullable(row.getBytes(2)).orElse(new byte[0]),
        Optional.ofNullable(row.getBytes(3)),
        row.getLong(4),
        Optional.ofNullable(row.getString(5)),
        written);
  }

  static Optional<ContentRow> read(Connection connection, QueueId id) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement("SELECT seq FROM message WHERE id = ?")) {
      s.setString(1, id.text());
      try (ResultSet row = s.executeQuery()) {
        return row.next() ? read(connection, row.getLong(1)) : Optional.empty();
      }
    }
  }

  /// Where a body file is.
  interface Place {
    Path path(String name) throws DamagedMessageException;
  }

  /// @throws DamagedMessageException where the body is gone, or an octet is not what was written
  MessageContent content(Place files) throws IOException {
    checkHeader();
    if (bodyFile.isPresent()) {
      Path path = files.path(bodyFile.get());
      try {
        checkSize(Files.size(path));
        if (hasSum()) {
          try (InputStream in = Files.newInputStream(path)) {
            checkBody(Sums.body(in));
          }
        }
      } catch (NoSuchFileException e) {
        throw new DamagedMessageException("the body file " + path + " is gone");
      }
      return new StoredContent.InFile(header, path, bodySize);
    }
    // An empty blob may be read as no blob at all.
    byte[] octets = body.orElse(new byte[0]);
    checkSize(octets.length);
    if (hasSum()) {
      checkBody(Sums.body(octets));
    }
    return new StoredContent.InMemory(header, new StagedBody.Octets(octets));
  }

  boolean hasSum() {
    return sum.isPresent();
  }

  /// @throws DamagedMessageException where the header is not what was written
  void checkHeader() throws DamagedMessageException {
    if (sum.isPresent() && !Sums.isHeader(sum.getAsLong(), id, header)) {
      throw new DamagedMessageException("the header is not what was accepted");
    }
  }

  /// @throws DamagedMessageException where the body is not what was written
  void checkBody(long found) throws DamagedMessageException {
    if (sum.isPresent() && !Sums.isBody(sum.getAsLong(), found)) {
      throw new DamagedMessageException("the body is not what was accepted");
    }
  }

  private void checkSize(long found) throws DamagedMessageException {
    if (found != bodySize) {
      throw new DamagedMessageException(
          "the body has " + found + " octets where " + bodySize + " were accepted");
    }
  }
}
