package net.facteur.queue.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import net.facteur.queue.MessageContent;
import net.facteur.queue.QueueId;
import net.facteur.queue.StagedBody;
import net.facteur.queue.store.DamagedMessageException;
import net.facteur.queue.store.StoredContent;

/// A row of the `content` table.
record ContentRow(byte[] header, Optional<byte[]> body, long bodySize, Optional<String> bodyFile) {
  static Optional<ContentRow> read(Connection connection, long message) throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "SELECT header, body, body_size, body_file FROM content WHERE seq = ?")) {
      s.setLong(1, message);
      try (ResultSet row = s.executeQuery()) {
        return row.next()
            ? Optional.of(
                new ContentRow(
                    Optional.ofNullable(row.getBytes(1)).orElse(new byte[0]),
                    Optional.ofNullable(row.getBytes(2)),
                    row.getLong(3),
                    Optional.ofNullable(row.getString(4))))
            : Optional.empty();
      }
    }
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

  /// @throws DamagedMessageException where the body is gone or has another size than was written
  MessageContent content(Place files) throws IOException {
    if (bodyFile.isPresent()) {
      Path path = files.path(bodyFile.get());
      try {
        checkSize(Files.size(path));
      } catch (NoSuchFileException e) {
        throw new DamagedMessageException("the body file " + path + " is gone");
      }
      return new StoredContent.InFile(header, path, bodySize);
    }
    // An empty blob may be read as no blob at all.
    byte[] octets = body.orElse(new byte[0]);
    checkSize(octets.length);
    return new StoredContent.InMemory(header, new StagedBody.Octets(octets));
  }

  private void checkSize(long found) throws DamagedMessageException {
    if (found != bodySize) {
      throw new DamagedMessageException(
          "the body has " + found + " octets where " + bodySize + " were accepted");
    }
  }
}
