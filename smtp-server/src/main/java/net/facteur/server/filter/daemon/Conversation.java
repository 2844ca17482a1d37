package net.facteur.server.filter.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/// One connection to a daemon. It is closed under whoever uses it when its time is over.
public final class Conversation {
  private static final int CHUNK = 64 * 1024;

  /// What most answers fit in.
  private static final int FIRST = 8 * 1024;

  private final SocketChannel channel;

  Conversation(SocketChannel channel) {
    this.channel = channel;
  }

  /// Sends octets, in one piece if they fit.
  public void send(byte[]... parts) throws IOException {
    ByteBuffer[] buffers = Arrays.stream(parts).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
    while (Arrays.stream(buffers).anyMatch(ByteBuffer::hasRemaining)) {
      channel.write(buffers);
    }
  }

  /// Sends a stream to its end.
  ///
  /// @param piece says how each piece is sent
  public void send(InputStream octets, Piece piece) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (int n = octets.readNBytes(chunk, 0, CHUNK);
        n > 0;
        n = octets.readNBytes(chunk, 0, CHUNK)) {
      piece.send(n == CHUNK ? chunk : Arrays.copyOf(chunk, n));
    }
  }

  /// What is sent of a stream at once.
  @FunctionalInterface
  public interface Piece {
    /// @param octets valid during the call
    void send(byte[] octets) throws IOException;
  }

  /// What is said up to an octet that ends it, with that, or until the other side hangs up. Whoever
  /// hangs up with something unread breaks the connection, and what was said before still counts.
  ///
  /// @param most octets; who says more is not listened to
  /// @throws IOException where that is too much, or the connection breaks before
  public byte[] answer(int most, byte end) throws IOException {
    var said = ByteBuffer.allocate(most + 1);
    while (channel.read(said) >= 0) {
      for (int i = 0; i < said.position(); i++) {
        if (said.get(i) == end) {
          return Arrays.copyOf(said.array(), i + 1);
        }
      }
      if (said.position() > most) {
        throw new IOException("its answer is longer than " + most + " octets");
      }
    }
    return Arrays.copyOf(said.array(), said.position());
  }

  /// All that is said until the other side hangs up.
  ///
  /// @param most octets; who says more is not listened to
  /// @throws IOException where that is too much, or the connection breaks
  public byte[] answer(int most) throws IOException {
    var said = ByteBuffer.allocate(Math.min(most, FIRST) + 1);
    while (channel.read(said) >= 0) {
      if (said.position() > most) {
        throw new IOException("its answer is longer than " + most + " octets");
      }
      if (!said.hasRemaining()) {
        long larger = Math.min(said.capacity() * 2L, most + 1L);
        said = ByteBuffer.allocate((int) larger).put(said.flip());
      }
    }
    return Arrays.copyOf(said.array(), said.position());
  }
}
