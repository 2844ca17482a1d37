package net.facteur.queue.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.facteur.queue.MessageContent;
import net.facteur.queue.StagedBody;

/// The content of a queued message.
public sealed interface StoredContent extends MessageContent {
  /// A message small enough for memory.
  record InMemory(byte[] header, StagedBody.Octets body) implements StoredContent {
    @Override
    public long bodySize() {
      return body.size();
    }

    @Override
    public InputStream openBody() {
      return body.open();
    }
  }

  /// A message whose body is in many rows.
  ///
  /// @param body opens it
  record InRows(byte[] header, Body body, long bodySize) implements StoredContent {
    /// Opens a body.
    public interface Body {
      InputStream open() throws IOException;
    }

    @Override
    public InputStream openBody() throws IOException {
      return body.open();
    }
  }

  /// A message whose body is a file.
  record InFile(byte[] header, Path file, long bodySize) implements StoredContent {
    /// @throws DamagedMessageException where the file is gone
    @Override
    public InputStream openBody() throws IOException {
      try {
        return Files.newInputStream(file);
      } catch (NoSuchFileException e) {
        throw new DamagedMessageException("the body file " + file + " is gone");
      }
    }
  }
}
