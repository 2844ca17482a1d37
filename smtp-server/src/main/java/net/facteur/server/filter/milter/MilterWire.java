package net.facteur.server.filter.milter;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The packets of one connection. One thread at a time.
final class MilterWire implements Closeable {
  /// What a packet may hold: that of the largest field that a milter may write, or of a part of a
  /// body (`MILTER_MDS_1M`).
  private static final int MAX_PACKET = 1024 * 1024;

  private final SocketChannel channel;
  private final Duration patience;
  private final DataInputStream in;
  private final DataOutputStream out;
  private volatile boolean expired;

  private MilterWire(SocketChannel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience;
    this.in = new DataInputStream(Channels.newInputStream(channel));
    this.out =
        new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), 8192));
  }

  /// Connects.
  ///
  /// @param patience how long one answer may take
  static MilterWire open(MilterAddress address, Duration patience) throws IOException {
    SocketChannel channel =
        switch (address) {
          case MilterAddress.Unix _ -> SocketChannel.open(StandardProtocolFamily.UNIX);
          case MilterAddress.Tcp _ -> SocketChannel.open();
        };
    var wire = new MilterWire(channel, patience);
    try {
      return wire.within(
          () -> {
            boolean _ =
                switch (address) {
                  case MilterAddress.Unix(String path) ->
                      channel.connect(UnixDomainSocketAddress.of(path));
                  case MilterAddress.Tcp(String host, int port) ->
                      channel.connect(new InetSocketAddress(InetAddress.getByName(host), port));
                };
            return wire;
          });
    } catch (IOException e) {
      wire.close();
      throw e;
    }
  }

  /// What may block.
  private interface Blocking<T> {
    T run() throws IOException;
  }

  private <T> T within(Blocking<T> work) throws IOException {
    var limit =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    var _ = limit.thenRun(this::expire);
    try {
      return work.run();
    } catch (IOException e) {
      if (expired) {
        var late = new SocketTimeoutException("no answer within " + patience.toSeconds() + " s");
        late.addSuppressed(e);
        throw late;
      }
      throw e;
    } finally {
      limit.cancel(false);
    }
  }

  private void expire() {
    expired = true;
    close();
  }

  /// Writes a packet; it may wait for [#flush] or the next [#read].
  void write(Packet packet) throws IOException {
    within(
        () -> {
          out.writeInt(packet.data().length + 1);
          out.writeByte(packet.command());
          out.write(packet.data());
          return this;
        });
  }

  void flush() throws IOException {
    within(
        () -> {
          out.flush();
          return this;
        });
  }

  /// Reads a packet.
  ///
  /// @throws MilterException if it is larger than packets are
  /// @throws EOFException if the milter hung up
  Packet read() throws IOException {
    return within(
        () -> {
          out.flush();
          int length = in.readInt();
          if (length < 1 || length > MAX_PACKET) {
            throw new MilterException("a packet of " + length + " octets");
          }
          char command = (char) in.readUnsignedByte();
          byte[] data = in.readNBytes(length - 1);
          if (data.length < length - 1) {
            throw new EOFException("the milter hung up within a packet");
          }
          return new Packet(command, data);
        });
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }
}
